"""From what a wearer wishes to the numbers that decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sensorapp.model.motor import BuzzPattern, MotorSettings
from sensorapp.model.preferences import (
    AlertPreferences,
    BreakPreferences,
    preferences_of,
)
from sensorapp.model.setting_key import Value
from sensorapp.model.settings import BreakSettings, SlouchSettings

SLOUCH_SHARES = {1: 0.80, 2: 0.70, 3: 0.60, 4: 0.50, 5: 0.42, 6: 0.35}
"""Sensitivity to where between upright (0) and the own slouch (1) the limit lies."""

_SUPPOSED_SLOUCH_DEG = 30.0
"""Stands for the own slouch until it is shown: 15 deg, the subtlest proven claim, is half of it."""


def slouch_settings(alerts: AlertPreferences) -> SlouchSettings:
    """The limits of the coach that a wearer's wishes come to."""
    share = SLOUCH_SHARES[alerts.sensitivity]
    return SlouchSettings(
        threshold_deg=share * _SUPPOSED_SLOUCH_DEG,
        dwell_s=alerts.delay_s,
        min_pause_s=alerts.pause_min * 60.0,
        bending_deg=alerts.bending_deg,
        slouch_share=share,
    )


def break_settings(breaks: BreakPreferences) -> BreakSettings:
    """When a break is due by a wearer's wishes; what earns one is not theirs to wish."""
    return BreakSettings(due_after_s=breaks.due_after_min * 60.0, most_reminders=breaks.reminders)


def motor_settings(alerts: AlertPreferences) -> MotorSettings:
    """What the sensor's motor is for by a wearer's wishes."""
    return MotorSettings(alerts.haptic, BuzzPattern(alerts.haptic_pattern), alerts.sensor_alone)


SLOUCH_FIELDS: dict[str, tuple[str, ...]] = {
    "alerts.sensitivity": ("threshold_deg", "slouch_share"),
    "alerts.delay_s": ("dwell_s",),
    "alerts.pause_min": ("min_pause_s",),
    "alerts.bending_deg": ("bending_deg",),
}
"""The numbers of `SlouchSettings` that a key decides."""

BREAK_FIELDS: dict[str, tuple[str, ...]] = {
    "breaks.due_after_min": ("due_after_s",),
    "breaks.reminders": ("most_reminders",),
}
"""The numbers of `BreakSettings` that a key decides."""


def with_alerts_wished(settings: SlouchSettings, values: Mapping[str, Value]) -> SlouchSettings:
    """`settings` with the numbers that `values` (by the names of their keys) decide."""
    wished = slouch_settings(preferences_of(values).alerts)
    return replace(settings, **_decided(wished, values, SLOUCH_FIELDS))


def with_breaks_wished(settings: BreakSettings, values: Mapping[str, Value]) -> BreakSettings:
    """The same for breaks."""
    wished = break_settings(preferences_of(values).breaks)
    return replace(settings, **_decided(wished, values, BREAK_FIELDS))


def _decided(
    wished: object, values: Mapping[str, Value], fields: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    return {name: getattr(wished, name) for key in values for name in fields.get(key, ())}
