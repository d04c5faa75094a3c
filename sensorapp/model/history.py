"""What a history keeps of sessions: rows as they lie in its file, and what days come to.

Instants are whole milliseconds of UTC. A day is the wearer's own, by the clock on the wall where
the session ran: whole days since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Day = int
"""Days since 1970-01-01 on the wearer's wall clock."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session; `recording` is its file's name without a folder, and names it.

    `utc_offset_s` is the wall clock's at its start. `whole` is False while it goes on, and after
    a kill until what is missing was made from its recording. Goals are those of its day, None
    before there were any; `training_planned_s` None without a plan.
    """

    recording: str
    sensor: str
    start_utc_ms: int
    end_utc_ms: int
    utc_offset_s: int
    whole: bool
    goal_breaks: int | None = None
    goal_changes: int | None = None
    training_planned_s: float | None = None


@dataclass(frozen=True, slots=True)
class MinuteRow:
    """A minute of UTC (`utc_min`, minutes since 1970) as far as it was measured.

    `worn_s`: the clip was on. `judged_s`: upright or in a slouch, so that an alert could follow.
    `over_s`: in a slouch, from passing the limit until it is over. `still_s`, `walking_s`: by
    activity. `flexion_p50_deg`: median where the angle is certain, None without. `changes`: of
    posture. `hold_s`: the longest hold that ended in this minute or goes on at its end, None
    while nothing is known. `trained_s`: of the plan's training time. `training_planned_s`: that of
    a day that began within the session, None for that of the session.
    """

    utc_min: int
    day: Day
    worn_s: float
    judged_s: float
    over_s: float
    still_s: float
    walking_s: float
    flexion_p50_deg: float | None
    changes: int
    hold_s: float | None
    trained_s: float = 0.0
    training_planned_s: float | None = None


@dataclass(frozen=True, slots=True)
class SlouchRow:
    """A slouch that lasted: `silent` says why it was not sounded, None if it was.

    `recovered` is False while it goes on, and if nobody saw its end.
    """

    n: int
    day: Day
    onset_utc_ms: int
    told_utc_ms: int
    end_utc_ms: int
    recovered: bool
    flexion_deg: float
    threshold_deg: float
    silent: str | None


@dataclass(frozen=True, slots=True)
class BreakRow:
    """A break or micro-break (`kind`) that was credited at `end_utc_ms`."""

    n: int
    day: Day
    kind: str
    start_utc_ms: int
    end_utc_ms: int
    without_s: float


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """An upright pose that came into force, and the own slouch if it is known."""

    n: int
    day: Day
    utc_ms: int
    source: str
    forward_axis: str
    tilt_deg: float
    threshold_deg: float
    slouch_deg: float | None


@dataclass(frozen=True, slots=True)
class HistoryRows:
    """Rows of one session: all, or those that are new or changed since the last time."""

    session: SessionRow
    minutes: tuple[MinuteRow, ...] = ()
    slouches: tuple[SlouchRow, ...] = ()
    breaks: tuple[BreakRow, ...] = ()
    calibrations: tuple[CalibrationRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What a day comes to, over all its sessions; sounded alerts are among the slouches."""

    day: Day
    worn_s: float = 0.0
    judged_s: float = 0.0
    over_s: float = 0.0
    still_s: float = 0.0
    walking_s: float = 0.0
    changes: int = 0
    longest_hold_s: float | None = None
    slouches: int = 0
    alerts: int = 0
    breaks: dict[str, int] = field(default_factory=dict)
    """By kind, micro-breaks among them."""
    trained_s: float = 0.0
    goal_breaks: int | None = None
    goal_changes: int | None = None
    training_planned_s: float | None = None
    """Goals of the day's newest session, and the training planned for the day."""
