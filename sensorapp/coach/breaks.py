"""Breaks earned by moving: credits them, keeps the time without one, reminds.

Only what was measured earns a break (`break_rules`); sitting idle never does. The time without
a break is that of frames in which the sensor was worn and its wearer neither walked nor lay.
Gaps, and frames in which the motor hides everything, neither earn anything nor count as time
without; after a gap as long as the limit itself that time begins anew, with nothing credited.

A break goes on while its wearer walks, moves briskly, lies or has the clip off, for more than a
moment. It is over after a minute of none of that, and the next one may be earned then: one
outing is one break.
"""

from __future__ import annotations

from collections.abc import Callable

from sensorapp.coach.break_reminder import BreakReminder, Without
from sensorapp.coach.break_rules import (
    UNKNOWN_BRIDGED_NS,
    LeftSeatRule,
    MicroRule,
    RestRule,
    WalkRule,
)
from sensorapp.metrics.postures import JOINED_NS
from sensorapp.model.activity import ActivityKind
from sensorapp.model.breaks import BreakCredited, BreakDue, BreakKind, BreakTotals
from sensorapp.model.posture import PostureFrame, PostureState, Quality
from sensorapp.model.settings import BreakSettings
from sensorapp.signal.grid import FRAME_NS

OVER_NS = 60_000_000_000
"""A break is over after so much of anything else (our choice)."""

_MOMENT_NS = 5_000_000_000
"""Bending down for something at the desk is brisk for 2 to 4 s, and no outing (our choice)."""

_NS = 1_000_000_000
_STILL, _MOTOR = ActivityKind.STILL, ActivityKind.MOTOR
_WALKING, _LYING, _NOT_WORN = ActivityKind.WALKING, ActivityKind.LYING, ActivityKind.NOT_WORN
"""By their own names: looking a member up costs as much as a whole rule."""
_CALM = (PostureState.UPRIGHT, PostureState.SLOUCH, PostureState.CALIBRATING)
_SEATED = (ActivityKind.STILL, ActivityKind.SHIFTING)
"""Nobody is called who walks, bends down, lies, or of whom nothing is certain."""


