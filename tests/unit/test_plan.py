"""The plan of training, the day's goal and days in a row: tables, and what always holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.coach.plan import (
    FIRST_S,
    LEAST_WORN_S,
    MOST_S,
    STEP_S,
    days_in_row,
    is_reached,
    today_of,
    training_s,
)
from sensorapp.coach.training import TrainingTime
from sensorapp.model.coaching import DayDone, Goals
from sensorapp.model.posture import PostureFrame, PostureState

GOALS = Goals(4, 40, 600.0)
FULL = DayDone(0, GOALS, worn_s=8 * 3600.0, breaks=6, changes=80, trained_s=600.0)
MISSED = replace(FULL, breaks=1)
OFF = replace(FULL, worn_s=600.0, breaks=0, changes=0, trained_s=0.0)
KINDS = {"x": FULL, "o": MISSED, "-": OFF, "n": replace(FULL, goals=Goals(4, 40, None))}


def days(letters: str, first: int = 100) -> list[DayDone]:
    """A day a letter: reached, missed (o), hardly worn (-), without a plan (n), not there (.)."""
    return [
        replace(KINDS[letter], day=first + number)
        for number, letter in enumerate(letters)
        if letter != "."
    ]


@pytest.mark.parametrize(
    ("changed", "reached"),
    [
        ({}, True),
        ({"breaks": 4, "changes": 40}, True),
        ({"breaks": 3}, False),
        ({"changes": 39}, False),
        ({"trained_s": 599.0}, False),
        ({"goals": Goals(4, 40, None), "trained_s": 0.0}, True),
        ({"goals": Goals(0, 0, None), "breaks": 0, "changes": 0}, True),
        # a day of two hours asks for half of it
        ({"worn_s": 7200.0, "breaks": 2, "changes": 20, "trained_s": 300.0}, True),
        ({"worn_s": 7200.0, "breaks": 1, "changes": 20, "trained_s": 300.0}, False),
        # one of an hour and a half: 1.5 breaks, so 1
        ({"worn_s": 5400.0, "breaks": 1, "changes": 15, "trained_s": 225.0}, True),
        ({"worn_s": LEAST_WORN_S - 1.0}, False),
    ],
)
def test_a_goal(changed: dict[str, object], reached: bool) -> None:
    assert is_reached(replace(FULL, **changed)) is reached  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "minutes"),
    [
        ("", 10),
        ("x", 15),
        ("xxx", 25),
        ("x" * 10, 60),
        ("x" * 99, 60),
        ("xxoo", 20),  # two without: nothing is lost
        ("xxooo", 15),  # the third in a row: a step back
        ("xxoooooooooooo", 15),  # and no more than one
        ("ooooooo", 10),
        ("xxoooxo", 20),  # it grows from there
        ("xoxoxo", 25),
        ("xx--------", 20),  # not worn: nothing is lost
        ("xx........", 20),
        ("xxo-o.o", 15),
        ("nnnn", 10),
        ("xnnnox", 20),
    ],
)
def test_the_plan(before: str, minutes: int) -> None:
    assert training_s(100 + len(before), days(before)) == minutes * 60.0


@pytest.mark.parametrize(
    ("before", "row"),
    [
        ("", 0),
        ("x", 1),
        ("xxx", 3),
        ("xxo", 2),  # a day off is forgiven
        ("xxox", 3),
        ("xxoo", 0),  # two in a row begin anew
        ("xxoox", 1),
        ("xoxoxox", 4),
        ("x-x..x", 3),  # days without wearing are nobody's fault
        ("xo-.ox", 1),
        ("o", 0),
        ("-", 0),
    ],
)
def test_days_in_a_row(before: str, row: int) -> None:
    assert days_in_row(100 + len(before), days(before)) == row


def test_the_day_itself_adds_and_never_takes() -> None:
    before = days("xxx")
    assert days_in_row(103, before) == 3
    assert days_in_row(103, [*before, replace(MISSED, day=103)]) == 3
    assert days_in_row(103, [*before, replace(FULL, day=103)]) == 4


def test_days_of_a_clock_that_was_ahead_count_for_nothing() -> None:
    past, future = days("xxo"), days("oooooooo", first=500)
    for found in (past + future, future + past):
        assert training_s(103, found) == training_s(103, past)
        assert days_in_row(103, found) == days_in_row(103, past)


def test_where_a_day_stands() -> None:
    nothing = today_of(100, GOALS, [])
    assert (nothing.done, nothing.is_reached, nothing.days_in_row) == (
        DayDone(100, GOALS),
        False,
        0,
    )
    some = today_of(102, GOALS, days("xxx"))
    assert (some.done.breaks, some.is_reached, some.days_in_row) == (6, True, 3)


LIVES = st.lists(
    st.builds(
        DayDone,
        st.integers(0, 60),
        st.just(GOALS) | st.just(Goals(4, 40, None)),
        st.sampled_from([0.0, 1000.0, 7200.0, 30_000.0]),
        st.integers(0, 8),
        st.integers(0, 80),
        st.sampled_from([0.0, 600.0]),
    ),
    max_size=40,
    unique_by=lambda one: one.day,
)


@settings(max_examples=40, deadline=None)
@given(LIVES)
def test_a_plan_never_leaps(life: list[DayDone]) -> None:
    best = before = FIRST_S
    for day in range(62):
        now = training_s(day, life)
        assert FIRST_S <= now <= MOST_S
        assert abs(now - before) in (0.0, STEP_S)
        best, before = max(best, now), now
        assert now >= best - STEP_S


@settings(max_examples=40, deadline=None)
@given(LIVES, st.integers(0, 60))
def test_order_and_days_without_wearing_do_not_matter(life: list[DayDone], day: int) -> None:
    worn = [one for one in life if one.worn_s >= LEAST_WORN_S]
    for same in (life[::-1], worn):
        assert training_s(day, same) == training_s(day, life)
        assert days_in_row(day, same) == days_in_row(day, life)


@settings(max_examples=40, deadline=None)
@given(LIVES, st.integers(0, 60), st.integers(0, 60))
def test_a_day_that_went_well_never_makes_it_less(
    life: list[DayDone], day: int, better: int
) -> None:
    improved = [one for one in life if one.day != better]
    if len(improved) == len(life):
        return  # a day that was not worn is another matter: it ends nothing
    well = next(one for one in life if one.day == better)
    improved.append(replace(FULL, day=better, goals=well.goals))
    assert days_in_row(day, improved) >= days_in_row(day, life)


def frame(t_s: float, state: PostureState) -> PostureFrame:
    return PostureFrame("clip", round(t_s * 1e9), 0.0, 0.0, 0.0, state)


def test_training_time_counts_what_can_be_judged() -> None:
    time = TrainingTime(1.0)
    trained = [
        time.step(frame(0.1, PostureState.UPRIGHT)),
        time.step(frame(0.2, PostureState.SLOUCH)),
        time.step(frame(0.3, PostureState.MOVING)),
        time.step(frame(0.4, PostureState.UNCERTAIN)),
        time.step(frame(9.0, PostureState.UPRIGHT)),  # after a gap: a frame's own time
    ]
    assert trained == [100_000_000, 100_000_000, 0, 0, 100_000_000]
    assert time.left_s == pytest.approx(0.7)
    assert time.is_on
    for number in range(1, 8):
        time.step(frame(9.0 + number / 10, PostureState.UPRIGHT))
    assert (time.left_s, time.is_on) == (0.0, False)
    assert time.step(frame(10.0, PostureState.UPRIGHT)) == 0


def test_without_a_plan_nothing_is_counted() -> None:
    time = TrainingTime(None)
    assert time.step(frame(0.1, PostureState.UPRIGHT)) == 0
    assert (time.left_s, time.is_on) == (None, True)
    assert not TrainingTime(0.0).is_on
    assert not TrainingTime(-5.0).is_on
