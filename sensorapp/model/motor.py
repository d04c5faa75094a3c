"""What a sensor's motor is asked for: a buzz now, or one by itself while nobody is near."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sensorapp.model.posture import Vector3


class BuzzPattern(StrEnum):
    """What an alert feels like: 100 ms, twice 100 ms, or 500 ms."""

    SHORT = "short"
    DOUBLE = "double"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Buzz:
    """Pulses (on, off), one after the other: up to 8 pairs in whole 10 ms, and 10 s in all."""

    strength_pct: int
    pulses_ms: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class OwnAlert:
    """The sensor buzzes by itself, while no host is near, at a tilt that lasts.

    `up` is the upward direction in the upright pose, a unit vector in sensor axes; the tilt is
    the angle from there, to whichever side. `rearm_s` is the least pause from one to the next.
    """

    up: Vector3
    angle_deg: float
    delay_s: float
    rearm_s: float
    pattern: BuzzPattern


@dataclass(frozen=True, slots=True)
class OwnAlertSet:
    """The sensor took what it was told about its own alert: to watch for one, or for none."""

    sensor_id: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class MotorSettings:
    """What the wearer wants of the sensor's motor."""

    buzzes: bool = True
    """Alerts are felt."""
    pattern: BuzzPattern = BuzzPattern.DOUBLE
    alone: bool = True
    """The sensor alerts by itself while it has no link."""
