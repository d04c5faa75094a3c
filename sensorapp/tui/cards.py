"""What the cards above the screen say: why (the numbers behind a decision), and the keys."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.session.state import SessionState
from sensorapp.text.cleaning import plain_text
from sensorapp.text.silences import SILENT_SENTENCES
from sensorapp.tui.keys import Key
from sensorapp.tui.layout import wrap_text
from sensorapp.tui.notices import NS_PER_S, is_axis_assumed
from sensorapp.tui.rows import BLANK, Role, Row, Span
from sensorapp.tui.signs import LANE_SIGNS, POSTURE_SIGNS
from sensorapp.tui.silence import muted_minutes, silence_text
from sensorapp.tui.view_model import LiveView
from sensorapp.tui.wording import SOURCE_WORDS, clock_text, signed_text


@dataclass(frozen=True, slots=True)
class Fact:
    """A label, its value and the role of the value; a label alone is a heading."""

    label: str
    value: str = ""
    role: Role = Role.PLAIN


@dataclass(frozen=True, slots=True)
class Card:
    """A title, a sentence and facts."""

    title: str
    sentence: str
    facts: tuple[Fact, ...]


def why_card(state: SessionState, view: LiveView) -> Card:
    """The answer to "why?": the alert in force, or why there is none."""
    facts = [
        Fact("now", f"{view.reading.number}°" if view.reading.number else view.reading.detail),
        Fact("limit", f"{signed_text(state.threshold_deg, 1)}°"),
        Fact("ends below", f"{signed_text(state.leave_deg, 1)}°"),
        Fact("waits", f"{state.dwell_s:.0f} s over the limit before an alert"),
        *_calibration_facts(state),
        *_break_facts(state),
        *_alone_facts(state),
    ]
    alert = state.alert
    if alert is not None:
        when = "at alert" if alert.silent is None else "counted"
        told = (
            Fact(when, f"{signed_text(alert.flexion_deg, 1)}° after {alert.dwell_s:.0f} s"),
            Fact("began", f"{clock_text(alert.onset_t_ns)} after the start"),
        )
        title = "Why this alert?" if alert.silent is None else "Why no sound?"
        return Card(title, plain_text(alert.why), (*told, *facts))
    return Card("Why no alert?", _why_none(state, view), tuple(facts))


def keys_card(shown: tuple[Key, ...]) -> Card:
    """All keys, then the words and signs of the screen."""
    keys = [key for key in shown if key.action != "keys"]
    facts = [Fact(key.shown, key.help) for key in keys]
    facts.append(Fact("Signs under the trace"))
    facts += [Fact(sign.glyph, sign.word, sign.role) for sign in LANE_SIGNS.values()]
    facts.append(Fact("States"))
    facts += [Fact(sign.glyph, sign.word, sign.role) for sign in POSTURE_SIGNS.values()]
    return Card("Keys", "", tuple(facts))


def card_rows(card: Card, width: int) -> tuple[Row, ...]:
    """The card's rows below its title, `width` cells wide."""
    rows: list[Row] = []
    label_cells = max(len(fact.label) for fact in card.facts if fact.value) + 2
    if card.sentence:
        rows += [(Span(line),) for line in wrap_text(card.sentence, width, 4)]
        rows.append(BLANK)
    for fact in card.facts:
        if not fact.value:
            rows += [BLANK, (Span(fact.label, Role.TITLE),)]
            continue
        label = f"{fact.label:<{label_cells}}"
        for line in wrap_text(fact.value, width - label_cells, 3):
            rows.append((Span(label, Role.QUIET), Span(line, fact.role)))
            label = " " * label_cells
    return tuple(rows)


def _calibration_facts(state: SessionState) -> tuple[Fact, ...]:
    done = state.calibration
    if done is None:
        return (Fact("calibrated", "not yet"),)
    facts = [Fact("calibrated", f"from {SOURCE_WORDS[done.source]}")]
    if done.alignment.slouch_deg is not None:
        facts.append(Fact("your slouch", f"{signed_text(done.alignment.slouch_deg, 1)}°"))
    if is_axis_assumed(state):
        facts.append(
            Fact("forward", "assumed: press b and bend forward slowly twice to make it sure")
        )
    return tuple(facts)


def _alone_facts(state: SessionState) -> tuple[Fact, ...]:
    alone = state.sensor_alone
    if alone is None:
        return ()
    if alone.is_on:
        return (Fact("the sensor", "alerts by itself while its link is lost"),)
    why = "" if alone.silence is None else f": {SILENT_SENTENCES[alone.silence]}"
    return (Fact("the sensor", f"does not alert by itself now{why}"),)


def _break_facts(state: SessionState) -> tuple[Fact, ...]:
    if state.break_due is not None:
        return (Fact("break", plain_text(state.break_due.why), Role.WATCH),)
    minutes = int(state.breaks.without_s // 60.0)
    return (Fact("no break", f"for {minutes} min"),) if minutes else ()


def _why_none(state: SessionState, view: LiveView) -> str:
    if not view.is_live:
        return f"There is no reading. {view.reading.detail}"
    minutes = muted_minutes(state)
    if state.quiet is None and minutes is not None:
        return f"Alerts are paused for {minutes} more min."
    silence = silence_text(state)
    if silence is not None:
        return f"No alert sounds now: {silence}."
    if state.training_left_s == 0.0:
        return "No alert sounds now: today's training is done, and slouches are counted."
    if state.slouch_since_ns is not None and state.t_ns is not None:
        held_s = (state.t_ns - state.slouch_since_ns) / NS_PER_S
        return f"You are over the limit for {held_s:.0f} s; it takes {state.dwell_s:.0f} s."
    return f"{view.reading.word} at {view.reading.number}°: nothing to alert about."
