"""Goals of a day, days in a row, and a plan of training that grows with them.

Change of posture rather than one right angle: a day's goal is breaks, changes of posture and,
with the plan, some minutes in which alerts sound. A day on which the clip was hardly worn counts
for nothing and against nobody; a short one asks for a share. All figures are this program's own
choice: no length or number is agreed on (docs/coaching.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sensorapp.model.coaching import DayDone, Goals, Today
from sensorapp.model.history import Day

FIRST_S = 600.0
"""Training on the first day of the plan."""
STEP_S = 300.0
"""So much more after each day whose goal was reached."""
MOST_S = 3600.0
LEAST_WORN_S = 1800.0
"""A day counts from so much wearing on."""
_FULL_DAY_S = 4.0 * 3600.0
"""The goal is for so much wearing; a shorter day asks for its share."""
_PATIENCE_DAYS = 3
"""After so many counted days in a row without the goal the plan takes a step back, one at most."""
_MOST_LEVEL = round((MOST_S - FIRST_S) / STEP_S)


def is_reached(done: DayDone) -> bool:
    """Whether a day came to its goal, or to the share of it that its wearing asks for."""
    if done.worn_s < LEAST_WORN_S:
        return False
    share = min(1.0, done.worn_s / _FULL_DAY_S)
    goals = done.goals
    return (
        done.breaks >= int(goals.breaks * share)
        and done.changes >= int(goals.changes * share)
        and done.trained_s >= (goals.training_s or 0.0) * share
    )


def training_s(day: Day, days: Iterable[DayDone]) -> float:
    """How long alerts sound on a day of the plan, by the days before it.

    Days without the plan change nothing. What was reached once is not lost: whatever happens, it
    shrinks by one step at most from there.
    """
    level = best = missed = 0
    for done in _before(day, days):
        if done.goals.training_s is None:
            continue
        if is_reached(done):
            level, missed = min(level + 1, _MOST_LEVEL), 0
            best = max(best, level)
            continue
        missed += 1
        if missed % _PATIENCE_DAYS == 0:
            level = max(level - 1, best - 1, 0)
    return FIRST_S + STEP_S * level


def days_in_row(day: Day, days: Iterable[DayDone]) -> int:
    """Days that reached their goal up to this one, of those on which the clip was worn.

    One day off in between is forgiven, two in a row begin anew. The day itself, which still goes
    on, adds to it once it is reached.
    """
    days = list(days)
    row = missed = 0
    for done in _before(day, days):
        if is_reached(done):
            row, missed = row + 1, 0
            continue
        missed += 1
        if missed > 1:
            row = 0
    return row + any(done.day == day and is_reached(done) for done in days)


def today_of(day: Day, goals: Goals, days: Iterable[DayDone]) -> Today:
    """Where a day stands; `goals` count if nothing was measured in it yet."""
    days = list(days)
    done = next((one for one in days if one.day == day), DayDone(day, goals))
    return Today(done, is_reached(done), days_in_row(day, days))


def _before(day: Day, days: Iterable[DayDone]) -> Iterator[DayDone]:
    """Days before `day` that count, in order.

    Those after it are none: a clock that was wrong wrote them.
    """
    for done in sorted(days, key=lambda one: one.day):
        if done.day < day and done.worn_s >= LEAST_WORN_S:
            yield done
