"""What the wearer is doing, as far as one sensor on the upper back can tell."""

from __future__ import annotations

from enum import StrEnum

from sensorapp.model.record import moment


class ActivityKind(StrEnum):
    """Sitting and standing are both `still`: a sensor that rests can't tell them apart.

    `motor` is the sensor's own motor at work, which hides what the wearer does.
    """

    STILL = "still"
    SHIFTING = "shifting"
    WALKING = "walking"
    STANDING_UP = "standing_up"
    SITTING_DOWN = "sitting_down"
    BENDING = "bending"
    LYING = "lying"
    MOTOR = "motor"
    NOT_WORN = "not_worn"


@moment
class Activity:
    """One activity at one instant.

    `confidence` grows from 0 (a guess) to 1 (as sure as this can be); it orders answers and is
    no probability. `cadence_spm`, steps a minute, is there after two seconds of walking.
    """

    kind: ActivityKind
    confidence: float
    cadence_spm: float | None = None
