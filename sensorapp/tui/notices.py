"""The two rows under the gauge: the one thing that the wearer should know now."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sensorapp.model.posture import CalibrationSource, PostureState, Quality
from sensorapp.model.profiles import PROFILE_LABELS
from sensorapp.session.state import LATE_S, LaneKind, SessionState
from sensorapp.text.cleaning import plain_text
from sensorapp.text.silences import SILENT_SENTENCES
from sensorapp.tui.layout import meter_row, wrap_text
from sensorapp.tui.rows import BLANK, Role, Row, Span, fit_row, row_width
from sensorapp.tui.signs import ALERT_SIGN, LANE_SIGNS, POSTURE_SIGNS
from sensorapp.tui.silence import silence_sentence

NS_PER_S = 1_000_000_000

_FRESH_NS = 4 * NS_PER_S
"""How long an event that is over stays worth a sentence."""

_CHANNEL_FRESH_NS = 120 * NS_PER_S
"""A way to the wearer fails just when an alert, which goes first, is to be told."""

_METER_CELLS = 24

_WHY: Row = (Span("w", Role.KEY, "screen.why"), Span(" why?", Role.QUIET, "screen.why"))

_ASKED = {
    "upright": "Sit tall and still for a moment.",
    "slouch": "Sink into your usual slouch and hold still.",
    "bends": "Bend forward slowly and come back up, twice.",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence with its glyph; `progress` 0..1 draws a bar, `hint` says what to do."""

    glyph: str
    text: str
    role: Role
    hint: str = ""
    progress: float | None = None
    is_alert: bool = False


QUIET = Notice("", "", Role.QUIET)


def notice_for(state: SessionState, *, has_reading: bool) -> Notice:
    """The most important of all that could be said now."""
    about_angle = (_behind, _alert, _asked, _dwell, _fault, _just_happened)
    always = (_asked, _fault)
    for find in about_angle if has_reading else always:
        found = find(state)
        if found is not None:
            return found
    if has_reading and state.offer is not None:
        return Notice("◎", state.offer.why, Role.WATCH)
    if has_reading and state.needs_pose:
        text = "Be as you usually are here and press c; no alert sounds before."
        hint = "this profile needs its upright pose for how the clip sits now"
        return Notice("◎", text, Role.WATCH, hint=hint)
    found = _trouble(state) or _muted(state) or _channel(state)
    if found is None and has_reading:
        found = _profile(state) or _break_due(state) or _advice(state)
    return found or QUIET


def is_axis_assumed(state: SessionState) -> bool:
    """True if the wearer's forward direction is a guess."""
    calibration = state.calibration
    if calibration is not None and CalibrationSource.ASSUMED in (
        calibration.source,
        calibration.alignment.axis_source,
    ):
        return True
    return state.posture is not None and Quality.AXIS_ASSUMED in state.posture.quality


def is_back(state: SessionState) -> bool:
    """True if the angle is back where an alert ends, though its end is not decided yet."""
    flexion_deg = state.shown_flexion_deg
    return flexion_deg is not None and flexion_deg < state.leave_deg


def notice_rows(notice: Notice, width: int, height: int) -> tuple[Row, ...]:
    """The notice in at most `height` rows of `width` cells."""
    if not notice.text or height < 1:
        return (BLANK,) * height
    lead = Span(f"{notice.glyph} " if notice.glyph else "", notice.role)
    indent = row_width((lead,))
    below = _below(notice)
    lines = wrap_text(notice.text, width - indent, height)
    if notice.progress is not None and len(lines) == height > 1:
        lines = wrap_text(notice.text, width - indent, height - 1)
    rows: list[Row] = [(lead, Span(lines[0], notice.role))]
    rows += [(Span(" " * indent), Span(line, notice.role)) for line in lines[1:]]
    if below and len(rows) < height:
        rows.append(fit_row((Span(" " * indent), *below), width))
    elif notice.is_alert and row_width(rows[-1]) + row_width(_WHY) + 2 <= width:
        rows[-1] = (*rows[-1], Span("  "), *_WHY)
    return tuple(rows[:height])


def _below(notice: Notice) -> Row:
    if notice.progress is not None:
        meter = meter_row(notice.progress, _METER_CELLS, notice.role)
        return (*meter, Span(f"  {notice.hint}" if notice.hint else "", Role.QUIET))
    if notice.is_alert:
        return (Span(f"{notice.hint}  ", Role.PLAIN), *_WHY)
    return (Span(notice.hint, Role.QUIET),) if notice.hint else BLANK


def _behind(state: SessionState) -> Notice | None:
    if state.behind_s <= LATE_S:
        return None
    text = f"Fetching what the sensor kept: {state.behind_s:.0f} s to go."
    return Notice("»", text, Role.QUIET, hint="no alert sounds for what is over")


