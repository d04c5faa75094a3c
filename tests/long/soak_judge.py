"""Holds a soak's recording against the log of the sensor."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

import numpy as np

from firmware_protocol.ids import Characteristic, Op
from firmware_protocol.info import Info
from sensorapp.app.sample_count import SampleCount
from sensorapp.drivers.base import DriverRun
from sensorapp.drivers.catalogue import drivers
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import (
    Command,
    Connected,
    Input,
    Notification,
    UserCommand,
    ValueRead,
)
from sensorapp.store.recording_reader import open_recording
from tests.long.soak_world import RATE_MHZ, World

_GYRO_RADS = math.radians(2.0**-4)
_ACCEL_MPS2 = 9.80665 * 2.0**-12
_CONTROL = Characteristic.CONTROL.value
_STARTED = bytes((0x80, Op.START))

LONGEST_TAIL = 1000
"""Samples at the end of a stream that may go with the sensor's power: it is cut when the link
has been good for two seconds and more, so what has not come by then is on its way.
"""

Stream = tuple[int, int]


@dataclass
class Verdict:
    """Samples by their fate, and how long it took to be back, by kind of fault."""

    taken: int = 0
    stored: int = 0
    named: int = 0
    with_power: int = 0
    with_link: int = 0
    thrown_away: int = 0
    """Taken, held by the sensor, not here, and forgotten by it because the program said START."""
    unnamed: list[str] = field(default_factory=list)
    cut_off_long: list[str] = field(default_factory=list)
    """Streams whose power took more than `LONGEST_TAIL` samples with it."""
    altered: int = 0
    made_up: int = 0
    handed_on_twice: int = 0
    backward: int = 0
    not_whole: str = ""
    recoveries: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        wrong = self.unnamed or self.altered or self.made_up or self.handed_on_twice
        wrong = wrong or self.thrown_away or self.cut_off_long
        return not (wrong or self.backward or self.not_whole) and self.taken > 0

    def figures(self) -> dict[str, object]:
        """In the words of JSON."""
        every = sorted(took for times in self.recoveries.values() for took in times)
        cuts = quantiles(every, n=20, method="inclusive") if len(every) > 1 else every * 20
        return {
            "good": self.good,
            "faults": len(every),
            "kinds": len(self.recoveries),
            "samples_taken": self.taken,
            "stored": self.stored,
            "named_lost": self.named,
            "lost_with_power": self.with_power,
            "lost_with_unbuffered_links": self.with_link,
            "thrown_away": self.thrown_away,
            "unnamed": self.unnamed,
            "cut_off_long": self.cut_off_long,
            "altered": self.altered,
            "made_up": self.made_up,
            "handed_on_twice": self.handed_on_twice,
            "backward_times": self.backward,
            "not_whole": self.not_whole,
            "back_p50_s": round(cuts[9], 2),
            "back_p95_s": round(cuts[18], 2),
            "back_max_s": round(every[-1], 2),
        }

    def table(self) -> list[str]:
        """A line for each kind."""
        return [
            f"  {kind:<14} {len(times):>4} times, back after "
            f"{sorted(times)[len(times) // 2]:6.2f} s (max {max(times):6.2f})"
            for kind, times in sorted(self.recoveries.items())
        ]


def judged(world: World, recoveries: Mapping[str, Sequence[float]]) -> Verdict:
    """What became of each sample that the sensor took."""
    recording = open_recording(world.path)
    count = SampleCount(drivers(), recording.header.settings)
    for item in recording:
        count.feed(item)
    (sensor,) = count.counted()
    found = Verdict(recoveries=recoveries, backward=world.seen.backward)
    found.not_whole = recording.notice or ""
    log = {taken[:3]: taken[3] for taken in world.log}
    assert len(log) == len(world.log), "the sensor gave two samples one name"
    found.taken = len(log)
    stored: set[tuple[int, int, int]] = set()
    named_ends: dict[Stream, int] = {}
    for key, row in _handed_on(recording, named_ends):
        found.handed_on_twice += key in stored
        if key not in log:
            found.made_up += 1
        elif log[key] != row:
            found.altered += 1
        else:
            stored.add(key)
    found.stored = len(stored)
    found.thrown_away = sum(
        (held.boot_id, held.epoch, index) not in stored
        for held in world.forgotten
        for index in range(held.first_index, held.end_index)
    )
    _account(world, found, stored, named_ends, sensor.samples_lost)
    return found


def _handed_on(
    items: Iterable[Input], named_ends: dict[Stream, int]
) -> Iterator[tuple[tuple[int, int, int], bytes]]:
    """Each sample that the driver hands on, by the sensor's boot id and epoch, and its bytes.

    `named_ends` gets the end of each stream whose last samples the driver names as lost.
    """
    boot = epoch = 0
    runs: dict[str, DriverRun] = {}
    for item in items:
        if isinstance(item, Connected) and item.sensor_id not in runs:
            runs[item.sensor_id] = DRIVER.open(item.sensor_id, RATE_MHZ)
        if isinstance(item, UserCommand) and item.command is Command.STOP:
            runs[item.sensor_id].stop()
        told = [output for run in runs.values() for output in run.on_input(item)]
        # what was held back belongs to the stream before: a new one begins after it
        for output in told:
            if isinstance(output, ImuBlock):
                yield from _samples(output, boot, epoch)
            elif isinstance(output, LostSamples):
                named_ends[boot, epoch] = output.first_index + output.count
        if isinstance(item, ValueRead):
            boot = Info.unpack(item.data).boot_id
        control = item.data if isinstance(item, Notification) and item.channel == _CONTROL else b""
        if control[:2] == _STARTED and control[3] == 0:
            epoch = control[4]


def _samples(
    block: ImuBlock, boot: int, epoch: int
) -> Iterator[tuple[tuple[int, int, int], bytes]]:
    counts = np.concatenate((block.gyro_rads / _GYRO_RADS, block.accel_mps2 / _ACCEL_MPS2), axis=1)
    for number, row in enumerate(np.rint(counts).astype("<i2")):
        yield (boot, epoch, block.first_index + number), row.tobytes()


def _account(
    world: World,
    found: Verdict,
    stored: set[tuple[int, int, int]],
    named_ends: Mapping[Stream, int],
    named: int,
) -> None:
    """Each missing sample: named by the driver, or at the end of a stream that was cut off."""
    ends: dict[Stream, int] = defaultdict(int)
    have: dict[Stream, int] = defaultdict(int)
    last: dict[Stream, int] = {}
    came = {(boot, epoch) for boot, epoch, _ in stored}
    for boot, epoch, index, _ in world.log:
        ends[boot, epoch] = max(ends[boot, epoch], index + 1)
    for boot, epoch, index in stored:
        have[boot, epoch] += 1
        last[boot, epoch] = max(last.get((boot, epoch), 0), index + 1)
    for stream, end in named_ends.items():
        last[stream] = max(last.get(stream, 0), end)
    newest = max(ends)
    inside = 0
    for stream, end in ends.items():
        tail = end - last.get(stream, 0)
        inside += last.get(stream, 0) - have[stream]
        if stream == newest:
            inside += tail  # STOP says how far it went
            continue
        if stream == max(one for one in ends if one[0] == stream[0]):
            found.with_power += tail  # the last stream of a boot that was cut off
            if tail > LONGEST_TAIL:
                found.cut_off_long.append(f"stream {stream}: {tail} samples at its end")
        else:
            found.with_link += tail
    found.named = named
    if inside != found.named:
        found.unnamed.append(f"{inside} missing within streams, {found.named} named")
    # A stream of which nothing came lies within the pause between those around it.
    pauses = sum(1 for gap in world.seen.gaps if gap.count is None)
    if pauses < len(came) - 1:
        found.unnamed.append(f"{len(came)} streams came, {pauses} pauses named between them")
