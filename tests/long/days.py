"""A day of 100 Hz through the whole program, and a month of wrapping clocks.

`day` runs virtual sensor, air, bleak, link, session and recording on a clock that jumps, and looks
at memory, open files and sample times. `month` has no radio: the sensor's protocol and a session
at 1 Hz, so that the 32-bit clock (36.4 h) wraps twenty times, and silences last longer than that.

    python -m tests.long.days day --hours 24 --minutes 55
    python -m tests.long.days month --days 30 --seed 1
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import struct
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from firmware_protocol.ids import TICK_HZ
from firmware_protocol.peripheral import Peripheral, Send
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.actions import Read, Reconnect, Subscribe, Write
from sensorapp.model.inputs import (
    Connected,
    Disconnected,
    Input,
    Notification,
    Stored,
    Tick,
    ValueRead,
)
from sensorapp.model.outputs import Gap, Summary
from sensorapp.model.posture import PostureFrame
from sensorapp.model.settings import SessionSettings
from sensorapp.session.session import Session
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.jumping_loop import run_jumping
from tests.long.soak_world import World

HOUR_S = 3600
NS = 1_000_000_000


@dataclass
class Day:
    """What a long stream cost, and how true its times were at the end."""

    hours: float = 0.0
    samples_taken: int = 0
    samples: int = 0
    lost: int = 0
    backward: int = 0
    rss_mib: dict[str, float] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    time_error_ms: float = 0.0
    recording_mb: float = 0.0
    took_s: float = 0.0

    @property
    def good(self) -> bool:
        grown = self.rss_mib["end"] - self.rss_mib["first"]
        return (
            self.samples_taken == self.samples
            and self.lost == self.backward == 0
            and self.files["end"] == self.files["first"]
            and grown < 1.5 * self.hours + 2.0
            and abs(self.time_error_ms) < 5.0
        )


async def day(folder: Path, hours: float, until_s: float) -> Day:
    """One stream without a fault; `first` is after an hour, or a tenth of a shorter day."""
    found = Day()
    began_s = time.monotonic()
    loop = asyncio.get_running_loop()
    world = World(folder, 1, buffer_samples=8192, keep_log=False)
    async with world:
        await world.more_samples(30.0)
        start_s = loop.time()
        first_s = min(HOUR_S, hours * HOUR_S / 10.0)
        await asyncio.sleep(first_s)
        found.rss_mib["first"], found.files["first"] = _rss_mib(), _open_files()
        while loop.time() - start_s < hours * HOUR_S and time.monotonic() < until_s:
            await asyncio.sleep(60.0)
            if sys.stderr.isatty():
                print(f"\r{(loop.time() - start_s) / HOUR_S:.1f} h", end="", file=sys.stderr)
        found.rss_mib["end"], found.files["end"] = _rss_mib(), _open_files()
        found.hours = (loop.time() - start_s) / HOUR_S
    state = world.session.state
    assert state.t_ns is not None
    found.samples_taken, found.samples = world.sensor.samples_sent, state.samples
    found.lost, found.backward = state.samples_lost, world.seen.backward
    found.time_error_ms = (state.t_ns - (state.samples - 1) * NS // 100) / 1e6
    found.recording_mb = world.path.stat().st_size / 1e6
    found.took_s = time.monotonic() - began_s
    return found


@dataclass
class Month:
    """Gaps that there should be, and were; times against the truth."""

    days: float = 0.0
    wraps: int = 0
    silences: int = 0
    named: int = 0
    false_gaps: int = 0
    backward: int = 0
    worst_error_s: float = 0.0

    @property
    def good(self) -> bool:
        return (
            self.named == self.silences
            and self.false_gaps == self.backward == 0
            and self.worst_error_s < 1.0
            and self.wraps > 0
        )


class Calendar:
    """A sensor at 1 Hz and a session, with true time beside them."""

    def __init__(self, seed: int, drift_ppm: float) -> None:
        self.rng = random.Random(seed)
        self.found = Month()
        self.now_s = 0
        self._drift = 1.0 + drift_ppm * 1e-6
        self._session = Session(SessionSettings(rate_mhz=1000), drivers())
        self._sensor = Peripheral(replace(virtual_config(1000), buffer_samples=1 << 18))
        self._first_s: int | None = None
        self._last_ns = -1

    @property
    def ticks(self) -> int:
        """The sensor's clock, which is a little off."""
        return round(self.now_s * TICK_HZ * self._drift)

    def connects(self) -> None:
        self._sensor.connected(247)
        self._tell(Connected(self.now_s * NS, "s", "posture_clip", "TP-3F9A", ""))

    def leaves(self) -> None:
        self._sensor.disconnected()
        self._tell(Disconnected(self.now_s * NS, "s", wanted=False))

    def reboots(self) -> None:
        """Another boot: the epoch begins anew, and what was held is gone."""
        self.leaves()
        config = virtual_config(1000, boot_id=self.rng.getrandbits(32))
        self._sensor = Peripheral(replace(config, buffer_samples=1 << 18))

    def runs(self, seconds: int, *, connected: bool = True) -> None:
        """Samples, one a second."""
        for _ in range(seconds):
            self.now_s += 1
            if self._first_s is None:
                self._first_s = self.now_s
            row = struct.pack("<6h", 0, 0, 0, 0, 4096, self.now_s & 1)
            self._send(self._sensor.add_sample(row, self.ticks))
            if connected and self.now_s % 10 == 0:
                self._send(self._sensor.status_due(self.ticks))
                self._tell(Tick(self.now_s * NS))
                self._tell(Stored(self.now_s * NS, "host", 0))
            while connected and (more := self._sensor.drain()):
                self._send(more)

    def sleeps(self, seconds: int) -> None:
        """Nothing is measured: the sensor's clock goes on."""
        self.now_s += seconds

    def _send(self, sends: Iterable[Send]) -> None:
        for send in sends:
            self._tell(Notification(self.now_s * NS, "s", send.characteristic, send.data))

    def _tell(self, item: Input) -> None:
        for output in self._session.feed(item):
            if isinstance(output, PostureFrame):
                self.found.backward += output.t_ns <= self._last_ns
                self._last_ns = output.t_ns
            elif isinstance(output, Gap):
                self.found.named += output.count is None
                self.found.false_gaps += output.count is not None
            elif isinstance(output, Subscribe):
                self._send(self._sensor.subscribed(output.channel, True, self.ticks))
            elif isinstance(output, Read):
                data = self._sensor.read(output.channel, self.ticks)
                self._tell(ValueRead(self.now_s * NS, "s", output.channel, data))
            elif isinstance(output, Write):
                self._send(self._sensor.write(output.channel, output.data, self.ticks))
            else:
                assert not isinstance(output, Reconnect | Summary)

    def check(self) -> None:
        """The newest sample's time against the sensor's own clock, which is the truth here."""
        t_ns = self._session.state.t_ns
        assert t_ns is not None
        assert self._first_s is not None
        error_s = t_ns / NS - (self.now_s - self._first_s) * self._drift
        self.found.worst_error_s = max(self.found.worst_error_s, abs(error_s))


