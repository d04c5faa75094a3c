"""The plan and the goal of a day, by the days in the history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sensorapp.app.clock import today
from sensorapp.app.history import days_of
from sensorapp.coach.plan import today_of, training_s
from sensorapp.model.breaks import BreakKind
from sensorapp.model.coaching import DayDone, Goals, Today
from sensorapp.model.errors import SensorAppError
from sensorapp.model.history import Day, DayTotals
from sensorapp.model.preferences import CoachingPreferences
from sensorapp.model.settings import CoachingSettings

LOOKED_BACK_DAYS = 400
"""The plan has reached its most long before."""


def done_of(totals: DayTotals) -> DayDone:
    """What a day of the history did; one from before there were goals has the usual ones."""
    usual = CoachingSettings()
    breaks = sum(n for kind, n in totals.breaks.items() if kind != BreakKind.MICRO.value)
    return DayDone(
        day=totals.day,
        goals=Goals(
            usual.goal_breaks if totals.goal_breaks is None else totals.goal_breaks,
            usual.goal_changes if totals.goal_changes is None else totals.goal_changes,
            totals.training_planned_s,
        ),
        worn_s=totals.worn_s,
        breaks=breaks,
        changes=totals.changes,
        trained_s=totals.trained_s,
    )


def coaching_today(
    data: Path, wishes: CoachingPreferences, day: Day | None = None
) -> CoachingSettings:
    """What a session that begins now is to know; a history that can't be read is an empty one."""
    settings = CoachingSettings(wishes.goal_breaks, wishes.goal_changes)
    if not wishes.plan:
        return settings
    day = today() if day is None else day
    try:
        days = _days(data, day)
    except SensorAppError:
        days = []
    planned_s = training_s(day, days)
    trained_s = sum(done.trained_s for done in days if done.day == day)
    left_s = max(0.0, planned_s - trained_s)
    return replace(settings, training_planned_s=planned_s, training_left_s=left_s)


def where_today_stands(data: Path, wishes: CoachingPreferences, day: Day | None = None) -> Today:
    """The day so far. Raises `HistoryError`."""
    day = today() if day is None else day
    days = _days(data, day)
    planned_s = training_s(day, days) if wishes.plan else None
    return today_of(day, Goals(wishes.goal_breaks, wishes.goal_changes, planned_s), days)


def _days(data: Path, day: Day) -> list[DayDone]:
    found: Iterable[DayTotals] = days_of(data, day - LOOKED_BACK_DAYS, day).totals
    return [done_of(totals) for totals in found]
