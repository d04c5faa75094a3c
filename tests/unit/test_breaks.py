"""What earns a break and what doesn't, rule by rule, and when one is due."""

from __future__ import annotations

import pytest

from sensorapp.model.breaks import BreakCredited, BreakKind, DueKind
from sensorapp.model.settings import BreakSettings
from sensorapp.text.words import refused_words
from tests.unit.break_frames import MIN, Told

Day = tuple[tuple[str, float], ...]


@pytest.mark.parametrize(
    ("day", "credited"),
    [
        ((("walk", 121.0),), ["walk"]),
        ((("walk", 118.0), ("sit", 60.0)), []),
        ((("walk", 61.0), ("sit", 55.0), ("walk", 61.0)), ["walk"]),
        ((("walk", 61.0), ("sit", 65.0), ("walk", 58.0)), []),
        ((("brisk", 600.0),), []),
        ((("up", 0.5), ("walk", 31.0)), ["left_seat"]),
        ((("up", 0.5), ("walk", 12.0), ("brisk", 20.0)), ["left_seat"]),
        ((("up", 0.5), ("walk", 8.0), ("brisk", 40.0)), []),
        ((("up", 0.5), ("walk", 29.0), ("sit", 30.0)), []),
        ((("up", 0.5), ("walk", 20.0), ("down", 0.5), ("walk", 20.0)), []),
        ((("up", 0.5), ("sit", 61.0), ("walk", 40.0)), []),
        ((("up", 0.5), ("sit", 300.0)), []),
        ((("lie", 301.0),), ["lying"]),
        ((("lie", 290.0), ("sit", 60.0), ("lie", 290.0)), []),
        ((("lie", 200.0), ("brisk", 10.0), ("lie", 110.0)), ["lying"]),
        ((("off", 301.0),), ["not_worn"]),
        ((("off", 200.0), ("sit", 11.0), ("off", 110.0)), ["not_worn"]),
        ((("off", 200.0), ("lie", 200.0)), []),
        ((("stretch", 21.0),), ["micro"]),
        ((("stretch", 19.0), ("sit", 5.0)), []),
        ((("stretch", 12.0), ("sit", 1.5), ("stretch", 12.0)), ["micro"]),
        ((("stretch", 12.0), ("sit", 2.5), ("stretch", 12.0)), []),
        ((("stretch", 60.0),), ["micro"]),
        ((("stretch", 21.0), ("sit", 3.0), ("stretch", 21.0)), ["micro", "micro"]),
        ((("stretch", 15.0), ("unsure", 0.5), ("stretch", 15.0)), []),
        ((("unsure_stretch", 60.0),), []),
        ((("reach", 120.0),), []),
        ((("fidget", 3600.0),), []),
        ((("sit", 40 * MIN),), []),
        ((("motor", 600.0),), []),
    ],
)
def test_only_measured_movement_or_rest_earns_a_break(day: Day, credited: list[str]) -> None:
    assert Told().does(*day).credited() == credited


@pytest.mark.parametrize(
    ("day", "credited"),
    [
        ((("walk", 100.0), ("gap", 40.0), ("walk", 21.0)), ["walk"]),
        ((("walk", 100.0), ("gap", 90.0), ("walk", 21.0)), []),
        ((("walk", 1.0), ("gap", 150.0), ("walk", 1.0)), []),
        ((("off", 290.0), ("gap", 20.0), ("off", 9.0)), []),
        ((("off", 290.0), ("gap", 20.0), ("off", 11.0)), ["not_worn"]),
        ((("off", 290.0), ("gap", 70.0), ("off", 290.0)), []),
        ((("lie", 290.0), ("gap", 3600.0), ("lie", 290.0)), []),
        ((("stretch", 15.0), ("gap", 0.5), ("stretch", 15.0)), []),
        ((("up", 0.5), ("gap", 20.0), ("walk", 31.0)), ["left_seat"]),
        ((("gap", 7200.0), ("sit", 1.0)), []),
    ],
)
def test_a_gap_adds_nothing_to_a_break(day: Day, credited: list[str]) -> None:
    assert Told().does(("sit", 1.0), *day).credited() == credited


def test_one_outing_is_one_break_and_the_next_may_follow_after_a_minute() -> None:
    told = Told().does(("up", 0.5), ("walk", 200.0), ("sit", 50.0), ("walk", 200.0))
    assert told.credited() == ["left_seat"]
    told.does(("sit", 61.0), ("walk", 119.0))
    assert told.credited() == ["left_seat"]
    told.does(("walk", 2.0))
    assert told.credited() == ["left_seat", "walk"]