class BreakCoach:
    """One step for each frame of one sensor."""

    def __init__(self, sensor_id: str, settings: BreakSettings) -> None:
        self._sensor_id = sensor_id
        self._settings = settings
        self._reminder = BreakReminder(sensor_id, settings)
        self._walk = WalkRule(_ns(settings.walk_s), _ns(settings.walk_within_s))
        self._left_seat = LeftSeatRule(
            _ns(settings.left_moving_s), _ns(settings.left_walking_s), _ns(settings.left_within_s)
        )
        self._lying = RestRule(_ns(settings.rest_s))
        self._off = RestRule(_ns(settings.rest_s))
        self._micro = MicroRule(_ns(settings.micro_s))
        self._before_ns: int | None = None
        self._on_break = False
        self._staying_ns = 0
        self._without_ns = self._unknown_ns = self._longest_ns = self._walked_ns = 0
        self._last: tuple[BreakKind, int] | None = None
        self._counts = dict.fromkeys(BreakKind, 0)

    @property
    def due(self) -> BreakDue | None:
        """The reminder in force, None without, or while the wearer wants to hear of it later."""
        return None if self._reminder.is_put_off else self._reminder.due

    def put_off(self, minutes: float | None) -> None:
        """Say it again after so many minutes without a break, the usual ones for None."""
        self._reminder.put_off(self._without_ns, minutes)

    @property
    def totals(self) -> BreakTotals:
        """What it comes to so far."""
        kind, t_ns = self._last or (None, None)
        return BreakTotals(
            walked_s=self._walked_ns / _NS,
            counts=tuple(self._counts.items()),
            without_s=self._without_ns / _NS,
            longest_without_s=max(self._longest_ns, self._without_ns) / _NS,
            last_kind=kind,
            last_t_ns=t_ns,
        )

    def step(
        self,
        frame: PostureFrame,
        *,
        brisk: bool,
        stirs: bool,
        may_remind: Callable[[], bool] = lambda: True,
    ) -> list[BreakCredited | BreakDue]:
        """Take one frame: whether it is part of brisk movement, and of any.

        Unless it `may_remind`, a reminder that is due waits for a later frame.
        """
        activity = frame.activity
        kind = _MOTOR if activity is None else activity.kind
        t_ns, span_ns = frame.t_ns, self._span_ns(frame.t_ns)
        if kind is _MOTOR:
            self._unknown_ns += span_ns
            self._micro.reset()
            return []
        walks = kind is _WALKING
        self._walked_ns += span_ns * walks
        rests = kind is _LYING or kind is _NOT_WORN
        if not walks and not rests:
            self._without_ns += span_ns
        if self._on_break:
            self._goes_on(t_ns, span_ns, stays=walks or rests or brisk)
        elif kind is not _STILL or stirs or brisk or self._something_goes_on:
            earned = self._earned(frame, kind, span_ns, brisk=brisk, stirs=stirs)
            if earned is not None:
                return self._credit(t_ns, *earned)
        if self._reminder.is_due(self._without_ns) and not brisk:
            certain = Quality.UNCERTAIN not in frame.quality
            if kind in _SEATED and frame.state in _CALM and certain and may_remind():
                return [self._reminder.remind(t_ns, self._without)]
        return []

    def rests_until_ns(self, t_ns: int) -> int:
        """Up to here, `t_ns` at least, frames at rest add time without a break and no more.

        Of those that are still, neither stir nor are brisk, and follow each other.
        """
        if self._before_ns is None or self._on_break or self._something_goes_on:
            return t_ns
        return self._before_ns + self._reminder.due_after_ns(self._without_ns)

    def rested(self, t_ns: int) -> None:
        """Take such frames, up to the one of `t_ns`, as so many calls of `step`."""
        assert self._before_ns is not None
        self._without_ns += t_ns - self._before_ns
        self._before_ns = t_ns

    @property
    def _something_goes_on(self) -> bool:
        rules = self._micro.began_ns, self._off.began_ns, self._lying.began_ns
        return rules != (None, None, None)

    @property
    def _without(self) -> Without:
        return Without(self._without_ns, self._unknown_ns, *(self._last or (None, None)))

    def _span_ns(self, t_ns: int) -> int:
        """What a frame stands for; a gap before it is kept apart."""
        step_ns = FRAME_NS if self._before_ns is None else t_ns - self._before_ns
        self._before_ns = t_ns
        if step_ns <= JOINED_NS:
            return step_ns
        gap_ns = step_ns - FRAME_NS
        self._unknown_ns += gap_ns
        self._micro.reset()
        if gap_ns > UNKNOWN_BRIDGED_NS:
            self._lying.reset()
            self._off.reset()
        if gap_ns >= _ns(self._settings.due_after_s):
            self._begin_anew()
            self._reminder.begin_anew()
            self._on_break = False
        return FRAME_NS

    def _goes_on(self, t_ns: int, span_ns: int, *, stays: bool) -> None:
        """A break goes on with what lasts; pauses take off as much as they last."""
        if not stays:
            self._staying_ns = max(0, self._staying_ns - span_ns)
            self._on_break = self._without_ns < OVER_NS
            return
        self._staying_ns = min(_MOMENT_NS, self._staying_ns + span_ns)
        if self._staying_ns == _MOMENT_NS:
            assert self._last is not None
            self._last = self._last[0], t_ns
            self._begin_anew()

    def _earned(
        self, frame: PostureFrame, kind: ActivityKind, span_ns: int, *, brisk: bool, stirs: bool
    ) -> tuple[BreakKind, int] | None:
        """The break that this frame completes, and when it began."""
        t_ns = frame.t_ns
        if kind is _NOT_WORN:
            began_ns = self._off.step(t_ns, span_ns)
            self._micro.reset()
            return None if began_ns is None else (BreakKind.NOT_WORN, began_ns)
        self._off.other(span_ns)
        if kind is _LYING:
            began_ns = self._lying.step(t_ns, span_ns)
            self._micro.reset()
            return None if began_ns is None else (BreakKind.LYING, began_ns)
        self._lying.other(span_ns)
        if kind is ActivityKind.STANDING_UP:
            self._left_seat.stood_up(t_ns)
        elif kind is ActivityKind.SITTING_DOWN:
            self._left_seat.reset()
        walks = kind is _WALKING
        if walks:
            self._micro.reset()
            began_ns = self._walk.step(t_ns, span_ns)
            if began_ns is not None:
                return BreakKind.WALK, began_ns
        if walks or brisk:
            began_ns = self._left_seat.step(t_ns, span_ns, walks=walks)
            if began_ns is not None:
                return BreakKind.LEFT_SEAT, began_ns
        if walks:
            return None
        if Quality.UNCERTAIN in frame.quality:
            self._micro.reset()
            return None
        angles_deg = frame.flexion_deg, frame.side_bend_deg, frame.twist_deg
        began_ns = self._micro.step(t_ns, span_ns, angles_deg, stirs=stirs)
        return None if began_ns is None else (BreakKind.MICRO, began_ns)

    def _credit(
        self, t_ns: int, kind: BreakKind, t_start_ns: int
    ) -> list[BreakCredited | BreakDue]:
        without = self._without
        self._counts[kind] += 1
        earned = BreakCredited(
            sensor_id=self._sensor_id,
            t_ns=t_ns,
            kind=kind,
            t_start_ns=max(0, t_start_ns),
            without_s=without.measured_ns / _NS,
            why=self._why(kind),
        )
        over = self._reminder.credited(earned, without)
        if kind is not BreakKind.MICRO:
            self._last = kind, t_ns
            self._on_break = True
            self._staying_ns = _MOMENT_NS
            self._begin_anew()
            for rule in (self._walk, self._left_seat, self._lying, self._off, self._micro):
                rule.reset()
        return [earned] if over is None else [earned, over]

    def _begin_anew(self) -> None:
        self._longest_ns = max(self._longest_ns, self._without_ns)
        self._without_ns = self._unknown_ns = 0

    def _why(self, kind: BreakKind) -> str:
        limits = self._settings
        return {
            BreakKind.WALK: f"You walked for {_span(limits.walk_s)}: that is a break.",
            BreakKind.LEFT_SEAT: "You stood up and moved away: that is a break.",
            BreakKind.LYING: f"You lay for {_span(limits.rest_s)}: that is a break.",
            BreakKind.NOT_WORN: (
                f"The clip was off for {_span(limits.rest_s)}: a break of unknown kind."
            ),
            BreakKind.MICRO: (
                f"You moved in several directions for {_span(limits.micro_s)}: a micro-break."
            ),
        }[kind]


def _ns(span_s: float) -> int:
    return round(span_s * _NS)


def _span(span_s: float) -> str:
    return f"{span_s:.0f} s" if span_s < 60.0 else f"{span_s / 60.0:.0f} min"
