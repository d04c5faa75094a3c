"""What a frame says about breaks, and whether this is a moment to remind of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sensorapp.coach.breaks import BreakCoach
from sensorapp.coach.slouch import SlouchCoach
from sensorapp.model.breaks import BreakCredited, BreakDue, DueKind
from sensorapp.model.outputs import Output
from sensorapp.model.posture import PostureFrame, Silence
from sensorapp.session.senses import Reading

APART_NS = 60_000_000_000
"""A reminder waits so long after a slouch alert, even where no pause between alerts is wished."""


_NOT_ASKED_FOR = (None, Silence.TRACKING, Silence.NO_POSE)
"""Silences of slouches alone: a break may be due all the same."""


def break_outputs(
    breaks: BreakCoach,
    slouch: SlouchCoach,
    told: Sequence[Output],
    reading: Reading,
    late_s: Callable[[int], float],
) -> list[Output]:
    """What follows for breaks from a frame, the first of what was `told` of its reading.

    `late_s` says how long ago an instant was when it became known.
    """
    frame = told[0]
    assert isinstance(frame, PostureFrame)
    felt, alert = reading.felt, slouch.alert
    silence = slouch.silence_at(frame.t_ns)
    quiet = (
        silence not in _NOT_ASKED_FOR
        or slouch.is_too_soon(frame.t_ns)
        or (alert is not None and alert.silent is None and frame.t_ns - alert.t_ns < APART_NS)
    )
    found = breaks.step(frame, brisk=felt.brisk, stirs=felt.stir >= 1.0, may_remind=not quiet)
    if not found:
        return []
    if any(isinstance(one, BreakDue) and one.kind is DueKind.DUE for one in found):
        slouch.called(frame.t_ns)
    return [_dated(one, late_s) for one in found]


def _dated(one: BreakCredited | BreakDue, late_s: Callable[[int], float]) -> Output:
    return replace(one, late_s=late_s(one.t_ns)) if isinstance(one, BreakDue) else one
