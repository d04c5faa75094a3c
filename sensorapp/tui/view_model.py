"""From a session's state to what the live screen shows: a pure function, tested by values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sensorapp.model.device import LinkState
from sensorapp.model.posture import PostureState
from sensorapp.session.state import LATE_S, SessionState
from sensorapp.text.cleaning import plain_text
from sensorapp.tui.gauge import Gauge, gauge_for
from sensorapp.tui.layout import join_rows
from sensorapp.tui.notices import Notice, is_back, notice_for
from sensorapp.tui.panel import Section, fact_rows, sections_for
from sensorapp.tui.reading import Reading
from sensorapp.tui.rows import Role, Row, Span
from sensorapp.tui.signs import ALERT_SIGN, NO_READING, POSTURE_SIGNS, Sign, link_sign
from sensorapp.tui.silence import silence_text
from sensorapp.tui.wording import LINK_REASONS, QUALITY_REASONS, signed_text

SILENT_S = 2.5
"""Without a new sample for this long there is no reading; promised is 3 s."""

_LOW_BATTERY_PCT = 15

_DIRECTIONS = {1: "forward of upright", 0: "at your upright", -1: "back from upright"}


class WidthClass(IntEnum):
    """How much fits beside each other; the value is the least width in columns."""

    NUMBER = 0
    TRACE = 60
    PANEL = 100
    MORE = 140


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """The stream is over: one sentence why and one that says what to do."""

    sentence: str
    next_step: str
    is_error: bool = False


ENDED = StreamEnd("The stream has ended.", "Press q to leave.")


@dataclass(frozen=True, slots=True)
class LiveView:
    """Everything on the live screen but the trace, ready to draw.

    `alert_t_ns` names the newest alert or reminder of a break in force, None without and while the
    past is fetched; the bell rings when it changes to a later one. `is_live` is False while there
    is no reading.
    """

    name: Row
    link: Row
    reading: Reading
    gauge: Gauge
    notice: Notice
    facts: tuple[Row, ...]
    sections: tuple[Section, ...]
    is_muted: bool
    alert_t_ns: int | None
    is_live: bool


def live_view(
    state: SessionState,
    title: str,
    width: WidthClass,
    silent_s: float = 0.0,
    end: StreamEnd | None = None,
) -> LiveView:
    """What to show for `state`.

    `silent_s` is how long nothing new has come on the host's clock, `end` how the stream
    ended. Without a trustworthy angle the reading says why instead of showing an old number.
    """
    without = _no_reading(state, silent_s, end)
    reading = without or _reading(state)
    value = None if without else _flexion(state)
    link = link_sign(
        state.link.state if state.link else LinkState.IDLE,
        is_silent=silent_s >= SILENT_S,
        is_over=end is not None,
    )
    if end is not None:
        role = Role.WATCH if end.is_error else Role.PLAIN
        notice = Notice("■", end.sentence, role, hint=end.next_step)
    else:
        notice = notice_for(state, has_reading=without is None)
    return LiveView(
        name=_name(title, width),
        link=_link(state, link, width),
        reading=reading,
        gauge=gauge_for(value, state.threshold_deg, reading.role),
        notice=notice,
        facts=fact_rows(state, roomy=width >= WidthClass.TRACE) if width < WidthClass.PANEL else (),
        sections=sections_for(state, link, more=width >= WidthClass.MORE)
        if width >= WidthClass.PANEL
        else (),
        is_muted=silence_text(state) is not None,
        alert_t_ns=_called_t_ns(state),
        is_live=without is None,
    )


def _called_t_ns(state: SessionState) -> int | None:
    """The newest alert or reminder in force, once the present has caught up with it."""
    if state.behind_s > LATE_S:
        return None
    alert, due = state.alert, state.break_due
    calls = [alert.t_ns] if alert is not None and alert.sounds else []
    if due is not None:
        calls.append(due.t_ns)
    return max(calls, default=None)


def width_class(columns: int) -> WidthClass:
    """The class of a screen of so many columns."""
    return max(member for member in WidthClass if columns >= member)


def _flexion(state: SessionState) -> float | None:
    if state.shown_flexion_deg is not None:
        return state.shown_flexion_deg
    return state.posture.flexion_deg if state.posture else None


def _no_reading(state: SessionState, silent_s: float, end: StreamEnd | None) -> Reading | None:
    """The reading without a number and with its reason, None if there is a number to show."""
    link = state.link
    frame = state.posture
    if end is not None:
        return _without_number(NO_READING, end.sentence)
    if link is None:
        return _without_number(NO_READING, "Waiting for a sensor.")
    if link.state is not LinkState.STREAMING:
        return _without_number(NO_READING, plain_text(link.reason) or LINK_REASONS[link.state])
    if silent_s >= SILENT_S:
        reason = f"Connected, but nothing has come for {silent_s:.0f} s."
        return _without_number(NO_READING, reason)
    if frame is None:
        return _without_number(NO_READING, "Waiting for the first samples.")
    if frame.state is PostureState.NOT_WORN:
        return _without_number(POSTURE_SIGNS[frame.state], "No reading until it is worn again.")
    if frame.flexion_deg is not None and frame.state is not PostureState.UNCERTAIN:
        return None
    if frame.state is PostureState.CALIBRATING:
        reason = "Getting to know your upright pose."
        return _without_number(POSTURE_SIGNS[frame.state], reason)
    reason = next((QUALITY_REASONS[item] for item in frame.quality), "The angle is not known yet.")
    return _without_number(POSTURE_SIGNS[PostureState.UNCERTAIN], reason)


def _without_number(sign: Sign, reason: str) -> Reading:
    return Reading(None, sign.glyph, sign.word, sign.role, reason)


def _reading(state: SessionState) -> Reading:
    frame = state.posture
    value = _flexion(state)
    assert frame is not None
    assert value is not None
    in_alert = state.alert is not None and state.alert.silent is None
    if in_alert and is_back(state):
        sign = POSTURE_SIGNS[PostureState.UPRIGHT]
    else:
        sign = ALERT_SIGN if in_alert else POSTURE_SIGNS[frame.state]
    detail = _DIRECTIONS[(round(value) > 0) - (round(value) < 0)]
    return Reading(signed_text(value), sign.glyph, sign.word, sign.role, detail)


def _name(title: str, width: WidthClass) -> Row:
    clean = plain_text(title, 60)
    if clean and width < WidthClass.TRACE:
        return (Span(clean, Role.STRONG),)
    name = (Span("sensorapp", Role.STRONG),)
    return join_rows((name, (Span(clean),) if clean else ()), " · ")


def _link(state: SessionState, sign: Sign, width: WidthClass) -> Row:
    parts: list[Row] = [(Span(f"{sign.glyph} ", sign.role), Span(sign.word))]
    battery = state.sensor.battery_pct if state.sensor else None
    if battery is not None:
        low = battery <= _LOW_BATTERY_PCT
        text = f"battery {battery} %" if width >= WidthClass.TRACE else f"{battery} %"
        parts.append((Span(f"! {text}" if low else text, Role.WATCH if low else Role.PLAIN),))
    if width >= WidthClass.PANEL and state.recording is not None:
        parts.append((Span("◉ rec"),))
    return join_rows(parts, "  ")
