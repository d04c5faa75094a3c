"""What a frame says about breaks, and whether this is a moment to remind of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sensorapp.coach.breaks import BreakCoach
from sensorapp.coach.slouch import SlouchCoach
from sensorapp.model.breaks import BreakCredited, BreakDue, DueKind
from sensorapp.model.outputs import Output
from sensorapp.model.posture import PostureFrame, Silence

APART_NS = 60_000_000_000
"""A reminder waits so long after a slouch alert, even where no pause between alerts is wished."""

_OF_SLOUCHES_ALONE = (None, Silence.TRACKING, Silence.NO_POSE)
"""Silences of slouches alone: a break may be due all the same."""


def break_outputs(
    breaks: BreakCoach,
    slouch: SlouchCoach,
    frame: PostureFrame,
    late_s: Callable[[int], float],
    *,
    brisk: bool,
    stirs: bool,
) -> list[Output]:
    """What follows for breaks from a frame, part of brisk movement or of any.

    `late_s` says how long ago an instant was when it became known.
    """
    found = breaks.step(
        frame, brisk=brisk, stirs=stirs, may_remind=lambda: _may_remind(slouch, frame.t_ns)
    )
    if not found:
        return []
    if any(isinstance(one, BreakDue) and one.kind is DueKind.DUE for one in found):
        slouch.called(frame.t_ns)
    return [_dated(one, late_s) for one in found]


def _may_remind(slouch: SlouchCoach, t_ns: int) -> bool:
    alert = slouch.alert
    just_called = alert is not None and alert.silent is None and t_ns - alert.t_ns < APART_NS
    may_call = slouch.silence_at(t_ns) in _OF_SLOUCHES_ALONE and not slouch.is_too_soon(t_ns)
    return may_call and not just_called


def _dated(one: BreakCredited | BreakDue, late_s: Callable[[int], float]) -> Output:
    return replace(one, late_s=late_s(one.t_ns)) if isinstance(one, BreakDue) else one
