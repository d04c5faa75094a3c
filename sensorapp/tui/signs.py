"""Glyph and word of each state: both, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.model.device import LinkState
from sensorapp.model.posture import PostureState
from sensorapp.session.state import LaneKind
from sensorapp.tui.rows import Role

_LEAST_CONFIDENCE = 0.5
_SMOOTH_SPARC = -1.8
"""From here on a movement reads as smooth: three in four of 341 measured ones of the upper
back did (ideal minimum jerk: -1.40; Balasubramanian 2015, JNER 12:112)."""
_JERKY_SPARC = -2.4
"""Below this it reads as jerky: fewer than one in twenty did."""


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
    PostureState.LYING: Sign("▬", "Lying", Role.QUIET),
    PostureState.UNCERTAIN: Sign("?", "Not sure", Role.QUIET),
    PostureState.NOT_WORN: Sign("○", "Not worn", Role.QUIET),
}
ALERT_SIGN = Sign("▲", "Slouch alert", Role.ALERT)
NO_READING = Sign("×", "No reading", Role.QUIET)

_LINK_SIGNS = {
    LinkState.IDLE: Sign("○", "not connected", Role.QUIET),
    LinkState.SCANNING: Sign("◌", "looking", Role.QUIET),
    LinkState.CONNECTING: Sign("◌", "connecting", Role.QUIET),
    LinkState.PREPARING: Sign("◌", "preparing", Role.QUIET),
    LinkState.STREAMING: Sign("●", "streaming", Role.GOOD),
    LinkState.RECOVERING: Sign("◌", "reconnecting", Role.WATCH),
    LinkState.STOPPED: Sign("■", "stopped", Role.QUIET),
    LinkState.UNAVAILABLE: Sign("×", "unavailable", Role.WATCH),
}
_SILENT = Sign("◌", "silent", Role.WATCH)
_ENDED = Sign("■", "ended", Role.QUIET)
LANE_SIGNS = {
    LaneKind.ALERT: Sign("▲", "alert", Role.ALERT),
    LaneKind.RECOVERED: Sign("✓", "upright again", Role.GOOD),
    LaneKind.GAP: Sign("╳", "samples missing", Role.QUIET),
    LaneKind.CALIBRATION: Sign("◎", "calibrated", Role.PLAIN),
    LaneKind.BREAK_DUE: Sign("△", "time for a break", Role.WATCH),
    LaneKind.BREAK: Sign("✚", "break counted", Role.GOOD),
    LaneKind.MARKER: Sign("◆", "your mark", Role.STRONG),
    LaneKind.MOVEMENT: Sign("≈", "movement", Role.TRACE),
}
"""In order of weight: where two events share a column, the earlier in this table is seen."""


def smoothness_sign(sparc: float | None, confidence: float | None = None) -> Sign:
    """How smooth a movement was, in a plain word; none if more than half of it is measurement."""
    if sparc is None:
        return Sign("·", "too short to tell", Role.QUIET)
    if confidence is not None and confidence < _LEAST_CONFIDENCE:
        return Sign("·", "hard to tell", Role.QUIET)
    if sparc >= _SMOOTH_SPARC:
        return Sign("≈", "smooth", Role.GOOD)
    if sparc < _JERKY_SPARC:
        return Sign("^", "jerky", Role.WATCH)
    return Sign("~", "uneven", Role.PLAIN)


def link_sign(state: LinkState, *, is_silent: bool, is_over: bool) -> Sign:
    """What the link is doing; `is_silent` if it should bring samples and brings none."""
    if is_over:
        return _ENDED
    if is_silent and state is LinkState.STREAMING:
        return _SILENT
    return _LINK_SIGNS[state]