def month(days: float, seed: int, drift_ppm: float = 20.0) -> Month:
    """Streams of hours, links lost for hours to longer than a wrap, and reboots."""
    calendar = Calendar(seed, drift_ppm)
    rng, found = calendar.rng, calendar.found
    end_s = round(days * 24 * HOUR_S)
    while calendar.now_s < end_s:
        calendar.connects()
        calendar.runs(rng.randrange(300, 2 * HOUR_S))
        calendar.check()
        what = rng.choice(("away", "away", "long", "reboot"))
        if what == "reboot":
            calendar.reboots()
            calendar.sleeps(rng.randrange(60, HOUR_S))
            found.silences += 1
        else:
            calendar.leaves()
            most = 50 * HOUR_S if what == "long" else 4 * HOUR_S
            calendar.runs(rng.randrange(60, most), connected=False)
    calendar.connects()
    calendar.runs(120)
    calendar.check()
    found.days = calendar.now_s / 24 / HOUR_S
    found.wraps = calendar.ticks >> 32
    return found


def _rss_mib() -> float:
    """Memory in use (Linux: as on every page of the proofs)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def main() -> int:
    """Print what was found; status 1 if it is not good."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["day", "month"])
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--minutes", type=float, default=55.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found: Day | Month
    if asked.what == "month":
        found = month(asked.days, asked.seed)
    else:
        until_s = time.monotonic() + asked.minutes * 60.0
        with tempfile.TemporaryDirectory() as folder:
            found = run_jumping(day(Path(folder), asked.hours, until_s))
    print(json.dumps({"good": found.good, **vars(found)}))
    return 0 if found.good else 1


if __name__ == "__main__":
    sys.exit(main())
