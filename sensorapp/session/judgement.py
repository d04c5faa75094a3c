"""What a reading means for its frame: what the wearer does, and what makes the angle doubtful."""

from __future__ import annotations

from itertools import compress

from sensorapp.model.activity import ActivityKind
from sensorapp.model.posture import PostureState, Quality
from sensorapp.session.senses import Reading

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


def doing_of(reading: Reading, activity: ActivityKind) -> PostureState | None:
    """What the wearer does besides, the most telling first; None if only the angle counts."""
    if activity is ActivityKind.NOT_WORN:
        return PostureState.NOT_WORN
    if reading.uncertain:
        return PostureState.UNCERTAIN
    if activity in _STATES:
        return _STATES[activity]
    if reading.felt.walking or reading.felt.brisk or reading.moving:
        return PostureState.MOVING
    return None


def quality_of(reading: Reading, *, axis_assumed: bool) -> tuple[Quality, ...]:
    """Everything that makes the reading's angles doubtful, in the order of `Quality`."""
    doubts = reading.hole, reading.clipped, reading.uncertain, axis_assumed, reading.accel_only
    return tuple(compress(_QUALITIES, doubts)) if any(doubts) else ()
