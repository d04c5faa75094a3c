"""Counts a recording's samples and names each one that is missing, by index and time.

It trusts no driver's claim of loss: the samples that came are laid side by side, whatever the
order in which they came, and what is between them is missing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sensorapp.drivers.base import DriverOutput, DriverRun, SensorDriver
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import (
    Command,
    Connected,
    Input,
    Notification,
    Stored,
    Tick,
    UserCommand,
)
from sensorapp.model.outputs import Fault
from sensorapp.model.settings import SessionSettings

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class SampleGap:
    """Samples that are missing; times are arrivals, in seconds after the first input.

    `from_s` is None before an epoch's first sample, `until_s` after its last.
    """

    epoch: int
    first_index: int
    count: int
    from_s: float | None
    until_s: float | None


@dataclass(frozen=True, slots=True)
class SensorCount:
    """One sensor's samples: `samples_expected` = `samples` + `samples_lost`, always.

    `faults` counts what could not be decoded, above all packets whose connection or stream began
    in a part that is missing; `driver` and `name` are empty then.
    """

    sensor_id: str
    driver: str
    name: str
    motion_packets: int
    samples: int
    samples_repeated: int
    faults: int
    gaps: tuple[SampleGap, ...]

    @property
    def samples_lost(self) -> int:
        """Samples in the gaps."""
        return sum(gap.count for gap in self.gaps)

    @property
    def samples_expected(self) -> int:
        """Samples that the sensor is known to have taken."""
        return self.samples + self.samples_lost


@dataclass(slots=True)
class _Run:
    """Consecutive samples: [first, end), and when the first and the last of them came."""

    first: int
    end: int
    since_s: float
    until_s: float


@dataclass(slots=True)
class _Epoch:
    """What came of one stream of the sensor, in order of index; `begin` and `end` are claims."""

    begin: int
    end: int = 0
    runs: list[_Run] = field(default_factory=list)

    def add(self, first: int, end: int, at_s: float) -> int:
        """Note samples; how many of them are new."""
        place = bisect_right(self.runs, first, key=lambda run: run.first)
        before = self.runs[place - 1] if place else None
        if before is not None and before.end >= first:
            first = max(first, min(before.end, end))
        new = 0
        while first < end:
            after = self.runs[place] if place < len(self.runs) else None
            stop = end if after is None else min(end, after.first)
            if stop > first:
                new += stop - first
                place = self._put(place, first, stop, at_s)
            if after is None:
                break
            first = max(stop, after.end)
            place += 1
        return new

    def _put(self, place: int, first: int, end: int, at_s: float) -> int:
        """Put a run before the one at `place`; where the next one is now."""
        before = self.runs[place - 1] if place else None
        if before is not None and before.end == first:
            before.end, before.until_s = end, at_s
            return place
        self.runs.insert(place, _Run(first, end, at_s, at_s))
        return place + 1

    def gaps(self, epoch: int) -> Iterator[SampleGap]:
        """What is missing, in order."""
        at, since_s = self.begin, None
        for run in self.runs:
            if run.first > at:
                yield SampleGap(epoch, at, run.first - at, since_s, run.since_s)
            at, since_s = max(at, run.end), run.until_s
        if self.end > at:
            yield SampleGap(epoch, at, self.end - at, since_s, None)


class _Counter:
    """Follows one sensor."""

    def __init__(self, sensor_id: str) -> None:
        self._sensor_id, self._name, self._driver = sensor_id, "", ""
        self._run: DriverRun | None = None
        self._packets = self._samples = self._repeated = self._faults = 0
        self._epochs: dict[int, _Epoch] = {}

    def connect(
        self, item: Connected, driver: SensorDriver | None, settings: SessionSettings
    ) -> None:
        """A connection is up: open the conversation, or go on with it."""
        self._name, self._driver = item.name, item.driver
        if self._run is None and driver is not None:
            left_off = settings.position_of(driver.key, item.name)
            self._run = driver.open(item.sensor_id, settings.rate_mhz, left_off)

    def feed(self, item: Input, at_s: float) -> None:
        """Count what the driver decodes; what nobody can decode is a fault."""
        if self._run is not None:
            if isinstance(item, UserCommand) and item.command is Command.STOP:
                self._run.stop()  # so that its answer is one to it, as on the day
            self._add(self._run.on_input(item), at_s)
        elif isinstance(item, Notification):
            self._faults += 1

    def _add(self, outputs: tuple[DriverOutput, ...], at_s: float) -> None:
        blocks = [output for output in outputs if isinstance(output, ImuBlock)]
        self._packets += bool(blocks)
        for output in outputs:
            self._faults += isinstance(output, Fault)
            if isinstance(output, LostSamples):
                epoch = self._epoch(output.epoch, output.first_index)
                epoch.end = max(epoch.end, output.first_index + output.count)
        for block in blocks:
            epoch = self._epoch(block.epoch, block.first_index - block.lost_before)
            new = epoch.add(block.first_index, block.first_index + block.count, at_s)
            self._samples += new
            self._repeated += block.count - new

    def counted(self) -> SensorCount:
        """All of it."""
        gaps = [gap for number, epoch in self._epochs.items() for gap in epoch.gaps(number)]
        return SensorCount(
            self._sensor_id,
            self._driver,
            self._name,
            self._packets,
            self._samples,
            self._repeated,
            self._faults,
            tuple(gaps),
        )

    def _epoch(self, number: int, begin: int) -> _Epoch:
        epoch = self._epochs.setdefault(number, _Epoch(begin))
        epoch.begin = min(epoch.begin, begin)
        return epoch


class SampleCount:
    """Follows the inputs of a recording, all its sensors."""

    def __init__(self, drivers: Mapping[str, SensorDriver], settings: SessionSettings) -> None:
        self._drivers = drivers
        self._settings = settings
        self._counters: dict[str, _Counter] = {}
        self._first_ns: int | None = None

    def feed(self, item: Input) -> None:
        """Count an input; no input raises."""
        if self._first_ns is None:
            self._first_ns = item.host_ns
        at_s = (item.host_ns - self._first_ns) / _NS
        if isinstance(item, Stored | Tick):
            for counter in self._counters.values():
                counter.feed(item, at_s)
        elif isinstance(item, Connected | Notification) or item.sensor_id in self._counters:
            counter = self._counters.setdefault(item.sensor_id, _Counter(item.sensor_id))
            if isinstance(item, Connected):
                counter.connect(item, self._drivers.get(item.driver), self._settings)
            counter.feed(item, at_s)

    def counted(self) -> tuple[SensorCount, ...]:
        """Every sensor, in order of appearance."""
        return tuple(counter.counted() for counter in self._counters.values())