@pytest.mark.parametrize("word", ["brisk", "walk"])
def test_bending_down_again_and_again_does_not_make_a_break_go_on(word: str) -> None:
    told = Told().does(("walk", 130.0), *((("sit", 25.0), (word, 4.0)) * 3))
    assert told.coach.totals.without_s == pytest.approx(75.0 + 12.0 * (word == "brisk"), abs=0.31)
    assert told.does(("off", 301.0)).credited() == ["walk", "not_worn"]


def test_a_few_steps_after_a_walk_belong_to_it() -> None:
    told = Told().does(("walk", 130.0), ("sit", 50.0), ("walk", 4.0), ("sit", 2.0), ("walk", 4.0))
    assert told.coach.totals.without_s == 0.0
    assert told.coach.totals.last_t_ns == pytest.approx(190e9, abs=0.2e9)
    assert told.does(("sit", 50.0), ("off", 400.0)).credited() == ["walk"]


def test_time_without_counts_from_the_last_step_and_leaves_out_what_is_no_sitting() -> None:
    told = Told().does(("sit", 600.0), ("walk", 130.0), ("sit", 300.0))
    totals = told.coach.totals
    assert totals.without_s == pytest.approx(300.0, abs=0.11)
    assert totals.longest_without_s == pytest.approx(600.0, abs=0.11)
    assert totals.walked_s == pytest.approx(130.0, abs=0.11)
    assert totals.last_kind is BreakKind.WALK
    assert totals.last_t_ns == pytest.approx(730e9, abs=0.2e9)
    told.does(("walk", 60.0), ("lie", 60.0), ("off", 60.0), ("gap", 60.0), ("motor", 60.0))
    assert told.coach.totals.without_s == pytest.approx(300.0, abs=0.11)


def test_a_credit_tells_since_when_and_after_how_long() -> None:
    (earned,) = Told().does(("sit", 600.0), ("up", 0.5), ("walk", 40.0)).said
    assert isinstance(earned, BreakCredited)
    assert earned.t_start_ns / 1e9 == pytest.approx(600.5, abs=0.21)
    assert earned.t_ns / 1e9 == pytest.approx(630.5, abs=0.21)
    assert earned.without_s == pytest.approx(600.5, abs=0.21)


def test_totals_add_up_by_kind() -> None:
    told = Told().does(("walk", 130.0), ("sit", 100.0), ("off", 400.0), ("sit", 100.0))
    totals = told.does(("stretch", 25.0)).coach.totals
    assert totals.counts == (
        (BreakKind.WALK, 1),
        (BreakKind.LEFT_SEAT, 0),
        (BreakKind.LYING, 0),
        (BreakKind.NOT_WORN, 1),
        (BreakKind.MICRO, 1),
    )
    assert (totals.breaks, totals.micro_breaks) == (2, 1)


def test_reminders_come_three_times_and_end_by_themselves() -> None:
    told = Told().does(("sit", 180 * MIN))
    assert told.kinds() == [("due", 45.0), ("due", 60.0), ("due", 75.0)]
    assert [due.reminder for due in told.dues()] == [1, 2, 3]
    first, _, last = (due.why for due in told.dues())
    assert first == "45 min without a break. Some steps may feel good."
    assert last == "75 min without a break. This was the last reminder until your next break."
    assert told.coach.due is told.dues()[-1]


def test_later_is_later_even_after_the_last_reminder() -> None:
    told = Told().does(("sit", 46 * MIN))
    told.coach.put_off(None)
    assert [told.coach.due] == [None]
    assert told.does(("sit", 34 * MIN)).kinds() == [("due", 45.0), ("due", 61.0), ("due", 76.0)]
    assert told.coach.due is told.dues()[-1]
    told.coach.put_off(20.0)
    told.does(("sit", 60 * MIN))
    assert told.kinds()[3:] == [("due", 100.0)]
    assert [due.reminder for due in told.dues()] == [1, 2, 3, 4]
    assert "last reminder" in told.dues()[-1].why


def test_a_break_taken_after_all_ends_what_was_put_off() -> None:
    told = Told().does(("sit", 46 * MIN))
    told.coach.put_off(None)
    told.does(("walk", 125.0), ("sit", 80 * MIN))
    assert told.kinds()[:3] == [("due", 45.0), ("walk", 48.0), ("recovered", 48.0)]
    assert [due.reminder for due in told.dues()[2:]] == [1, 2, 3]


@pytest.mark.parametrize("minutes", [-1.0, float("nan"), float("inf"), 1e9])
def test_later_by_no_sensible_time_is_the_usual_one(minutes: float) -> None:
    told = Told().does(("sit", 46 * MIN))
    told.coach.put_off(minutes)
    assert told.does(("sit", 20 * MIN)).kinds()[1:] == [("due", 61.0)]


