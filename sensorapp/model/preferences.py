"""What a wearer can set: every key with its unit, range, default and help, in this one place.

Pages, checks and the settings file are made from `KEYS`. Nothing here reads a file; who
chose which value is the business of the layers above.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from sensorapp.model.motor import BuzzPattern
from sensorapp.model.posture import ForwardAxis
from sensorapp.model.profiles import (
    AS_IN_ALERTS_SENSITIVITY,
    OwnProfilePreferences,
    Profile,
    ProfilePreferences,
)
from sensorapp.model.setting_key import Key, TakesEffect, Value

_WITH_OWN = frozenset(Profile) - {Profile.DESK}

_T = TypeVar("_T", bool, int, float, str)


def _key(default: _T, explained: str, takes_effect: TakesEffect, **more: Any) -> _T:
    about = {"help": explained, "takes_effect": takes_effect, **more}
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True)
class AlertPreferences:
    """When a lean becomes an alert, and how it is told."""

    sensitivity: int = _key(
        4,
        "How soon a lean counts: 1 only near your own slouch, 4 half way to it, 6 a third of it.",
        TakesEffect.AT_ONCE,
        least=1,
        most=6,
    )
    delay_s: float = _key(
        15.0,
        "How long you lean beyond the limit before an alert sounds.",
        TakesEffect.AT_ONCE,
        unit="s",
        least=0,
        most=60,
    )
    pause_min: float = _key(
        15.0,
        "Least time between two alerts; 0 lets each slouch have its own.",
        TakesEffect.AT_ONCE,
        unit="min",
        least=0,
        most=120,
    )
    bending_deg: float = _key(
        45.0,
        "Beyond this angle you bend down on purpose, and no alert sounds.",
        TakesEffect.AT_ONCE,
        unit="deg",
        least=30,
        most=80,
    )
    bell: bool = _key(
        True,
        "Ring the terminal's bell at an alert or a reminder on the live screen.",
        TakesEffect.AT_ONCE,
    )
    desktop: bool = _key(
        True,
        "Show alerts and reminders as notifications on the desktop, with buttons.",
        TakesEffect.AT_ONCE,
    )
    haptic: bool = _key(
        True,
        "Buzz at an alert or a reminder of a break, on a sensor with a motor.",
        TakesEffect.AT_ONCE,
    )
    haptic_pattern: str = _key(
        BuzzPattern.DOUBLE.value,
        "What an alert or a reminder feels like: 0.1 s, twice 0.1 s, or 0.5 s.",
        TakesEffect.AT_ONCE,
        choices=tuple(pattern.value for pattern in BuzzPattern),
    )
    sensor_alone: bool = _key(
        True,
        "While the link is lost, let the sensor alert by itself, by your limit and delay.",
        TakesEffect.AT_ONCE,
    )


@dataclass(frozen=True, slots=True)
class QuietPreferences:
    """When, every day, alerts are shown and not sounded."""

    hours: str = _key(
        "",
        "Your quiet hours of every day, for instance 20:00-07:30.",
        TakesEffect.AT_ONCE,
        is_span=True,
    )
    lunch: str = _key(
        "",
        "Your lunch of every day, for instance 12:00-12:45.",
        TakesEffect.AT_ONCE,
        is_span=True,
    )


@dataclass(frozen=True, slots=True)
class BreakPreferences:
    """When the wearer is reminded of a break."""

    due_after_min: float = _key(
        45.0,
        "How long you go without a break before you are reminded of one.",
        TakesEffect.NEXT_START,
        unit="min",
        least=10,
        most=240,
    )
    reminders: int = _key(
        3,
        "How often you are reminded of the same break, 15 min apart; 0 never reminds.",
        TakesEffect.NEXT_START,
        least=0,
        most=3,
    )


@dataclass(frozen=True, slots=True)
class CoachingPreferences:
    """What a day aims at, and whether alerts sound for a part of it alone."""

    plan: bool = _key(
        False,
        "Alerts sound for a few minutes a day, more by and by; after them slouches are counted.",
        TakesEffect.NEXT_START,
    )
    goal_breaks: int = _key(
        4,
        "Breaks that a full day aims at; 0 leaves them out of its goal.",
        TakesEffect.NEXT_START,
        least=0,
        most=24,
    )
    goal_changes: int = _key(
        40,
        "Changes of posture that a full day aims at; 0 leaves them out of its goal.",
        TakesEffect.NEXT_START,
        least=0,
        most=400,
    )


@dataclass(frozen=True, slots=True)
class SensorPreferences:
    """Which sensor is meant, and how it is worn and asked."""

    name: str = _key(
        "",
        "Name or address of your sensor; empty takes the first one found.",
        TakesEffect.NEXT_START,
    )
    forward: str = _key(
        "",
        "Sensor axis that points to your front; empty finds it. A kept calibration that agrees "
        "goes first.",
        TakesEffect.NEXT_START,
        choices=("", *(axis.value for axis in ForwardAxis)),
    )
    rate_hz: int = _key(
        100,
        "Samples a second to ask the sensor for; it takes the nearest that it has.",
        TakesEffect.NEXT_START,
        unit="Hz",
        least=25,
        most=416,
    )


@dataclass(frozen=True, slots=True)
class RecordingPreferences:
    """What is kept."""

    keep: bool = _key(
        True, "Keep a recording of each live session in the data folder.", TakesEffect.NEXT_START
    )


@dataclass(frozen=True, slots=True)
class Preferences:
    """All that can be set, by section."""

    alerts: AlertPreferences = field(default_factory=AlertPreferences)
    quiet: QuietPreferences = field(default_factory=QuietPreferences)
    breaks: BreakPreferences = field(default_factory=BreakPreferences)
    coaching: CoachingPreferences = field(default_factory=CoachingPreferences)
    sensor: SensorPreferences = field(default_factory=SensorPreferences)
    recording: RecordingPreferences = field(default_factory=RecordingPreferences)
    standing: ProfilePreferences = field(default_factory=ProfilePreferences)
    recline: ProfilePreferences = field(default_factory=ProfilePreferences)
    travel: ProfilePreferences = field(default_factory=ProfilePreferences)
    own: OwnProfilePreferences = field(default_factory=OwnProfilePreferences)

    def alerts_in(self, profile: str) -> AlertPreferences:
        """The alerts with what a profile has of its own; the desk has nothing."""
        own = getattr(self, profile) if profile in _WITH_OWN else ProfilePreferences()
        alerts = self.alerts
        if own.sensitivity != AS_IN_ALERTS_SENSITIVITY:
            alerts = replace(alerts, sensitivity=own.sensitivity)
        return alerts if own.delay_s < 0.0 else replace(alerts, delay_s=own.delay_s)

    def value_of(self, key: Key) -> Value:
        """What a key is set to."""
        value: Value = getattr(getattr(self, key.section), key.field)
        return value


def preferences_of(values: Mapping[str, Value]) -> Preferences:
    """The defaults with `values` (by the names of their keys, checked before) in their place."""
    whole = Preferences()
    for key in KEYS:
        if key.name in values:
            change: dict[str, Any] = {key.field: values[key.name]}
            section = replace(getattr(whole, key.section), **change)
            change = {key.section: section}
            whole = replace(whole, **change)
    return whole


def _keys() -> tuple[Key, ...]:
    whole = Preferences()
    return tuple(
        Key(f"{section.name}.{one.name}", getattr(part, one.name), **one.metadata)
        for section in fields(whole)
        for part in (getattr(whole, section.name),)
        for one in fields(part)
    )


KEYS: tuple[Key, ...] = _keys()
"""Every key, in the order in which they are listed."""
