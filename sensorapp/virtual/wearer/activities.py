"""What a wearer can do, and what each activity looks like unless a script says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Activity(StrEnum):
    """One word for what the wearer does; scenario files use the same words."""

    SIT = "sit"
    SLOUCH = "slouch"
    LEAN = "lean"
    TYPE = "type"
    TWIST = "twist"
    SLOW_BEND = "slow_bend"
    BEND_DOWN = "bend_down"
    STAND = "stand"
    WALK = "walk"
    SENSOR_OFF = "sensor_off"


@dataclass(frozen=True, slots=True)
class Habit:
    """The usual form of an activity.

    `height_m` is the height of the hips above the seat, None to stay where they are.
    `typing`, `walking` and `worn` are shares from 0 to 1 of those rhythms; a sensor that
    isn't worn feels neither breath nor sway.
    """

    flexion_deg: float = 0.0
    side_bend_deg: float = 0.0
    twist_deg: float = 0.0
    move_s: float = 1.5
    height_m: float | None = None
    typing: float = 0.0
    walking: float = 0.0
    worn: float = 1.0


_SEATED_M = 0.0
_STANDING_M = 0.42
"""Seat height of an office chair: what the hips rise by on standing up."""

HABITS: dict[Activity, Habit] = {
    Activity.SIT: Habit(height_m=_SEATED_M),
    Activity.SLOUCH: Habit(flexion_deg=23.0, height_m=_SEATED_M, typing=0.4),
    Activity.LEAN: Habit(flexion_deg=-8.0, typing=0.2),
    Activity.TYPE: Habit(flexion_deg=4.0, height_m=_SEATED_M, typing=1.0),
    Activity.TWIST: Habit(twist_deg=35.0, move_s=1.6),
    Activity.SLOW_BEND: Habit(flexion_deg=40.0, move_s=2.5),
    Activity.BEND_DOWN: Habit(flexion_deg=62.0, move_s=1.6),
    Activity.STAND: Habit(flexion_deg=3.0, move_s=2.0, height_m=_STANDING_M),
    Activity.WALK: Habit(flexion_deg=4.0, move_s=2.0, height_m=_STANDING_M, walking=1.0),
    Activity.SENSOR_OFF: Habit(flexion_deg=90.0, move_s=2.5, worn=0.0),
}
"""Peak rates of turning stay within the 56-137 deg/s seen in guided movements of people."""