def test_what_is_not_due_can_not_be_put_off() -> None:
    told = Told().does(("sit", 40 * MIN))
    told.coach.put_off(None)
    assert told.does(("sit", 10 * MIN)).kinds() == [("due", 45.0)]


def test_a_break_ends_the_reminder_and_the_next_one_counts_anew() -> None:
    told = Told().does(("sit", 50 * MIN), ("walk", 125.0), ("sit", 46 * MIN))
    assert told.kinds() == [("due", 45.0), ("walk", 52.0), ("recovered", 52.0), ("due", 97.1)]
    recovered, again = told.dues()[1:]
    assert recovered.kind is DueKind.RECOVERED
    assert recovered.why == "Well moved: a break after 50 min without one."
    assert again.why == "45 min since your last break (a walk). Some steps may feel good."
    assert (again.last_kind, again.reminder) == (BreakKind.WALK, 1)
    assert told.coach.due is again


def test_without_a_reminder_there_is_nothing_to_recover_from() -> None:
    told = Told().does(("sit", 44 * MIN), ("walk", 125.0))
    assert told.kinds() == [("walk", 46.0)]


def test_a_clip_that_is_off_ends_a_reminder_without_praise() -> None:
    told = Told().does(("sit", 50 * MIN), ("off", 6 * MIN), ("sit", 46 * MIN))
    assert told.dues()[1].why == "The clip is off after 50 min without a break."
    assert "the clip off, so of unknown kind" in told.dues()[2].why


def test_a_micro_break_puts_the_next_reminder_off_and_the_time_goes_on() -> None:
    told = Told().does(("sit", 44 * MIN), ("stretch", 25.0), ("sit", 20 * MIN))
    assert told.kinds() == [("micro", 44.3), ("due", 59.3)]
    assert told.dues()[0].without_s == pytest.approx(59.3 * 60, abs=10.0)


@pytest.mark.parametrize("word", ["walk", "off", "lie", "unsure", "motor", "brisk", "up"])
def test_nobody_is_called_who_moves_or_of_whom_nothing_is_certain(word: str) -> None:
    told = Told().does(("sit", 44.9 * MIN), (word, 20.0))
    assert told.dues() == []
    assert len(told.does(("sit", 10.0)).dues()) == 1


def test_a_reminder_that_is_due_waits_for_the_end_of_a_pause() -> None:
    told = Told().does(("sit", 60 * MIN), quiet=True).does(("sit", 30 * MIN))
    assert told.kinds() == [("due", 60.0), ("due", 75.0)]


def test_unknown_time_is_named_and_counts_for_nothing() -> None:
    told = Told().does(("sit", 30 * MIN), ("gap", 12 * MIN), ("sit", 16 * MIN))
    (due,) = told.dues()
    assert due.without_s == 45 * MIN
    assert due.unknown_s == pytest.approx(12 * MIN, abs=0.2)
    assert due.why == "45 min without a break, and 12 min unknown. Some steps may feel good."


def test_after_a_gap_as_long_as_the_limit_time_begins_anew_with_nothing_credited() -> None:
    told = Told().does(("sit", 50 * MIN), ("gap", 46 * MIN), ("sit", 10 * MIN))
    assert told.kinds() == [("due", 45.0)]
    assert [told.coach.due] == [None]
    totals = told.coach.totals
    assert (totals.breaks, totals.without_s) == (0, 10 * MIN)
    assert totals.longest_without_s == 50 * MIN
    assert Told().does(("sit", 50 * MIN), ("gap", 44 * MIN)).coach.due is not None


def test_reminders_can_be_turned_off_and_set_otherwise() -> None:
    assert Told(BreakSettings(most_reminders=0)).does(("sit", 90 * MIN)).said == []
    told = Told(BreakSettings(due_after_s=1800.0, again_after_s=300.0, most_reminders=2))
    assert told.does(("sit", 90 * MIN)).kinds() == [("due", 30.0), ("due", 35.0)]


def test_words_neither_claim_nor_blame() -> None:
    told = Told().does(("sit", 80 * MIN), ("up", 0.5), ("walk", 40.0), ("sit", 80 * MIN))
    told.does(("lie", 400.0), ("sit", 80 * MIN), ("off", 400.0), ("stretch", 30.0))
    told.does(("sit", 100.0), ("stretch", 30.0), ("walk", 130.0))
    assert len({one.kind for one in told.said}) == 7
    for one in told.said:
        assert refused_words(one.why) == ()
        assert "you should" not in one.why.lower()
        assert one.why.endswith(".")
