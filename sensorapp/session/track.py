"""One sensor's way from samples to frames, alerts and movements.

The order is fixed: time, chunks of the 10 Hz grid, orientation, poses, angles, activity,
movements, coach. Every step sees whole chunks, so how samples came in packets, and when,
can't change a result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sensorapp.metrics.own_baseline import OwnBaseline
from sensorapp.model.device import ClockPing, DeviceInfo
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import QuietChanged
from sensorapp.model.outputs import Fault, Gap, Output
from sensorapp.model.posture import (
    CalibrationSource,
)
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.session.arrivals import Arrivals
from sensorapp.session.calibration_output import calibration_output
from sensorapp.session.calibrator import Aligned, Calibrator
from sensorapp.session.commands import Asked, Commands
from sensorapp.session.epochs import Timeline
from sensorapp.session.frames import Told
from sensorapp.session.joining import apart, joined
from sensorapp.session.judging import Context, Judge
from sensorapp.session.movement_outputs import movement_output
from sensorapp.session.readings import Reading
from sensorapp.session.senses import Senses
from sensorapp.signal.chunks import Chunk, Chunker, Stretch
from sensorapp.signal.movements import MovementSpan

_FEW = 16
"""Packets that are not worth another attempt to work on them together."""


class Track:
    """Everything between the driver's blocks and what is said about the upper back."""

    def __init__(self, sensor_id: str, settings: SessionSettings) -> None:
        self._sensor_id = sensor_id
        self._settings = settings
        self._timeline = Timeline()
        self._arrivals = Arrivals()
        self._chunker = Chunker()
        self._senses: Senses | None = None
        self._calibrator = Calibrator(settings)
        self._has_gyro = True
        self._next_index = 0
        self._refused = (0, 0)
        self.smoothness = OwnBaseline()
        self._motor_ns: tuple[int, int] | None = None
        """First and last sample of the newest block during which the sensor's motor ran."""
        self._judge = Judge(sensor_id, settings, self._arrivals)
        self.coach = self._judge.coach
        self.profiles, self.breaks = self._judge.profiles, self._judge.breaks
        self._commands = Commands(
            sensor_id, self._calibrator, self.coach, self.breaks, self._judge_by, self._aligned
        )
        self._commands.profile = settings.profile

    @property
    def t_ns(self) -> int | None:
        """Instant of the newest sample, None before the first."""
        return self._timeline.t_ns

    @property
    def shown_flexion_deg(self) -> float | None:
        """Flexion, low-passed for the display."""
        shown_up = None if self._senses is None else self._senses.shown_up
        axes = self._judge.axes
        return None if axes is None or shown_up is None else axes.flexion_deg(shown_up)

    @property
    def behind_s(self) -> float:
        """How old the newest sample was when it came: seconds while a backlog is fetched."""
        return self._arrivals.behind_s(self._timeline.t_ns)

    def host_ns(self, t_ns: int) -> int | None:
        """The host's clock at this session time, None before the first sample."""
        return self._arrivals.host_ns(t_ns)

    def ping(self, ping: ClockPing) -> None:
        """A round trip between the clocks."""
        t_ns = self._timeline.instant_of((ping.received_ticks + ping.answered_ticks) // 2)
        if t_ns is not None:
            self._arrivals.round_trip(ping.sent_ns, ping.heard_ns, t_ns)

    @property
    def calibration_progress(self) -> float:
        """How much of the rest that is waited for is there, 0..1."""
        return self._calibrator.progress

    @property
    def waiting_for(self) -> str:
        """The pose that is waited for, "" for none."""
        return self._calibrator.waiting.value

    def device(self, info: DeviceInfo) -> None:
        """The sensor told what it is."""
        self._timeline.boot_id = info.boot_id

    def not_stored(self) -> None:
        """The stored alignment belongs to another sensor."""
        self._calibrator.forget_stored()

    def worn(self, worn: bool | None) -> None:
        """The sensor told whether it is on a body."""
        self._judge.says_worn = worn

    @property
    def profile(self) -> str:
        """Whose neutral pose and limits are in force."""
        return self._commands.profile

    @property
    def quiet(self) -> QuietChanged | None:
        """Why it is quiet without the wearer's doing, None while it is not."""
        return self._commands.quiet

    def command(self, item: Asked) -> None:
        """Remember what the user asked for until its instant."""
        self._commands.add(item)

    def add(self, block: ImuBlock) -> list[Output]:
        """Digest new samples of the driver."""
        before_ns = self._timeline.t_ns
        new_epoch = self._timeline.begins(block)
        t_ns = self._timeline.stamp(block)
        if t_ns is None:
            message = f"Samples from index {block.first_index} can't be of this time; left out."
            return [Fault(self._sensor_id, before_ns, "time", message)]
        if new_epoch or block.has_gyro != self._has_gyro:
            self._open_epoch(block)
        first_ns, last_ns = t_ns.item(0), t_ns.item(-1)
        if block.motor:
            self._motor_ns = first_ns, last_ns
        self._arrivals.came(last_ns, block.host_ns)
        outputs = self._gaps(block, first_ns, before_ns if new_epoch else None)
        self._next_index = block.first_index + block.count
        for chunk in self._chunker.push(block, t_ns):
            outputs += self._chunk(chunk)
        refused = (self._chunker.not_finite, self._chunker.impossible)
        if refused != self._refused:
            outputs += self._bad_samples(first_ns, refused)
        return outputs

    def add_many(self, block: ImuBlock) -> list[list[Told]]:
        """What `add` gives for each of the packets that were joined to this block."""
        parts = block.arrivals
        goes_on = self._timeline.goes_on(block) and block.has_gyro and self._has_gyro
        if not (parts and goes_on and self._chunker.is_good(block)):
            every = apart(block)
            if len(every) < _FEW:
                return [[*self.add(part)] for part in every]
            some, others = every[: len(every) // 2], every[len(every) // 2 :]
            return self.add_many(joined(some)) + self.add_many(joined(others))
        t_ns = self._timeline.stamp(block)
        assert t_ns is not None
        lasts = t_ns[[end_index - block.first_index - 1 for end_index, _, _ in parts]].tolist()
        hosts = [host_ns for _, host_ns, _ in parts]
        self._arrivals.come(zip(lasts, hosts, strict=True))
        self._next_index = block.first_index + block.count
        told: list[list[Told]] = [[] for _ in parts]
        place = 0
        for end_index, outputs in self._in_turn(*self._chunker.push_many(block, t_ns)):
            while parts[place][0] < end_index:
                place += 1
            told[place] += outputs
        self._arrivals.all_came()
        return told

    def _in_turn(
        self, first: Chunk | None, stretch: Stretch | None
    ) -> Iterator[tuple[int, list[Told]]]:
        """What follows chunk after chunk, each with the index after it."""
        if first is not None:
            yield first.next_index, [*self._chunk(first)]
        if stretch is None:
            return
        assert self._senses is not None
        readings, first_index = self._senses.stretch(stretch), stretch.index.item(0)
        if not self._runs(stretch):
            for place, end in enumerate(stretch.ends):
                told = self._judged(readings.t_ns[place], readings.reading(place))
                yield first_index + end, [*told]
            return
        frames, more = self._judge.run(readings, self._context)
        for (place, end), frame in zip(enumerate(stretch.ends), frames.each(), strict=True):
            found: list[Told] = [frame]
            if place in readings.movements:
                found = [*self._moved(readings.movements[place], frames.t_ns[place]), frame]
            if place in more:
                found += more[place]
            yield first_index + end, found

    def _runs(self, stretch: Stretch) -> bool:
        """Whether nothing but the readings decides what follows from these chunks."""
        over_ns = stretch.t_ns.item(0)
        return (
            self._judge.can_run()
            and not self._commands.waiting
            and not self._calibrator.busy
            and (self._motor_ns is None or self._motor_ns[1] < over_ns)
        )

    def _moved(self, spans: Sequence[MovementSpan], t_ns: int) -> list[Output]:
        """What is said of movements that became known."""
        return [movement_output(self._sensor_id, span, self.smoothness, t_ns) for span in spans]

    def _bad_samples(self, first_ns: int, refused: tuple[int, int]) -> list[Output]:
        """What was left out of the last block."""
        not_finite, impossible = (
            now - was for now, was in zip(refused, self._refused, strict=True)
        )
        self._refused = refused
        faults: list[Output] = []
        if not_finite:
            message = f"{not_finite} samples were not numbers and were left out."
            faults.append(Fault(self._sensor_id, first_ns, "not_finite", message))
        if impossible:
            message = f"{impossible} samples can't be what the sensor felt and were left out."
            faults.append(Fault(self._sensor_id, first_ns, "impossible", message))
        return faults

    def _gaps(self, block: ImuBlock, first_ns: int, paused_ns: int | None) -> list[Output]:
        """What is missing before a block, the first of an epoch if the last one ended then."""
        gaps: list[Output] = []
        if paused_ns is not None:
            pause_s = max(0, self._timeline.epoch_began_ns - paused_ns) / 1e9
            gaps.append(Gap(self._sensor_id, first_ns, self._next_index, None, pause_s))
        if block.lost_before:
            missing_s = block.lost_before * 1000.0 / block.rate_mhz
            first = block.first_index - block.lost_before
            gaps.append(Gap(self._sensor_id, first_ns, first, block.lost_before, missing_s))
        return gaps

    def lost(self, lost: LostSamples, rate_mhz: int) -> list[Output]:
        """Samples at the end of a stream that will not come."""
        if lost.in_pause:
            return []  # the gap to the next stream begins with them
        t_ns = self._timeline.t_ns or 0
        missing_s = lost.count * 1000.0 / rate_mhz
        return [Gap(self._sensor_id, t_ns, lost.first_index, lost.count, missing_s)]

    def finish(self) -> list[Output]:
        """Close a movement that is going on."""
        t_ns = self._timeline.t_ns
        if self._senses is None or t_ns is None:
            return []
        return self._moved(self._senses.finish(), t_ns)

    def _open_epoch(self, block: ImuBlock) -> None:
        """New filters: they carry nothing over a pause, nor from six axes to three."""
        again = self._senses is not None
        self._chunker = Chunker()
        self._refused = (0, 0)
        self._has_gyro = block.has_gyro
        bending_deg = self._settings.slouch.bending_deg
        rate_hz = block.rate_mhz / 1000.0
        self._senses = Senses(
            rate_hz,
            bending_deg,
            has_gyro=block.has_gyro,
            tells_motor=block.motor is not None,
            again=again,
        )
        self._calibrator.broken()
        self._judge.broken()

    def _chunk(self, chunk: Chunk) -> list[Output]:
        """What follows from a chunk."""
        assert self._senses is not None
        return self._judged(chunk.frame_t_ns, self._senses.step(chunk))

    def _judged(self, t_ns: int, reading: Reading) -> list[Output]:
        """What follows from the reading of a frame."""
        self._arrivals.frame_ns = t_ns
        outputs = self._commands.due(t_ns)
        if self._judge.axes is None and self._calibrator.alignment is not None:
            stored = Aligned(self._calibrator.alignment, CalibrationSource.STORED, poses=None)
            outputs += self._aligned(stored, t_ns)
        if reading.broken:
            self._calibrator.broken()
            self._judge.broken()
        if self._calibrator.busy and not reading.uncertain:
            worn = None if self._judge.is_worn(reading) else False
            aligned = self._calibrator.step(reading.chunk, reading, worn=worn)
            if aligned is not None:
                outputs += self._aligned(aligned, t_ns)
        if reading.movements:
            outputs += self._moved(reading.movements, t_ns)
        motor = self._motor_ns is not None and _overlaps(reading.chunk, *self._motor_ns)
        return outputs + self._judge.step(t_ns, reading, self._context, motor=motor)

    @property
    def _context(self) -> Context:
        assert self._senses is not None
        alignment = self._calibrator.alignment
        assumed = alignment is not None and alignment.axis_source is CalibrationSource.ASSUMED
        return Context(self._senses.activities, assumed, self.profile)

    def _aligned(self, aligned: Aligned, t_ns: int) -> list[Output]:
        outputs: list[Output] = []
        if aligned.trouble:
            outputs.append(Fault(self._sensor_id, t_ns, "calibration", aligned.trouble))
        alignment = aligned.alignment
        if alignment is not None:
            self._judge.align(alignment)
            if aligned.source not in (CalibrationSource.STORED, CalibrationSource.BENDS):
                self.coach.needs_pose = False
            limit_deg = self.coach.threshold_deg
            outputs.append(calibration_output(self._sensor_id, t_ns, aligned, alignment, limit_deg))
        return outputs

    def _judge_by(self, slouch: SlouchSettings) -> None:
        self._settings = replace(self._settings, slouch=slouch)
        self.coach.judge_by(slouch)
        if self._senses is not None:
            self._senses.activities.bending_deg = slouch.bending_deg


def _overlaps(chunk: Chunk, first_ns: int, last_ns: int) -> bool:
    return first_ns <= chunk.frame_t_ns and int(chunk.t_ns[0]) <= last_ns
