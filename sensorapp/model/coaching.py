"""A day's goal and what was done for it."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.model.history import Day


@dataclass(frozen=True, slots=True)
class Goals:
    """What a full day's goal is; `training_s` None without a plan."""

    breaks: int
    changes: int
    training_s: float | None = None


@dataclass(frozen=True, slots=True)
class DayDone:
    """What was done on a day; breaks without micro-breaks, changes of posture."""

    day: Day
    goals: Goals
    worn_s: float = 0.0
    breaks: int = 0
    changes: int = 0
    trained_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Today:
    """Where a day stands: the plan's training, whether its goal is reached, days in a row."""

    done: DayDone
    is_reached: bool
    days_in_row: int
