"""The facts beside or below the trace: last movement, sensor, calibration, recording."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sensorapp.model.breaks import BreakTotals
from sensorapp.model.outputs import SensorAlone
from sensorapp.model.profiles import Profile
from sensorapp.session.state import SessionState
from sensorapp.text.cleaning import plain_text
from sensorapp.text.silences import SILENCE_WORDS
from sensorapp.tui.layout import join_rows, wrap_text
from sensorapp.tui.notices import is_axis_assumed
from sensorapp.tui.rows import BLANK, Role, Row, Span, fit_row
from sensorapp.tui.signs import LANE_SIGNS, Sign, smoothness_sign
from sensorapp.tui.silence import silence_text
from sensorapp.tui.wording import SOURCE_WORDS, clock_text, signed_text

UNKNOWN = "–"
_LABEL_CELLS = 10
_RECENT = 7


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of facts, each a label and a value."""

    title: str
    facts: tuple[tuple[str, Row], ...]


def sections_for(state: SessionState, link: Sign, *, more: bool) -> tuple[Section, ...]:
    """All groups, the most wanted first; `more` for the widest screens."""
    groups = [_movement(state)]
    if more:
        groups.append(_angles(state))
    groups += [
        _sensor(state, link, more=more),
        _calibration(state, more=more),
        _recording(state),
        _so_far(state, more=more),
    ]
    if more:
        groups += [_recent(state), _legend()]
    return tuple(groups)


def section_rows(sections: Sequence[Section], width: int, height: int) -> tuple[Row, ...]:
    """As many whole sections as fit, a blank row between them."""
    rows: list[Row] = []
    for section in sections:
        drawn = _section(section, width)
        if len(rows) + len(drawn) > height:
            continue
        rows += [*drawn, BLANK]
    return tuple(rows[:height])


def fact_rows(state: SessionState, *, roomy: bool) -> tuple[Row, ...]:
    """The same in two rows (or three short ones), for screens without room for the panel."""
    lost = Role.PLAIN if state.samples_lost else Role.QUIET
    second = join_rows(
        (
            _worn(state),
            (Span(f"lost {_count(state.samples_lost)}", lost),),
            _without_row(state) if roomy else BLANK,
            (Span("forward assumed", Role.QUIET),) if is_axis_assumed(state) else BLANK,
        ),
        " · ",
    )
    recording = _recording_row(state)
    if roomy:
        return (_movement_row(state, roomy=True), join_rows((recording, second), " · "))
    return (_movement_row(state, roomy=False), second, recording)


def _section(section: Section, width: int) -> list[Row]:
    rows: list[Row] = [(Span(section.title, Role.TITLE),)]
    for label, value in section.facts:
        if label:
            row: Row = (Span(f"{label:<{_LABEL_CELLS}}", Role.QUIET), *value)
        else:
            row = value
        rows.append(fit_row(row, width))
    return rows


def _plain(text: str) -> Row:
    return (Span(text),) if text else (Span(UNKNOWN, Role.QUIET),)


