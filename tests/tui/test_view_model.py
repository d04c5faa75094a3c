"""What the live screen says for a state: by values, without a screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sensorapp.model.breaks import BreakDue, DueKind
from sensorapp.model.device import LinkState
from sensorapp.model.outputs import Fault, SensorStatus
from sensorapp.model.posture import (
    BaselineOffer,
    CalibrationSource,
    OfferKind,
    PostureState,
    Quality,
)
from sensorapp.session.state import LaneEvent, LaneKind, SessionState
from sensorapp.text.words import refused_words
from sensorapp.tui import signs, wording
from sensorapp.tui.cards import card_rows, keys_card, why_card
from sensorapp.tui.keys import keys_for
from sensorapp.tui.notices import notice_rows
from sensorapp.tui.panel import section_rows
from sensorapp.tui.rows import Role, row_text
from sensorapp.tui.view_model import (
    ENDED,
    StreamEnd,
    WidthClass,
    live_view,
    width_class,
)
from tests.tui.made_up import (
    S,
    a_break_is_due,
    before_anything,
    calibration,
    frame_at,
    link,
    sitting,
    view_of,
)


def with_frame(state: PostureState, flexion: float | None, *quality: Quality) -> SessionState:
    frame = frame_at(70 * S, flexion, state, tuple(quality))
    quiet = replace(sitting(56.0), lane=())
    return replace(quiet, t_ns=70 * S, posture=frame, shown_flexion_deg=flexion)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [(20, 0), (59, 0), (60, 60), (99, 60), (100, 100), (139, 100), (140, 140), (400, 140)],
)
def test_width_classes(columns: int, expected: int) -> None:
    assert width_class(columns) == expected


@pytest.mark.parametrize(
    ("state", "glyph", "word", "role"),
    [
        (PostureState.UPRIGHT, "●", "Upright", Role.GOOD),
        (PostureState.SLOUCH, "▼", "Slouching", Role.WATCH),
        (PostureState.BENDING, "◢", "Bending down", Role.TRACE),
        (PostureState.MOVING, "≈", "Moving", Role.TRACE),
        (PostureState.LYING, "▬", "Lying", Role.QUIET),
    ],
)
def test_a_reading_has_number_glyph_and_word(
    state: PostureState, glyph: str, word: str, role: Role
) -> None:
    reading = view_of(with_frame(state, 12.4)).reading
    assert (reading.number, reading.glyph, reading.word, reading.role) == ("12", glyph, word, role)
    assert reading.detail == "forward of upright"


def test_every_state_differs_in_more_than_colour() -> None:
    all_signs = [*signs.POSTURE_SIGNS.values(), signs.ALERT_SIGN, signs.NO_READING]
    assert len({sign.glyph for sign in all_signs}) == len(all_signs)
    assert len({sign.word for sign in all_signs}) == len(all_signs)
    words = {signs.link_sign(s, is_silent=False, is_over=False).word for s in LinkState}
    assert len(words) == len(LinkState)


def test_every_kind_has_its_words() -> None:
    assert set(signs.POSTURE_SIGNS) == set(PostureState)
    assert set(signs.LANE_SIGNS) == set(LaneKind)
    assert set(wording.LINK_REASONS) == set(LinkState) - {LinkState.STREAMING}
    assert set(wording.QUALITY_REASONS) == set(Quality)
    assert set(wording.SOURCE_WORDS) == set(CalibrationSource)


def test_zero_degrees_is_a_reading() -> None:
    view = view_of(with_frame(PostureState.UPRIGHT, 0.0))
    assert view.reading.number == "0"
    assert view.reading.detail == "at your upright"
    assert view.gauge.value_deg == 0.0
    assert view.is_live


@pytest.mark.parametrize(
    ("state", "word", "reason"),
    [
        (before_anything(), "No reading", "Waiting for a sensor."),
        (
            replace(sitting(56.0), link=link(LinkState.RECOVERING, "Out of \x1b[1mreach.")),
            "No reading",
            "Out of [1mreach.",
        ),
        (
            replace(sitting(56.0), link=link(LinkState.UNAVAILABLE)),
            "No reading",
            "Bluetooth is not available.",
        ),
        (
            replace(before_anything(), link=link()),
            "No reading",
            "Waiting for the first samples.",
        ),
        (
            with_frame(PostureState.NOT_WORN, 40.0),
            "Not worn",
            "No reading until it is worn again.",
        ),
        (
            with_frame(PostureState.UNCERTAIN, 9.0, Quality.UNCERTAIN),
            "Not sure",
            "The angle is settling again.",
        ),
        (
            with_frame(PostureState.CALIBRATING, None),
            "Calibrating",
            "Getting to know your upright pose.",
        ),
    ],
)
def test_no_number_without_a_trustworthy_angle(state: SessionState, word: str, reason: str) -> None:
    view = view_of(state)
    assert view.reading.number is None
    assert view.gauge.value_deg is None
    assert not view.is_live
    assert (view.reading.word, view.reading.detail) == (word, reason)


def test_silence_hides_the_old_number() -> None:
    state = sitting(56.0)
    assert live_view(state, "", WidthClass.PANEL, silent_s=2.4).reading.number is not None
    silent = live_view(state, "", WidthClass.PANEL, silent_s=3.0)
    assert silent.reading.number is None
    assert silent.reading.detail == "Connected, but nothing has come for 3 s."
    assert "silent" in row_text(silent.link)


@pytest.mark.parametrize("end", [ENDED, StreamEnd("No adapter.", "Plug one in.", is_error=True)])
def test_the_end_is_told_with_what_to_do(end: StreamEnd) -> None:
    view = live_view(sitting(56.0), "", WidthClass.PANEL, end=end)
    assert view.reading.number is None
    assert view.reading.detail == end.sentence
    assert (view.notice.text, view.notice.hint) == (end.sentence, end.next_step)
    assert row_text(view.link).startswith("■ ended")


def test_an_alert_shows_its_reason() -> None:
    view = view_of(sitting(76.0))
    assert view.alert_t_ns == 73 * S
    assert view.reading.word == "Slouch alert"
    assert view.notice.is_alert
    assert view.notice.text == "Leaning 22° forward, over your limit of 15°, for 15 s."
    wide = [row_text(row) for row in notice_rows(view.notice, 60, 2)]
    assert wide[1].strip() == "Sit tall to end it.  w why?"
    narrow = [row_text(row) for row in notice_rows(view.notice, 38, 2)]
    assert narrow[1].endswith("w why?")


def test_coming_back_is_seen_before_the_alert_has_ended() -> None:
    view = view_of(sitting(82.9))
    assert view.alert_t_ns == 73 * S
    assert (view.reading.glyph, view.reading.word) == ("●", "Upright")
    assert view.notice.is_alert
    assert view.notice.hint == "Good: stay tall for a moment."


def test_no_countdown_while_moving() -> None:
    state = sitting(66.0)
    moving = replace(state, posture=frame_at(66 * S, 22.0, PostureState.MOVING))
    assert view_of(moving).notice.progress is None


def test_dwell_counts_towards_an_alert() -> None:
    notice = view_of(sitting(66.0)).notice
    assert notice.progress == pytest.approx(8 / 15)
    assert notice.hint == "alert in 7 s"
    assert not notice.is_alert


def test_dwell_without_an_alert_to_come_tells_no_countdown() -> None:
    state = replace(sitting(66.0), slouch_since_ns=40 * S)
    assert view_of(state).notice.text == "Over your limit for 26 s."
    assert view_of(state).notice.hint == ""


def test_recovery_is_noticed_for_a_moment() -> None:
    assert view_of(sitting(84.0)).notice.text == "Upright again."
    assert view_of(sitting(90.0)).notice.text == ""


def test_movements_listed_late_do_not_hide_a_fresh_event() -> None:
    state = sitting(84.0)
    late = (*state.lane, LaneEvent(70 * S, LaneKind.MOVEMENT))
    assert view_of(replace(state, lane=late)).notice.text == "Upright again."


def test_a_pause_says_when_alerts_come_back() -> None:
    state = replace(sitting(56.0), muted_until_ns=56 * S + 25 * 60 * S)
    view = view_of(state)
    assert view.is_muted
    assert view.notice.text == "Alerts are paused and come back in 25 min."
    over = replace(state, muted_until_ns=56 * S)
    assert not view_of(over).is_muted


def test_calibration_asks_for_rest_and_shows_progress() -> None:
    base = replace(
        with_frame(PostureState.CALIBRATING, None), waiting_for="upright", calibration_progress=0.4
    )
    notice = view_of(base).notice
    assert (notice.text, notice.progress) == ("Sit tall and still for a moment.", 0.4)
    slouch = view_of(replace(base, waiting_for="slouch")).notice
    assert slouch.text == "Sink into your usual slouch and hold still."


def test_an_assumed_axis_is_said_plainly() -> None:
    assumed = replace(
        sitting(56.0), lane=(), calibration=calibration(CalibrationSource.ASSUMED, slouch_deg=None)
    )
    view = view_of(assumed)
    assert view.notice.text == "Which way is forward is assumed."
    assert view.notice.hint == "Press b and bend forward slowly twice."
    panel = "\n".join(row_text(row) for row in section_rows(view.sections, 28, 40))
    assert "? assumed" in panel
    narrow = view_of(assumed, WidthClass.TRACE)
    assert "forward assumed" in row_text(narrow.facts[1])


def test_a_fresh_fault_is_told_and_an_old_one_counted() -> None:
    fault = Fault("back", 55 * S, "calibration", "Not still enough.")
    fresh = replace(sitting(56.0), fault=fault, faults=1)
    assert view_of(fresh).notice.text == "Not still enough."
    later = replace(fresh, t_ns=70 * S)
    assert view_of(later).notice.text != "Not still enough."
    panel = "\n".join(row_text(row) for row in section_rows(view_of(later).sections, 28, 40))
    assert "! 1" in panel


def test_a_way_to_the_wearer_that_failed_in_an_alert_is_told_after_it() -> None:
    message = "Desktop notifications can't be shown: nobody does it. Alerts are told here."
    failed = replace(sitting(56.0), fault=Fault("back", 30 * S, "channel", message), faults=1)
    assert view_of(failed).notice.text == message
    assert view_of(replace(failed, fault=Fault("back", 30 * S, "time", "T."))).notice.text != "T."
    later = replace(failed, t_ns=151 * S)
    assert view_of(later).notice.text != message


def test_recording_trouble_is_told() -> None:
    state = replace(sitting(56.0), recording=None, recording_trouble="The disk is full.")
    assert view_of(state).notice.text == "The disk is full."
    facts = view_of(state, WidthClass.TRACE).facts
    assert "! not recording" in row_text(facts[1])


def test_a_low_battery_has_a_sign() -> None:
    state = replace(sitting(56.0), sensor=SensorStatus("back", None, 9, 100.0, True))
    assert "! battery 9 %" in row_text(view_of(state).link)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (sitting(76.0), "Leaning 22° forward, over your limit of 15°, for 15 s."),
        (sitting(66.0), "You are over the limit for 8 s; it takes 15 s."),
        (before_anything(), "There is no reading. Waiting for a sensor."),
        (
            replace(sitting(56.0), muted_until_ns=60 * 60 * S),
            "Alerts are paused for 60 more min.",
        ),
    ],
)
def test_why_has_a_sentence_and_the_numbers(state: SessionState, expected: str) -> None:
    card = why_card(state, view_of(state))
    assert card.sentence == expected
    facts = {fact.label: fact.value for fact in card.facts}
    assert facts["limit"] == "15.0°"
    assert facts["ends below"] == "10.0°"


def test_why_says_how_the_breaks_stand() -> None:
    for state, fact in (
        (a_break_is_due(), "45 min since your last break (a walk). Some steps may feel good."),
        (replace(a_break_is_due(), break_due=None), "for 47 min"),
        (sitting(56.0), None),
    ):
        facts = {one.label: one.value for one in why_card(state, view_of(state)).facts}
        assert facts.get("break", facts.get("no break")) == fact


def test_cards_keep_to_their_width() -> None:
    for card in (
        why_card(sitting(76.0), view_of(sitting(76.0))),
        keys_card(keys_for(is_muted=False)),
    ):
        for width in (30, 58):
            assert all(len(row_text(row)) <= width for row in card_rows(card, width))


def test_no_text_claims_too_much() -> None:
    said = [row_text(row) for row in card_rows(keys_card(keys_for(is_muted=False)), 60)]
    for t_s in range(1, 100, 3):
        view = view_of(sitting(float(t_s)), WidthClass.MORE)
        said += [view.notice.text, view.notice.hint, view.reading.detail]
        said += [row_text(row) for row in section_rows(view.sections, 60, 90)]
    assert refused_words(" ".join(said)) == ()


def test_an_offer_of_a_new_baseline_is_shown_until_it_is_taken() -> None:
    why = "The clip rests 12° forward of upright. Sit tall and press c."
    offer = BaselineOffer("back", 50 * S, OfferKind.KNOCKED, 12.0, 0.0, why)
    quiet = replace(sitting(56.0), lane=())
    assert view_of(replace(quiet, offer=offer)).notice.text == why
    assert view_of(quiet).notice.text != why
    alerting = replace(sitting(76.0), offer=offer)
    assert view_of(alerting).notice.is_alert


def due_at(t_s: int) -> BreakDue:
    why = "45 min without a break. Some steps may feel good."
    return BreakDue("back", t_s * S, DueKind.DUE, 2700.0, 0.0, None, None, 1, why)


def test_a_break_that_is_due_is_said_and_rings_like_an_alert() -> None:
    state = replace(sitting(56.0), t_ns=70 * S, lane=(), break_due=due_at(60))
    view = view_of(state)
    assert (view.notice.text, view.notice.glyph) == (due_at(60).why, "△")
    assert view.alert_t_ns == 60 * S
    assert view_of(replace(state, behind_s=60.0)).alert_t_ns is None
    paused = view_of(replace(state, muted_until_ns=700 * S))
    assert "paused" in paused.notice.text


def test_an_alert_goes_before_a_reminder_and_the_later_one_rings() -> None:
    state = replace(sitting(76.0), break_due=due_at(60))
    view = view_of(state)
    assert view.notice.is_alert
    assert view.alert_t_ns == 73 * S


def test_a_profile_without_its_pose_asks_for_it_and_is_no_pause() -> None:
    view = view_of(replace(sitting(56.0), needs_pose=True))
    assert "press c; no alert sounds before" in view.notice.text
    assert "needs its upright pose" in view.notice.hint
    asked = replace(sitting(56.0), needs_pose=True, waiting_for="upright")
    assert "Sit tall" in view_of(asked).notice.text
    assert not view.is_muted
