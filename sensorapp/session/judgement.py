"""What a reading means for its frame: what the wearer does, and what makes the angle doubtful."""

from __future__ import annotations

from itertools import compress

from sensorapp.model.activity import ActivityKind
from sensorapp.model.posture import PostureState, Quality
from sensorapp.session.readings import Reading

_QUALITIES = (
    Quality.GAP,
    Quality.CLIPPED,
    Quality.UNCERTAIN,
    Quality.AXIS_ASSUMED,
    Quality.ACCEL_ONLY,
)
_STATES = {
    ActivityKind.BENDING: PostureState.BENDING,
    ActivityKind.LYING: PostureState.LYING,
}
"""Activities that are a state of their own to the wearer."""


def doing_of(activity: ActivityKind, *, uncertain: bool, moves: bool) -> PostureState | None:
    """What the wearer does besides, the most telling first; None if only the angle counts."""
    if activity is ActivityKind.NOT_WORN:
        return PostureState.NOT_WORN
    if uncertain:
        return PostureState.UNCERTAIN
    if activity in _STATES:
        return _STATES[activity]
    if moves:
        return PostureState.MOVING
    return None


def quality_of(reading: Reading, *, axis_assumed: bool) -> tuple[Quality, ...]:
    """Everything that makes the reading's angles doubtful, in the order of `Quality`."""
    uncertain = reading.uncertain
    return qualities(reading.hole, reading.clipped, uncertain, axis_assumed, reading.accel_only)


def qualities(*doubts: bool) -> tuple[Quality, ...]:
    """Those that apply: a hole, clipping, an uncertain angle, an assumed axis, no gyroscope."""
    return tuple(compress(_QUALITIES, doubts)) if any(doubts) else ()