def _count(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _movement(state: SessionState) -> Section:
    move = state.movement
    if move is None:
        return Section("LAST MOVEMENT", (("", (Span("none yet", Role.QUIET),)),))
    sign = smoothness_sign(move.sparc, move.confidence)
    sparc = UNKNOWN if move.sparc is None else signed_text(move.sparc, 2)
    return Section(
        "LAST MOVEMENT",
        (
            ("quality", (Span(f"{sign.glyph} {sign.word}", sign.role),)),
            ("SPARC", _plain(sparc)),
            ("peak", _plain(f"{move.peak_dps:.0f} °/s")),
            ("range", _plain(f"{move.range_deg:.0f}°")),
        ),
    )


def _movement_row(state: SessionState, *, roomy: bool) -> Row:
    move = state.movement
    if move is None:
        return (Span("no movement yet", Role.QUIET),)
    sign = smoothness_sign(move.sparc, move.confidence)
    sparc = "" if move.sparc is None else f" · SPARC {signed_text(move.sparc, 2)}"
    numbers = f"{sparc} · peak {move.peak_dps:.0f} °/s · range {move.range_deg:.0f}°"
    if not roomy:
        numbers = f" · {move.peak_dps:.0f} °/s · {move.range_deg:.0f}°"
    return (Span(f"{sign.glyph} {sign.word}", sign.role), Span(numbers, Role.QUIET))


def _angles(state: SessionState) -> Section:
    frame = state.posture

    def angle(value: float | None, positive: str, negative: str) -> Row:
        if value is None:
            return _plain("")
        side = positive if value > 0 else negative
        return (Span(f"{abs(value):>4.1f}°"), Span(f" {side}", Role.QUIET))

    flexion = frame.flexion_deg if frame else None
    side_bend = frame.side_bend_deg if frame else None
    twist = frame.twist_deg if frame else None
    return Section(
        "ANGLES",
        (
            ("flexion", angle(flexion, "forward", "back")),
            ("side bend", angle(side_bend, "right", "left")),
            ("twist", angle(twist, "left", "right")),
        ),
    )


def _alone(alone: SensorAlone) -> Row:
    """Whether the sensor alerts by itself while its link is lost."""
    if alone.is_on:
        return _plain("alerts by itself")
    why = "" if alone.silence is None else f", {SILENCE_WORDS[alone.silence]}"
    return (Span("off"), Span(why, Role.QUIET))


def _sensor(state: SessionState, link: Sign, *, more: bool) -> Section:
    model = plain_text(state.device.model, 40) if state.device else ""
    rate = state.sensor.rate_hz if state.sensor else None
    battery = state.sensor.battery_pct if state.sensor else None
    facts: list[tuple[str, Row]] = [
        ("link", (Span(f"{link.glyph} {link.word}", link.role),)),
        ("battery", _plain("" if battery is None else f"{battery} %")),
        ("worn", _worn(state, alone=False)),
        ("rate", _plain("" if rate is None else f"{rate:g} Hz")),
        ("lost", _plain(f"{_count(state.samples_lost)} samples")),
    ]
    if state.sensor_alone is not None:
        own = ("alone", _alone(state.sensor_alone))
        if more:
            facts.append(own)
        else:
            facts[3] = own  # one row more, and the last section has no room at 100x30
    if model:
        facts.insert(0, ("model", _plain(model)))
    if state.faults:
        facts.append(("faults", (Span(f"! {state.faults}", Role.WATCH),)))
    return Section("SENSOR", tuple(facts))


def _worn(state: SessionState, *, alone: bool = True) -> Row:
    worn = state.sensor.worn if state.sensor else None
    if worn is None:
        return BLANK if alone else _plain("")
    if worn:
        return _plain("worn" if alone else "yes")
    return (Span("○ not worn" if alone else "○ no", Role.WATCH),)


def _calibration(state: SessionState, *, more: bool) -> Section:
    done = state.calibration
    if done is None:
        return Section("CALIBRATION", (("", (Span("not yet", Role.QUIET),)),))
    facts: list[tuple[str, Row]] = [
        ("from", _plain(SOURCE_WORDS[done.source])),
        ("limit", _plain(f"{state.threshold_deg:.0f}°")),
        ("forward", _plain(f"sensor {done.forward_axis.value.replace('-', '−')}")),
    ]
    if state.profile != Profile.DESK:
        facts.append(("profile", _plain(plain_text(state.profile, 20))))
        if not more:
            del facts[0]  # one row more, and the last section has no room at 100x30
    if is_axis_assumed(state):
        place = [label for label, _ in facts].index("forward")
        facts[place] = ("forward", (Span("? assumed", Role.WATCH),))
    return Section("CALIBRATION", tuple(facts))


def _recording(state: SessionState) -> Section:
    facts: list[tuple[str, Row]] = [("", _recording_row(state))]
    if state.recording_trouble:
        lines = wrap_text(plain_text(state.recording_trouble), 28, 3)
        facts += [("", (Span(line, Role.WATCH),)) for line in lines]
    return Section("RECORDING", tuple(facts))


def _recording_row(state: SessionState) -> Row:
    if state.recording is None:
        if state.recording_trouble:
            return (Span("! not recording", Role.WATCH),)
        return (Span("not recording", Role.QUIET),)
    return (Span(f"◉ {plain_text(state.recording, 60) or 'unnamed'}"),)


def _so_far(state: SessionState, *, more: bool) -> Section:
    silence = silence_text(state)
    silent = max(0, state.slouches - state.alerts)
    alerts = _plain(f"{state.alerts}, {silent} silent" if silent else str(state.alerts))
    if silence is not None:
        alerts = (*alerts, Span(f"  ‖ {silence}", Role.QUIET))
    facts: list[tuple[str, Row]] = [
        ("time", _plain("" if state.t_ns is None else clock_text(state.t_ns))),
        ("alerts", alerts),
        ("breaks", _breaks(state.breaks, more=more)),
    ]
    if state.training_left_s is not None:
        facts.append(("training", _training(state.training_left_s)))
        if not more:
            del facts[0]  # one row more, and the whole section has no room at 100x30
    if more:
        facts.append(("movements", _plain(str(state.movements))))
    return Section("SO FAR", tuple(facts))


def _training(left_s: float) -> Row:
    if left_s <= 0.0:
        return _plain("done, now only counting")
    return _plain(f"{math.ceil(left_s / 60.0)} min left")


def _breaks(breaks: BreakTotals, *, more: bool) -> Row:
    minutes = _minutes_without(breaks)
    if not breaks.breaks and not (more and breaks.micro_breaks):
        return (Span("none yet" if breaks.without_s < 60.0 else f"none in {minutes}"),)
    micro = f" + {breaks.micro_breaks} micro" if more and breaks.micro_breaks else ""
    return (Span(f"{breaks.breaks}{micro}"), Span(f", {minutes} since", Role.QUIET))


def _minutes_without(breaks: BreakTotals) -> str:
    return f"{breaks.without_s // 60.0:.0f} min"


def _without_row(state: SessionState) -> Row:
    if state.breaks.without_s < 60.0:
        return BLANK
    return (Span(f"no break {_minutes_without(state.breaks)}", Role.QUIET),)


def _recent(state: SessionState) -> Section:
    facts: list[tuple[str, Row]] = []
    latest = sorted(state.lane, key=lambda event: event.t_ns, reverse=True)
    for event in latest[:_RECENT]:
        sign = LANE_SIGNS[event.kind]
        facts.append((clock_text(event.t_ns), (Span(f"{sign.glyph} {sign.word}", sign.role),)))
    return Section("LAST MINUTE", tuple(facts) or (("", (Span("nothing yet", Role.QUIET),)),))


def _legend() -> Section:
    return Section(
        "SIGNS",
        tuple(
            ("", (Span(f"{sign.glyph}  ", sign.role), Span(sign.word, Role.QUIET)))
            for sign in LANE_SIGNS.values()
        ),
    )