def _alert(state: SessionState) -> Notice | None:
    alert = state.alert
    if alert is None or alert.silent is not None:
        return None
    text = plain_text(alert.why) or f"Over your limit for {alert.dwell_s:.0f} s."
    hint = "Good: stay tall for a moment." if is_back(state) else "Sit tall to end it."
    return Notice(ALERT_SIGN.glyph, text, Role.ALERT, hint, is_alert=True)


def _asked(state: SessionState) -> Notice | None:
    text = _ASKED.get(state.waiting_for)
    if text is None:
        return None
    share = min(max(state.calibration_progress, 0.0), 1.0)
    return Notice("◌", text, Role.TRACE, hint=f"{100 * share:.0f} %", progress=share)


def _dwell(state: SessionState) -> Notice | None:
    if state.slouch_since_ns is None or state.t_ns is None or state.dwell_s <= 0:
        return None
    if state.posture is None or state.posture.state is not PostureState.SLOUCH:
        return None  # moving and bending down are no slouch, whatever the angle
    held_s = max(state.t_ns - state.slouch_since_ns, 0) / NS_PER_S
    left_s = state.dwell_s - held_s
    glyph = POSTURE_SIGNS[PostureState.SLOUCH].glyph
    if left_s <= 0:
        silent = None if state.alert is None else state.alert.silent
        why = "" if silent is None else f" Not sounded: {SILENT_SENTENCES[silent]}."
        text = f"Over your limit for {held_s:.0f} s.{why}"
        return Notice(glyph, text, Role.WATCH, progress=1.0)
    hint = f"alert in {math.ceil(left_s)} s"
    return Notice(glyph, "Over your limit.", Role.WATCH, hint=hint, progress=held_s / state.dwell_s)


def _just_happened(state: SessionState) -> Notice | None:
    if state.t_ns is None:
        return None
    for event in reversed(state.lane):
        if event.t_ns < state.t_ns - _FRESH_NS:
            continue
        sign = LANE_SIGNS[event.kind]
        if event.kind is LaneKind.RECOVERED:
            return Notice(sign.glyph, "Upright again.", sign.role)
        if event.kind is LaneKind.CALIBRATION:
            text = f"Calibrated. Your limit is {state.threshold_deg:.0f}°."
            return Notice(sign.glyph, text, sign.role, hint=_axis_hint(state))
        if event.kind is LaneKind.BREAK:
            return Notice(sign.glyph, "Counted as a break.", sign.role)
        if event.kind is LaneKind.MARKER:
            return Notice(sign.glyph, "Marked this moment.", sign.role)
    return None


def _channel(state: SessionState) -> Notice | None:
    fault = state.fault
    if fault is None or fault.kind != "channel":
        return None
    if (fault.t_ns or 0) < (state.t_ns or 0) - _CHANNEL_FRESH_NS:
        return None
    return Notice("!", plain_text(fault.message), Role.QUIET)


def _fault(state: SessionState) -> Notice | None:
    fault = state.fault
    if fault is None:
        return None
    now_ns = state.t_ns or 0
    if (fault.t_ns or 0) < now_ns - _FRESH_NS:
        return None
    return Notice("!", plain_text(fault.message), Role.WATCH)


def _muted(state: SessionState) -> Notice | None:
    text = silence_sentence(state)
    if text is None:
        return None
    return Notice("‖", text, Role.PLAIN, hint="space turns them on now")


def _break_due(state: SessionState) -> Notice | None:
    due = state.break_due
    if due is None or state.behind_s > LATE_S:
        return None
    sign = LANE_SIGNS[LaneKind.BREAK_DUE]
    return Notice(sign.glyph, plain_text(due.why), Role.WATCH, hint="l reminds you in 15 min")


def _profile(state: SessionState) -> Notice | None:
    offer = state.profile_offer
    if offer is None:
        return None
    label = PROFILE_LABELS.get(offer.profile, offer.profile)
    hint = f"y switches to {label}, f chooses another"
    return Notice("↕", plain_text(offer.why), Role.WATCH, hint=hint)


def _trouble(state: SessionState) -> Notice | None:
    if not state.recording_trouble:
        return None
    return Notice("!", plain_text(state.recording_trouble), Role.WATCH)


def _advice(state: SessionState) -> Notice | None:
    hint = _axis_hint(state)
    if hint:
        return Notice("?", "Which way is forward is assumed.", Role.QUIET, hint=hint)
    calibration = state.calibration
    if calibration is not None and calibration.alignment.slouch_deg is None:
        text = "Press s in your own slouch for a limit that suits you."
        return Notice("", text, Role.QUIET)
    return None


def _axis_hint(state: SessionState) -> str:
    return "Press b and bend forward slowly twice." if is_axis_assumed(state) else ""
