"""The plan of a day by the history: over sessions, midnight and what can't be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorapp.app.coaching import coaching_today, where_today_stands
from sensorapp.model.errors import HistoryDamaged
from sensorapp.model.history import BreakRow, HistoryRows, MinuteRow, SessionRow
from sensorapp.model.preferences import CoachingPreferences
from sensorapp.model.settings import CoachingSettings
from sensorapp.store.history_file import history_path, history_to_write
from sensorapp.store.history_table import write_rows

PLAN = CoachingPreferences(plan=True)
DAY = 20_000


def lived(data: Path, name: str, day: int, *, trained_s: float, breaks: int) -> None:
    """An eight-hour session of a day in the plan."""
    session = SessionRow(name, "clip", day * 1000, day * 1000, 0, True, 4, 40, 600.0)
    minutes = tuple(
        MinuteRow(day * 1440 + n, day, 3600.0, 3000.0, 0.0, 0.0, 0.0, None, 10, None, trained_s / 8)
        for n in range(8)
    )
    earned = tuple(BreakRow(n, day, "walk", n, n, 0.0) for n in range(breaks))
    micro = (BreakRow(99, day, "micro", 0, 0, 0.0),)
    with history_to_write(history_path(data)) as history:
        write_rows(history, HistoryRows(session, minutes, breaks=(*earned, *micro)))


def test_without_the_plan_alerts_are_as_set(tmp_path: Path) -> None:
    assert coaching_today(tmp_path, CoachingPreferences(), DAY) == CoachingSettings()
    assert not history_path(tmp_path).exists()


def test_it_begins_with_ten_minutes_and_grows(tmp_path: Path) -> None:
    first = coaching_today(tmp_path, PLAN, DAY)
    assert (first.training_planned_s, first.training_left_s) == (600.0, 600.0)
    lived(tmp_path, "a", DAY, trained_s=600.0, breaks=4)
    assert coaching_today(tmp_path, PLAN, DAY + 1).training_planned_s == 900.0
    lived(tmp_path, "b", DAY + 1, trained_s=600.0, breaks=0)
    assert coaching_today(tmp_path, PLAN, DAY + 2).training_planned_s == 900.0


def test_a_second_session_of_a_day_has_what_is_left(tmp_path: Path) -> None:
    lived(tmp_path, "a", DAY, trained_s=400.0, breaks=0)
    assert coaching_today(tmp_path, PLAN, DAY).training_left_s == 200.0
    lived(tmp_path, "b", DAY, trained_s=400.0, breaks=0)
    assert coaching_today(tmp_path, PLAN, DAY).training_left_s == 0.0
    assert coaching_today(tmp_path, PLAN, DAY + 1).training_left_s == 600.0


def test_a_clock_set_back_finds_the_plan_of_that_day(tmp_path: Path) -> None:
    for number in range(4):
        lived(tmp_path, f"{number}", DAY + number, trained_s=3600.0, breaks=5)
    assert coaching_today(tmp_path, PLAN, DAY + 4).training_planned_s == 1800.0
    assert coaching_today(tmp_path, PLAN, DAY + 2).training_planned_s == 1200.0
    assert coaching_today(tmp_path, PLAN, DAY - 9).training_planned_s == 600.0


def test_where_a_day_stands(tmp_path: Path) -> None:
    lived(tmp_path, "a", DAY, trained_s=600.0, breaks=4)
    lived(tmp_path, "b", DAY + 1, trained_s=600.0, breaks=4)
    stands = where_today_stands(tmp_path, PLAN, DAY + 1)
    assert (stands.is_reached, stands.days_in_row) == (True, 2)
    assert (stands.done.breaks, stands.done.changes, stands.done.trained_s) == (4, 80, 600.0)
    empty = where_today_stands(tmp_path, PLAN, DAY + 2)
    assert (empty.done.worn_s, empty.done.goals.training_s, empty.days_in_row) == (0.0, 1200.0, 2)


def test_a_history_that_can_not_be_read_begins_the_plan_anew(tmp_path: Path) -> None:
    history_path(tmp_path).write_bytes(b"no database" * 999)
    assert coaching_today(tmp_path, PLAN, DAY).training_planned_s == 600.0
    with pytest.raises(HistoryDamaged):
        where_today_stands(tmp_path, PLAN, DAY)
