"""One sensor's way from samples to frames, alerts and movements.

The order is fixed: time, chunks of the 10 Hz grid, orientation, poses, angles, activity,
movements, coach. Every step sees whole chunks, so how samples came in packets, and when,
can't change a result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sensorapp.coach.breaks import BreakCoach
from sensorapp.coach.profile_offers import ProfileCoach
from sensorapp.coach.slouch import SlouchCoach
from sensorapp.coach.training import TrainingTime
from sensorapp.metrics.own_baseline import OwnBaseline
from sensorapp.model.activity import Activity, ActivityKind
from sensorapp.model.device import ClockPing, DeviceInfo
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import QuietChanged
from sensorapp.model.outputs import Fault, Gap, Output
from sensorapp.model.posture import (
    BaselineOffer,
    CalibrationSource,
    PostureFrame,
    PostureState,
    Quality,
)
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.session.arrivals import Arrivals
from sensorapp.session.break_outputs import break_outputs
from sensorapp.session.calibration_output import calibration_output
from sensorapp.session.calibrator import Aligned, Calibrator
from sensorapp.session.commands import Asked, Commands
from sensorapp.session.epochs import Timeline
from sensorapp.session.joining import apart, joined
from sensorapp.session.judgement import doing_of, quality_of
from sensorapp.session.movement_outputs import movement_output
from sensorapp.session.offers import why_offered
from sensorapp.session.seat_watch import SeatWatch
from sensorapp.session.senses import Reading, Senses
from sensorapp.signal.activity.judge import Posed
from sensorapp.signal.angles import BodyAxes
from sensorapp.signal.chunks import Chunk, Chunker, Stretch

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
        self._axes: BodyAxes | None = None
        self._seat: SeatWatch | None = None
        self._has_gyro = True
        self._next_index = 0
        self._refused = (0, 0)
        self._sensor_says_worn: bool | None = None
        self.smoothness = OwnBaseline()
        self._motor_ns: tuple[int, int] | None = None
        """First and last sample of the newest block during which the sensor's motor ran."""
        """Why no alert sounds until further notice."""
        self.coach = SlouchCoach(sensor_id, settings.slouch)
        self.breaks = BreakCoach(sensor_id, settings.breaks)
        self._commands = Commands(
            sensor_id, self._calibrator, self.coach, self.breaks, self._judge_by, self._aligned
        )
        self._commands.profile = settings.profile
        self.profiles = ProfileCoach(sensor_id)
        self.coach.training = TrainingTime(settings.coaching.training_left_s)

    @property
    def t_ns(self) -> int | None:
        """Instant of the newest sample, None before the first."""
        return self._timeline.t_ns

    @property
    def shown_flexion_deg(self) -> float | None:
        """Flexion, low-passed for the display."""
        shown_up = None if self._senses is None else self._senses.shown_up
        if self._axes is None or shown_up is None:
            return None
        return self._axes.flexion_deg(shown_up)

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
        self._sensor_says_worn = worn

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

    def add_many(self, block: ImuBlock) -> list[list[Output]]:
        """What `add` gives for each of the packets that were joined to this block."""
        parts = block.arrivals
        goes_on = self._timeline.goes_on(block) and block.has_gyro and self._has_gyro
        if not (parts and goes_on and self._chunker.is_good(block)):
            every = apart(block)
            if len(every) < _FEW:
                return [self.add(part) for part in every]
            some, others = every[: len(every) // 2], every[len(every) // 2 :]
            return self.add_many(joined(some)) + self.add_many(joined(others))
        t_ns = self._timeline.stamp(block)
        assert t_ns is not None
        lasts = t_ns[[end_index - block.first_index - 1 for end_index, _, _ in parts]].tolist()
        hosts = [host_ns for _, host_ns, _ in parts]
        self._arrivals.come(zip(lasts, hosts, strict=True))
        self._next_index = block.first_index + block.count
        told: list[list[Output]] = [[] for _ in parts]
        place = 0
        for end_index, outputs in self._in_turn(*self._chunker.push_many(block, t_ns)):
            while parts[place][0] < end_index:
                place += 1
            told[place] += outputs
        self._arrivals.all_came()
        return told

    def _in_turn(
        self, first: Chunk | None, stretch: Stretch | None
    ) -> Iterator[tuple[int, list[Output]]]:
        """What follows chunk after chunk, each with the index after it."""
        if first is not None:
            yield first.next_index, self._chunk(first)
        if stretch is not None:
            assert self._senses is not None
            first_index = stretch.index.item(0)
            for place, reading in enumerate(self._senses.stretch(stretch)):
                next_index = first_index + stretch.ends[place]
                yield next_index, self._judged(stretch.frame_t_ns[place], reading)

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
        return [
            movement_output(self._sensor_id, span, self.smoothness, t_ns)
            for span in self._senses.finish()
        ]

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
        if self._seat is not None:
            self._seat.broken()

    def _chunk(self, chunk: Chunk) -> list[Output]:
        """What follows from a chunk."""
        assert self._senses is not None
        return self._judged(chunk.frame_t_ns, self._senses.step(chunk))

    def _judged(self, t_ns: int, reading: Reading) -> list[Output]:
        """What follows from the reading of a frame."""
        self._arrivals.frame_ns = t_ns
        outputs = self._commands.due(t_ns)
        if self._axes is None and self._calibrator.alignment is not None:
            stored = Aligned(self._calibrator.alignment, CalibrationSource.STORED, poses=None)
            outputs += self._aligned(stored, t_ns)
        if reading.broken:
            self._calibrator.broken()
            if self._seat is not None:
                self._seat.broken()
        if self._calibrator.busy and not reading.uncertain:
            worn = None if self._is_worn(reading) else False
            aligned = self._calibrator.step(reading.chunk, reading, worn=worn)
            if aligned is not None:
                outputs += self._aligned(aligned, t_ns)
        if reading.movements:
            outputs += [
                movement_output(self._sensor_id, span, self.smoothness, t_ns)
                for span in reading.movements
            ]
        motor = self._motor_ns is not None and _overlaps(reading.chunk, *self._motor_ns)
        told = self._frame(t_ns, reading, motor=motor)
        late_s = self._arrivals.late_s
        outputs += told + break_outputs(self.breaks, self.coach, told, reading, late_s)
        frame = told[0]
        assert isinstance(frame, PostureFrame)
        return outputs + self.profiles.step(frame, self.profile)

    def _frame(self, t_ns: int, reading: Reading, *, motor: bool) -> list[Output]:
        axes = self._axes
        if axes is None:
            worn = self._is_worn(reading)
            state = PostureState.CALIBRATING if worn else PostureState.NOT_WORN
            quality, sigma_deg = self._quality(reading), reading.tilt_sigma_deg
            activity = self._activity(reading, (None, None), motor=motor)
            frame = PostureFrame(
                self._sensor_id, t_ns, None, None, None, state, quality, sigma_deg, activity
            )
            self.coach.training.step(frame)
            return [frame]
        flexion_deg = axes.flexion_deg(reading.up)
        side_bend_deg = axes.side_bend_deg(reading.up)
        angles_deg = (None, None) if reading.uncertain else (flexion_deg, side_bend_deg)
        activity = self._activity(reading, angles_deg, motor=motor)
        doing = doing_of(reading, activity.kind)
        may_alert = activity.kind is not ActivityKind.MOTOR
        state, alert = self.coach.step(
            t_ns, flexion_deg, doing, may_alert=may_alert, late_s=self._arrivals.late_s
        )
        # By position, since one is made for every frame.
        frame = PostureFrame(
            self._sensor_id,
            t_ns,
            flexion_deg,
            side_bend_deg,
            reading.twist_deg,
            state,
            self._quality(reading),
            reading.tilt_sigma_deg,
            activity,
        )
        self.coach.training.step(frame)
        outputs: list[Output] = [frame]
        if alert is not None:
            outputs.append(replace(alert, late_s=self._arrivals.late_s(t_ns)))
        return outputs + self._watch_seat(t_ns, reading, doing)

    def _watch_seat(self, t_ns: int, reading: Reading, doing: PostureState | None) -> list[Output]:
        """Offer a new baseline if the clip seems to sit otherwise than it did."""
        seat = self._seat
        if seat is None:
            return []
        if doing is PostureState.NOT_WORN:
            seat.taken_off()
            return []
        busy = reading.moving or reading.uncertain
        walking = reading.felt.walking or reading.felt.brisk
        shift = seat.step(t_ns, reading.up, reading.speed_rads, busy=busy, walking=walking)
        if shift is None:
            return []
        kind, flexion_deg, side_deg = shift.kind, shift.flexion_deg, shift.side_bend_deg
        why = why_offered(kind, flexion_deg, side_deg)
        return [BaselineOffer(self._sensor_id, t_ns, kind, flexion_deg, side_deg, why)]

    def _is_worn(self, reading: Reading) -> bool:
        """False only if the signal or the sensor says so."""
        return reading.felt.worn is not False and self._sensor_says_worn is not False

    def _activity(
        self, reading: Reading, angles_deg: tuple[float | None, float | None], *, motor: bool
    ) -> Activity:
        senses = self._senses
        assert senses is not None
        posed = Posed(*angles_deg, worn=self._is_worn(reading), motor=motor)
        return senses.activities.activity(reading.felt, posed)

    def _quality(self, reading: Reading) -> tuple[Quality, ...]:
        alignment = self._calibrator.alignment
        assumed = alignment is not None and alignment.axis_source is CalibrationSource.ASSUMED
        return quality_of(reading, axis_assumed=assumed)

    def _aligned(self, aligned: Aligned, t_ns: int) -> list[Output]:
        outputs: list[Output] = []
        if aligned.trouble:
            outputs.append(Fault(self._sensor_id, t_ns, "calibration", aligned.trouble))
        alignment = aligned.alignment
        if alignment is not None:
            self._axes = BodyAxes(alignment)
            self._seat = SeatWatch(alignment)
            self.coach.set_slouch_pose(alignment.slouch_deg)
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
