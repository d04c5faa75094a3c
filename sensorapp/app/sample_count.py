"""Counts a recording's samples and names each one that is missing, by index and time.

It trusts no driver's claim of loss: the samples that came are laid side by side, whatever the
order in which they came, and what is between them is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sensorapp.app.sample_runs import SampleRuns
from sensorapp.drivers.base import DriverOutput, DriverRun, PacketTaker, SensorDriver
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
_TOGETHER = 600
"""Packets that are decoded at once: a minute's, if nothing else comes."""


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


@dataclass(frozen=True, slots=True)
class SampleStream:
    """One stream of a sensor as a recording holds it.

    `stream_id` is the sensor's own name of it, boot id and epoch, None for a sensor that keeps
    nothing: its stream never goes on in another recording. `continues` says that the recording
    went on with it where an earlier one had left it.
    """

    driver: str
    name: str
    stream_id: tuple[int, int] | None
    continues: bool
    runs: SampleRuns[float]


class _Counter:
    """Follows one sensor."""

    def __init__(self, sensor_id: str, first_ns: int) -> None:
        self._sensor_id, self._name, self._driver = sensor_id, "", ""
        self._first_ns = first_ns
        self._run: DriverRun | None = None
        self._taker: PacketTaker | None = None
        self._waiting = 0
        self._packets = self._samples = self._repeated = self._faults = 0
        self._epochs: dict[int, SampleRuns[float]] = {}
        self._stream_ids: dict[int, tuple[int, int]] = {}
        self._left_off: tuple[int, int] | None = None

    def connect(
        self, item: Connected, driver: SensorDriver | None, settings: SessionSettings
    ) -> None:
        """A connection is up: open the conversation, or go on with it."""
        self._name, self._driver = item.name, item.driver
        if self._run is None and driver is not None:
            left_off = settings.position_of(driver.key, item.name)
            self._left_off = None if left_off is None else (left_off.boot_id, left_off.epoch)
            self._run = driver.open(item.sensor_id, settings.rate_mhz, left_off)
            self._taker = self._run if isinstance(self._run, PacketTaker) else None

    def feed(self, item: Input) -> None:
        """Count what the driver decodes; what nobody can decode is a fault."""
        taker = self._taker
        if taker is not None and isinstance(item, Notification) and taker.takes(item):
            self._waiting += 1
            if self._waiting >= _TOGETHER:
                self._decode()
            return
        self._decode()
        if self._run is not None:
            if isinstance(item, UserCommand) and item.command is Command.STOP:
                self._run.stop()  # so that its answer is one to it, as on the day
            stream_id = self._stream_id(self._run)  # before the input: it may end the stream
            self._add(self._run.on_input(item), item.host_ns, stream_id)
        elif isinstance(item, Notification):
            self._faults += 1

    def _decode(self) -> None:
        """Count the packets that wait to be decoded together; each came at its own time."""
        block = None if self._taker is None or not self._waiting else self._taker.taken()
        self._waiting = 0
        if self._run is None or block is None:
            return
        stream_id = self._stream_id(self._run)
        if stream_id is not None:
            self._stream_ids.setdefault(block.epoch, stream_id)
        self._packets += len(block.arrivals)
        first = block.first_index
        epoch = self._epoch(block.epoch, first)
        for end, host_ns, _ in block.arrivals:
            self._lay(epoch, first, end, host_ns)
            first = end

    @staticmethod
    def _stream_id(run: DriverRun) -> tuple[int, int] | None:
        position = run.position
        return None if position is None else (position.boot_id, position.epoch)

    def _add(
        self, outputs: tuple[DriverOutput, ...], host_ns: int, stream_id: tuple[int, int] | None
    ) -> None:
        blocks = [output for output in outputs if isinstance(output, ImuBlock)]
        self._packets += bool(blocks)
        for output in outputs:
            self._faults += isinstance(output, Fault)
            if isinstance(output, ImuBlock | LostSamples) and stream_id is not None:
                self._stream_ids.setdefault(output.epoch, stream_id)
            if isinstance(output, LostSamples):
                end = output.first_index + output.count
                self._epoch(output.epoch, output.first_index).claim(output.first_index, end)
        for block in blocks:
            epoch = self._epoch(block.epoch, block.first_index - block.lost_before)
            self._lay(epoch, block.first_index, block.first_index + block.count, host_ns)

    def _lay(self, epoch: SampleRuns[float], first: int, end: int, host_ns: int) -> None:
        new = epoch.add(first, end, (host_ns - self._first_ns) / _NS)
        self._samples += new
        self._repeated += end - first - new

    def counted(self) -> SensorCount:
        """All of it."""
        self._decode()
        gaps = [
            SampleGap(number, gap.first_index, gap.count, gap.after, gap.before)
            for number, epoch in self._epochs.items()
            for gap in epoch.missing()
        ]
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

    def streams(self) -> Iterator[SampleStream]:
        """Each stream, in order of appearance."""
        self._decode()
        for number, epoch in self._epochs.items():
            stream_id = self._stream_ids.get(number)
            # Only the first can be that of another recording: the sensor's number comes again.
            continues = number == 1 and stream_id is not None and stream_id == self._left_off
            yield SampleStream(self._driver, self._name, stream_id, continues, epoch)

    def _epoch(self, number: int, begin: int) -> SampleRuns[float]:
        epoch = self._epochs.setdefault(number, SampleRuns(begin))
        epoch.claim(begin)
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
        if isinstance(item, Stored | Tick):
            for counter in self._counters.values():
                counter.feed(item)
        elif isinstance(item, Connected | Notification) or item.sensor_id in self._counters:
            counter = self._counter(item.sensor_id, self._first_ns)
            if isinstance(item, Connected):
                counter.connect(item, self._drivers.get(item.driver), self._settings)
            counter.feed(item)

    def _counter(self, sensor_id: str, first_ns: int) -> _Counter:
        counter = self._counters.get(sensor_id)
        if counter is None:
            counter = self._counters[sensor_id] = _Counter(sensor_id, first_ns)
        return counter

    def counted(self) -> tuple[SensorCount, ...]:
        """Every sensor, in order of appearance."""
        return tuple(counter.counted() for counter in self._counters.values())

    def streams(self) -> tuple[SampleStream, ...]:
        """Every stream of every sensor, in order of appearance."""
        return tuple(stream for counter in self._counters.values() for stream in counter.streams())
