"""What follows from the readings of one sensor's frames: postures, alerts, breaks, offers.

Frame by frame as they come, or many in a row: then what can't change anything is passed over,
and the same steps are taken with the frames in which something may happen.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sensorapp.coach.breaks import BreakCoach
from sensorapp.coach.profile_offers import ProfileCoach
from sensorapp.coach.slouch import SlouchCoach
from sensorapp.coach.training import TrainingTime
from sensorapp.metrics.postures import JOINED_NS
from sensorapp.model.activity import Activity, ActivityKind
from sensorapp.model.imu import BoolArray
from sensorapp.model.outputs import Output
from sensorapp.model.posture import (
    Alignment,
    BaselineOffer,
    CalibrationSource,
    PostureFrame,
    PostureState,
)
from sensorapp.model.settings import SessionSettings
from sensorapp.session.arrivals import Arrivals
from sensorapp.session.break_outputs import break_outputs
from sensorapp.session.frames import Frames
from sensorapp.session.judgement import doing_of, qualities, quality_of
from sensorapp.session.offers import why_offered
from sensorapp.session.readings import Reading, Readings
from sensorapp.session.seat_start import SeatStart
from sensorapp.session.seat_watch import SeatWatch, Shift
from sensorapp.signal.activity.judge import Activities, Felts, Posed
from sensorapp.signal.angles import BodyAxes

_ByPlace = dict[int, list[Output]]
"""What is told, by the place of the frame."""


class Run(NamedTuple):
    """Frames in a row, and by their place what is told with them."""

    frames: Frames
    more: _ByPlace


class Context(NamedTuple):
    """What a frame is judged by, beside its reading."""

    activities: Activities
    axis_assumed: bool
    profile: str


class Judge:
    """Everything with memory after the reading of a frame."""

    def __init__(self, sensor_id: str, settings: SessionSettings, arrivals: Arrivals) -> None:
        self._sensor_id = sensor_id
        self._arrivals = arrivals
        self.coach = SlouchCoach(sensor_id, settings.slouch)
        self.coach.training = TrainingTime(settings.coaching.training_left_s)
        self.profiles = ProfileCoach(sensor_id)
        self.breaks = BreakCoach(sensor_id, settings.breaks)
        self.axes: BodyAxes | None = None
        self._seat: SeatWatch | None = None
        self.says_worn: bool | None = None
        """What the sensor says of being on a body."""

    def align(self, alignment: Alignment) -> None:
        """Angles count from this alignment on."""
        begins, assumed = self.axes is None, CalibrationSource.ASSUMED
        start = SeatStart() if begins and alignment.axis_source is not assumed else None
        self.axes = BodyAxes(alignment)
        self._seat = SeatWatch(alignment, start)
        self.coach.set_slouch_pose(alignment.slouch_deg)

    def broken(self) -> None:
        """A hole: what was going on is not known to go on."""
        if self._seat is not None:
            self._seat.broken()

    def is_worn(self, reading: Reading) -> bool:
        """False only if the signal or the sensor says so."""
        return reading.felt.worn is not False and self.says_worn is not False

    def step(self, t_ns: int, reading: Reading, by: Context, *, motor: bool) -> list[Output]:
        """What follows from the reading of a frame, the frame first."""
        frame, outputs = self._frame(t_ns, reading, by, motor=motor)
        felt, late_s = reading.felt, self._arrivals.late_s
        outputs += break_outputs(
            self.breaks, self.coach, frame, late_s, brisk=felt.brisk, stirs=felt.stir >= 1.0
        )
        assert frame.activity is not None
        return outputs + self.profiles.step(t_ns, frame.activity, by.profile)

    def _frame(
        self, t_ns: int, reading: Reading, by: Context, *, motor: bool
    ) -> tuple[PostureFrame, list[Output]]:
        axes, quality = self.axes, quality_of(reading, axis_assumed=by.axis_assumed)
        if axes is None:
            state = PostureState.CALIBRATING if self.is_worn(reading) else PostureState.NOT_WORN
            sigma_deg = reading.tilt_sigma_deg
            activity = self._activity(reading, (None, None), by.activities, motor=motor)
            frame = PostureFrame(
                self._sensor_id, t_ns, None, None, None, state, quality, sigma_deg, activity
            )
            self.coach.training.step(frame)
            return frame, [frame]
        flexion_deg = axes.flexion_deg(reading.up)
        side_bend_deg = axes.side_bend_deg(reading.up)
        angles_deg = (None, None) if reading.uncertain else (flexion_deg, side_bend_deg)
        activity = self._activity(reading, angles_deg, by.activities, motor=motor)
        felt = reading.felt
        moves = felt.walking or felt.brisk or reading.moving
        doing = doing_of(activity.kind, uncertain=reading.uncertain, moves=moves)
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
            quality,
            reading.tilt_sigma_deg,
            activity,
        )
        self.coach.training.step(frame)
        outputs: list[Output] = [frame]
        if alert is not None:
            outputs.append(replace(alert, late_s=self._arrivals.late_s(t_ns)))
        return frame, outputs + self._watch_seat(t_ns, reading, doing)

    def _activity(
        self,
        reading: Reading,
        angles_deg: tuple[float | None, float | None],
        activities: Activities,
        *,
        motor: bool,
    ) -> Activity:
        posed = Posed(*angles_deg, worn=self.is_worn(reading), motor=motor)
        return activities.activity(reading.felt, posed)

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
        return [] if shift is None else [self._offer(t_ns, shift)]

    def _offer(self, t_ns: int, shift: Shift) -> Output:
        kind, flexion_deg, side_deg = shift.kind, shift.flexion_deg, shift.side_bend_deg
        why = why_offered(kind, flexion_deg, side_deg)
        return BaselineOffer(self._sensor_id, t_ns, kind, flexion_deg, side_deg, why)

    # Many frames in a row

    def can_run(self) -> bool:
        """Whether `run` can take readings: angles are known and no training is counted."""
        counts = self.coach.training.left_s
        return self.axes is not None and not counts

    def run(self, readings: Readings, by: Context) -> Run:
        """What `step` gives for each of many readings."""
        assert self.axes is not None
        assert self._seat is not None
        angles_deg = self.axes.angles_deg(readings.ups)
        felts, doubtful = readings.felts, readings.doubtful
        activities, rests = by.activities.activities(
            felts, angles_deg, doubtful, worn=self.says_worn is not False
        )
        walks = felts.walking | felts.brisk
        moves = walks | np.array(readings.moving)
        doings: list[PostureState | None] = [None] * len(activities)
        for place in np.flatnonzero(~rests | moves).tolist():
            doings[place] = doing_of(
                activities[place].kind, uncertain=place < doubtful, moves=moves.item(place)
            )
        frames = Frames(
            self._sensor_id,
            readings.t_ns,
            angles_deg[0].tolist(),
            angles_deg[1].tolist(),
            readings.twists_deg,
            [PostureState.UPRIGHT if doing is None else doing for doing in doings],
            doubtful,
            (
                qualities(False, False, True, by.axis_assumed, False),
                qualities(False, False, False, by.axis_assumed, False),
            ),
            readings.tilt_sigmas_deg,
            activities,
        )
        every = (
            *self._coached(frames, doings, felts, rests),
            self._seated(readings, doings, walks),
            self._profiled(frames, by.profile, rests),
        )
        alerts, breaks, seated, profiles = every
        more = {
            place: [
                output
                for one in (alerts, seated, breaks, profiles)
                for output in one.get(place, ())
            ]
            for place in set().union(*every)
        }
        self._arrivals.frame_ns = readings.t_ns[-1]
        return Run(frames, more)

    def _coached(
        self, frames: Frames, doings: list[PostureState | None], felts: Felts, rests: BoolArray
    ) -> tuple[_ByPlace, _ByPlace]:
        """Slouches and breaks, which keep their distance from each other; fills in the states."""
        t_ns, coach, breaks = frames.t_ns, self.coach, self.breaks
        late_s = self._arrivals.late_s
        free = np.array([doing is None for doing in doings])
        needed = ~rests | (free & ~(np.array(frames.flexion_deg) < coach.threshold_deg))
        needed |= np.diff(t_ns, prepend=t_ns[0]) > JOINED_NS
        needed[0] = True  # it may come after a pause
        needs, stirs = [*np.flatnonzero(needed).tolist(), len(t_ns)], felts.stir >= 1.0
        alerts: _ByPlace = {}
        earned: _ByPlace = {}
        place = at = 0
        while place < len(t_ns):
            while needs[at] < place:
                at += 1
            if place < needs[at] and coach.slouch_since_ns is None:
                end = bisect_left(t_ns, breaks.rests_until_ns(t_ns[place]), place, needs[at])
                if end > place:
                    coach.rested(t_ns[end - 1])
                    breaks.rested(t_ns[end - 1])
                    place = end
                    continue
            self._arrivals.frame_ns = now_ns = t_ns[place]
            frames.states[place], alert = coach.step(
                now_ns,
                frames.flexion_deg[place],
                doings[place],
                may_alert=frames.activities[place].kind is not ActivityKind.MOTOR,
                late_s=late_s,
            )
            if alert is not None:
                alerts[place] = [replace(alert, late_s=late_s(now_ns))]
            found = break_outputs(
                breaks,
                coach,
                frames.frame(place),
                late_s,
                brisk=felts.brisk.item(place),
                stirs=stirs.item(place),
            )
            if found:
                earned[place] = found
            place += 1
        return alerts, earned

    def _seated(
        self, readings: Readings, doings: list[PostureState | None], walks: BoolArray
    ) -> _ByPlace:
        """Offers of a new baseline."""
        seat = self._seat
        assert seat is not None
        busy = np.array(readings.moving)
        busy[: readings.doubtful] = True
        begin, offers = 0, {}
        off = [place for place, doing in enumerate(doings) if doing is PostureState.NOT_WORN]
        for end in (*off, len(doings)):
            if end > begin:
                offers.update(seat.stretch(readings, range(begin, end), busy=busy, walking=walks))
            if end < len(doings):
                seat.taken_off()
            begin = end + 1
        return {place: [self._offer(readings.t_ns[place], one)] for place, one in offers.items()}

    def _profiled(self, frames: Frames, profile: str, rests: BoolArray) -> _ByPlace:
        """Offers of another profile."""
        offers: _ByPlace = {}
        place = 0
        for end in (*np.flatnonzero(~rests).tolist(), len(rests)):
            while place < min(end + 1, len(rests)):
                if place < end and self.profiles.rests:
                    place = end
                    continue
                found = self.profiles.step(frames.t_ns[place], frames.activities[place], profile)
                if found:
                    offers[place] = found
                place += 1
        return offers
