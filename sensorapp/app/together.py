"""Counts the samples of several recordings together: a stream that went on is one stream.

A session that ends without the sensor's word, or is killed, leaves its stream to the next one (see
`left_off`). Each recording alone then holds a part of it; what is between the parts shows only
here, and what two recordings hold is counted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sensorapp.app.sample_count import SampleStream
from sensorapp.app.sample_runs import SampleRuns
from sensorapp.app.verify import Verified

LIVE = "live"
"""Source of recordings of a real sensor."""


@dataclass(frozen=True, slots=True)
class TogetherGap:
    """Samples that no recording holds, by the sensor's own numbers.

    `after` and `before` are the numbers of the recordings with the samples around them, from 0 in
    the order given; None at an open end. `boot_id` and `epoch` are None where a sensor has none.
    """

    boot_id: int | None
    epoch: int | None
    first_index: int
    count: int
    after: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class TogetherCount:
    """One sensor over all recordings: `samples_expected` = `samples` + `samples_lost`, always.

    `recordings` hold samples of it, in `streams` that are each counted once however many recordings
    went on with it. `samples_twice` counts copies in further recordings.
    """

    driver: str
    name: str
    recordings: int
    streams: int
    samples: int
    samples_twice: int
    gaps: tuple[TogetherGap, ...]

    @property
    def samples_lost(self) -> int:
        """Samples in the gaps."""
        return sum(gap.count for gap in self.gaps)

    @property
    def samples_expected(self) -> int:
        """Samples that the sensor is known to have taken."""
        return self.samples + self.samples_lost


@dataclass(slots=True)
class _Stream:
    """Parts of one stream; `begun_in` is the origin of the recording with its beginning."""

    stream_id: tuple[int, int] | None
    begun_in: str | None
    runs: SampleRuns[int]
    samples: int = 0
    twice: int = 0

    def add(self, number: int, part: SampleRuns[float]) -> None:
        self.runs.claim(part.begin, part.end)
        for run in part.runs:
            new = self.runs.add(run.first, run.end, number)
            self.samples += new
            self.twice += run.end - run.first - new

    def gaps(self) -> list[TogetherGap]:
        boot_id, epoch = (None, None) if self.stream_id is None else self.stream_id
        return [
            TogetherGap(boot_id, epoch, gap.first_index, gap.count, gap.after, gap.before)
            for gap in self.runs.missing()
        ]


@dataclass(slots=True)
class _Sensor:
    """The streams of one sensor, in the order in which they began."""

    streams: list[_Stream] = field(default_factory=list)
    recordings: set[int] = field(default_factory=set)

    def add(self, number: int, origin: str, stream: SampleStream) -> None:
        self.recordings.add(number)
        begun_in = None if stream.continues else origin
        whole = self._begun(stream.stream_id, begun_in)
        if whole is None:
            whole = _Stream(stream.stream_id, begun_in, SampleRuns(stream.runs.begin))
            self.streams.append(whole)
        whole.begun_in = whole.begun_in or begun_in
        whole.add(number, stream.runs)

    def _begun(self, stream_id: tuple[int, int] | None, begun_in: str | None) -> _Stream | None:
        """The stream that this is a part of.

        A sensor numbers its streams from 0 to 255 and then anew, so that the number alone does not
        make two parts one stream: one of them went on, or they are copies of one recording.
        """
        if stream_id is None:
            return None
        for stream in reversed(self.streams):
            if stream.stream_id != stream_id:
                continue
            if begun_in is None or stream.begun_in in (None, begun_in):
                return stream
        return None


def together(verified: Sequence[Verified]) -> tuple[TogetherCount, ...]:
    """Every sensor of the recordings, in order of their start, whatever order they are given in."""
    sensors: dict[tuple[str, str], _Sensor] = {}
    in_time = sorted(enumerate(verified), key=lambda one: one[1].header.started_utc)
    for number, one in in_time:
        header = one.header
        # What is made up has neither a start nor a boot of its own: each is another day.
        origin = header.started_utc if header.source == LIVE else f"recording {number}"
        for stream in one.streams:
            sensor = sensors.setdefault((stream.driver, stream.name), _Sensor())
            sensor.add(number, origin, stream)
    return tuple(_counted(*key, sensor) for key, sensor in sensors.items())


def _counted(driver: str, name: str, sensor: _Sensor) -> TogetherCount:
    return TogetherCount(
        driver=driver,
        name=name,
        recordings=len(sensor.recordings),
        streams=len(sensor.streams),
        samples=sum(stream.samples for stream in sensor.streams),
        samples_twice=sum(stream.twice for stream in sensor.streams),
        gaps=tuple(gap for stream in sensor.streams for gap in stream.gaps()),
    )
