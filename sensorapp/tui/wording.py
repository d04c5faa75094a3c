"""Words and signs of the screen for each state; every state has both, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.model.device import LinkState
from sensorapp.model.posture import CalibrationSource, PostureState, Quality
from sensorapp.session.state import LaneKind
from sensorapp.tui.rows import Role

SMOOTH_SPARC = -1.8
"""Spectral arc length from here on reads as smooth (healthy reaching is about -1.6)."""
JERKY_SPARC = -2.4
"""Below this a movement reads as jerky."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A glyph, its word and the role that both are drawn in."""

    glyph: str
    word: str
    role: Role


POSTURE_SIGNS = {
    PostureState.CALIBRATING: Sign("◌", "Calibrating", Role.TRACE),
    PostureState.UPRIGHT: Sign("●", "Upright", Role.GOOD),
    PostureState.SLOUCH: Sign("▼", "Slouching", Role.WATCH),
    PostureState.BENDING: Sign("◢", "Bending down", Role.TRACE),
    PostureState.MOVING: Sign("≈", "Moving", Role.TRACE),
    PostureState.UNCERTAIN: Sign("?", "Not sure", Role.QUIET),
    PostureState.NOT_WORN: Sign("○", "Not worn", Role.QUIET),
}
ALERT_SIGN = Sign("▲", "Slouch alert", Role.ALERT)
NO_READING = Sign("×", "No reading", Role.QUIET)

QUALITY_REASONS = {
    Quality.GAP: "Samples are missing.",
    Quality.CLIPPED: "Faster than the sensor can measure.",
    Quality.UNCERTAIN: "The angle is settling again.",
    Quality.AXIS_ASSUMED: "The forward direction is assumed.",
    Quality.ACCEL_ONLY: "This sensor tells no rotation.",
}

LINK_SIGNS = {
    LinkState.IDLE: Sign("○", "not connected", Role.QUIET),
    LinkState.SCANNING: Sign("◌", "looking", Role.QUIET),
    LinkState.CONNECTING: Sign("◌", "connecting", Role.QUIET),
    LinkState.PREPARING: Sign("◌", "preparing", Role.QUIET),
    LinkState.STREAMING: Sign("●", "streaming", Role.GOOD),
    LinkState.RECOVERING: Sign("◌", "reconnecting", Role.WATCH),
    LinkState.STOPPED: Sign("■", "stopped", Role.QUIET),
    LinkState.UNAVAILABLE: Sign("×", "unavailable", Role.WATCH),
}
SILENT_SIGN = Sign("◌", "silent", Role.WATCH)
ENDED_SIGN = Sign("■", "ended", Role.QUIET)
LINK_REASONS = {
    LinkState.IDLE: "No sensor is connected.",
    LinkState.SCANNING: "Looking for the sensor.",
    LinkState.CONNECTING: "Connecting to the sensor.",
    LinkState.PREPARING: "The sensor is getting ready.",
    LinkState.RECOVERING: "The link is lost; trying again.",
    LinkState.STOPPED: "The sensor has stopped.",
    LinkState.UNAVAILABLE: "Bluetooth is not available.",
}

LANE_SIGNS = {
    LaneKind.ALERT: Sign("▲", "alert", Role.ALERT),
    LaneKind.RECOVERED: Sign("✓", "upright again", Role.GOOD),
    LaneKind.GAP: Sign("╳", "samples missing", Role.QUIET),
    LaneKind.CALIBRATION: Sign("◎", "calibrated", Role.PLAIN),
    LaneKind.MARKER: Sign("◆", "your mark", Role.STRONG),
    LaneKind.MOVEMENT: Sign("≈", "movement", Role.TRACE),
}
"""In order of weight: where two events share a column, the earlier in this table is seen."""

SOURCE_WORDS = {
    CalibrationSource.REST: "upright at rest",
    CalibrationSource.BENDS: "slow bends",
    CalibrationSource.TWO_POSE: "upright + slouch",
    CalibrationSource.OPTION: "option --forward",
    CalibrationSource.MOUNTING: "its mounting",
    CalibrationSource.ASSUMED: "rest, assumed",
    CalibrationSource.STORED: "earlier session",
}


def smoothness_sign(sparc: float | None) -> Sign:
    """How smooth a movement was, in a plain word."""
    if sparc is None:
        return Sign("·", "too short to tell", Role.QUIET)
    if sparc >= SMOOTH_SPARC:
        return Sign("≈", "smooth", Role.GOOD)
    if sparc < JERKY_SPARC:
        return Sign("^", "jerky", Role.WATCH)
    return Sign("~", "uneven", Role.PLAIN)


def signed_text(value: float, digits: int = 0) -> str:
    """A number with a true minus sign and without a negative zero."""
    text = f"{value:.{digits}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def clock_text(t_ns: int) -> str:
    """Time since the start as m:ss or h:mm:ss."""
    seconds = max(t_ns, 0) // 1_000_000_000
    hours, rest = divmod(seconds, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"
