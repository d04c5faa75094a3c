"""Kills the program in a live stream, again and again, and counts what is missing at the end.

A virtual sensor in one process, which keeps 8192 samples and a log of its own; `sensorapp live` in
another, in a data folder of its own, killed by SIGKILL at times drawn by chance; at the end it is
stopped in good order. Every sample in the sensor's log has to be in the recordings, byte for byte.

    python -m tests.long.kills --seed 1 --minutes 40 --kills 100
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.ids import Characteristic
from firmware_protocol.info import Info
from firmware_protocol.motion import MotionPacket
from sensorapp.app.together import together
from sensorapp.app.verify import verify
from sensorapp.model.inputs import Notification, ValueRead
from sensorapp.store.paths import DATA_VARIABLE
from sensorapp.store.recording_reader import open_recording
from sensorapp.virtual.send_log import Taken, read_send_log

ROOT = Path(__file__).parents[2]
ROW_BYTES = 12
LONGEST_S = 6.0
"""Of a stream before it is killed."""
PATIENCE_S = 40.0


@dataclass
class Found:
    """What the recordings hold, against the log."""

    kills: int = 0
    taken: int = 0
    stored: int = 0
    missing: list[Taken] = field(default_factory=list)
    altered: int = 0
    twice: int = 0
    recordings: int = 0
    not_whole: int = 0
    verified: int = 0
    named: int = 0

    @property
    def good(self) -> bool:
        counted = self.verified == self.stored and self.named == len(self.missing)
        return counted and not (self.missing or self.altered or self.not_whole) and self.taken > 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills: {self.taken} samples taken, {self.stored} stored, "
            f"{len(self.missing)} missing, {self.altered} altered, {self.twice} in two recordings; "
            f"{self.recordings} recordings, {self.not_whole} not whole; "
            f"verify counts {self.verified} samples over all and names {self.named} as lost"
        )


def kill_again_and_again(folder: Path, seed: int, kills: int, minutes: float) -> Found:
    """Up to `kills` kills within `minutes`, then a stop in good order."""
    rng = random.Random(seed)
    until_s = time.monotonic() + minutes * 60.0
    log, data, socket = folder / "sensor.log", folder / "data", folder / "clip.hci"
    killed = 0
    with sensor(socket, log):
        while killed < kills and time.monotonic() < until_s:
            with live(socket, data) as program:
                await_samples(program)
                time.sleep(rng.uniform(0.0, LONGEST_S))
                program.send_signal(signal.SIGKILL)
                program.wait()
            killed += 1
            if sys.stderr.isatty():
                print(f"\r{killed} of {kills} kills", end="", file=sys.stderr)
        with live(socket, data) as program:
            await_samples(program)
            time.sleep(3.0)
            program.terminate()  # as Ctrl-C, which a child of a background job never hears
            program.communicate(timeout=PATIENCE_S)
    return judged(list(read_send_log(log)), data / "recordings", killed)


def judged(log: list[Taken], recordings: Path, kills: int) -> Found:
    """Hold the union of all recordings against the log."""
    expected = {taken[:3]: taken[3] for taken in log}
    found = Found(kills=kills, taken=len(expected))
    seen: Counter[tuple[int, int, int]] = Counter()
    for path in sorted(recordings.glob("*.mcap*")):
        found.recordings += 1
        within: set[tuple[int, int, int]] = set()
        for key, row in samples_of(path):
            within.add(key)
            found.altered += expected.get(key) != row
        seen.update(within)
        recording = open_recording(path)
        found.not_whole += sum(1 for _ in recording) == 0 or recording.notice is not None
    counts = together([verify(path) for path in sorted(recordings.glob("*.mcap*"))])
    found.verified = sum(count.samples for count in counts)
    found.named = sum(count.samples_lost for count in counts)
    found.stored = len(seen)
    found.twice = sum(count - 1 for count in seen.values())
    found.missing = [(*key, row) for key, row in expected.items() if key not in seen]
    return found


def samples_of(path: Path) -> Iterator[tuple[tuple[int, int, int], bytes]]:
    """Each sample of a recording, in order of arrival, by boot id, epoch and index."""
    boot_id = 0
    for item in open_recording(path):
        if isinstance(item, ValueRead) and item.channel == Characteristic.INFO:
            boot_id = Info.unpack(item.data).boot_id
        if not (isinstance(item, Notification) and item.channel == Characteristic.MOTION):
            continue
        try:
            packet = MotionPacket.unpack(item.data)
        except RemoteProtocolError:
            continue
        for number in range(packet.count):
            row = packet.rows[number * ROW_BYTES : (number + 1) * ROW_BYTES]
            yield (boot_id, packet.epoch, packet.index + number), row


@contextmanager
def sensor(socket: Path, log: Path) -> Iterator[None]:
    """A virtual sensor that is ready."""
    command = ["virtual-sensor", "--hci", f"unix-server:{socket}", "--log", str(log)]
    with started(command, log.parent / "sensor") as process:
        assert process.stdout is not None
        assert "is ready" in process.stdout.readline()
        yield
        process.terminate()


@contextmanager
def live(socket: Path, data: Path) -> Iterator[subprocess.Popen[str]]:
    """The program on that sensor."""
    with started(["live", "--hci", f"unix-client:{socket}", "--json"], data) as process:
        yield process


@contextmanager
def started(arguments: list[str], data: Path) -> Iterator[subprocess.Popen[str]]:
    """A command of the program; killed at the end if it still runs."""
    environment = os.environ | {DATA_VARIABLE: str(data), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "sensorapp", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def await_samples(program: subprocess.Popen[str]) -> None:
    """Return once the program shows a posture."""
    assert program.stdout is not None
    for line in program.stdout:
        if '"posture"' in line:
            return
    raise AssertionError(f"the program ended by itself, with status {program.wait()}")


def main() -> int:
    """Run it and print the figures; status 1 if anything is missing or altered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--kills", type=int, default=100)
    asked = parser.parse_args()
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = kill_again_and_again(Path(folder), asked.seed, asked.kills, asked.minutes)
    print(f"{found}; seed {asked.seed}, {time.monotonic() - began_s:.0f} s")
    return 0 if found.good else 1


if __name__ == "__main__":
    sys.exit(main())
