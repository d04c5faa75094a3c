"""Rows of the history in and out of its tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, fields
from typing import Any, TypeVar

from sensorapp.model.history import (
    BreakRow,
    CalibrationRow,
    Day,
    DayTotals,
    HistoryRows,
    MinuteRow,
    SessionRow,
    SlouchRow,
)

_Row = TypeVar("_Row")
_OF_SESSION = "session_id = (SELECT id FROM sessions WHERE recording = ?)"
_SUMS = (
    *("day", "worn_s", "judged_s", "over_s", "still_s", "walking_s"),
    *("changes", "longest_hold_s", "trained_s"),
)
_GOAL_NAMES = ("goal_breaks", "goal_changes", "training_planned_s")
_GOALS = (
    "SELECT day, max(start_utc_ms), goal_breaks, goal_changes, "
    "coalesce(minutes.training_planned_s, sessions.training_planned_s) "
    "FROM minutes JOIN sessions ON id = session_id WHERE day BETWEEN ? AND ? GROUP BY day"
)
"""Of the day's newest session: SQLite gives bare columns from the row of the maximum."""
_BOOLS = {"whole", "recovered"}


def write_rows(connection: sqlite3.Connection, rows: HistoryRows, *, replace: bool = False) -> None:
    """Add rows of a session; those that are there already take the new values.

    `replace`: the session has these rows and no others. All or nothing. Raises `sqlite3.Error`.
    """
    with _transaction(connection):
        if replace:
            connection.execute(
                "DELETE FROM sessions WHERE recording = ?", (rows.session.recording,)
            )
        names = _names(SessionRow)
        changes = ", ".join(f"{name} = excluded.{name}" for name in names)
        (session_id,) = connection.execute(
            f"INSERT INTO sessions ({', '.join(names)}) VALUES ({_marks(names)}) "  # noqa: S608
            f"ON CONFLICT (recording) DO UPDATE SET {changes} RETURNING id",
            astuple(rows.session),
        ).fetchone()
        _insert(connection, "minutes", session_id, rows.minutes)
        _insert(connection, "slouches", session_id, rows.slouches)
        _insert(connection, "breaks", session_id, rows.breaks)
        _insert(connection, "calibrations", session_id, rows.calibrations)


def call_whole(connection: sqlite3.Connection, recording: str) -> None:
    """Nothing will be added to this session any more: its recording is gone or damaged."""
    with _transaction(connection):
        connection.execute("UPDATE sessions SET whole = 1 WHERE recording = ?", (recording,))


def sessions_in(connection: sqlite3.Connection) -> list[SessionRow]:
    """All sessions, the oldest first."""
    return _read(connection, SessionRow, "sessions", "ORDER BY start_utc_ms, recording")


def rows_of(connection: sqlite3.Connection, session: SessionRow) -> HistoryRows:
    """All rows of a session, in order."""
    name = session.recording
    minutes = _read(connection, MinuteRow, "minutes", f"WHERE {_OF_SESSION} ORDER BY utc_min", name)
    numbered = f"WHERE {_OF_SESSION} ORDER BY n"
    return HistoryRows(
        session,
        tuple(minutes),
        tuple(_read(connection, SlouchRow, "slouches", numbered, name)),
        tuple(_read(connection, BreakRow, "breaks", numbered, name)),
        tuple(_read(connection, CalibrationRow, "calibrations", numbered, name)),
    )


def days_in(connection: sqlite3.Connection, first: Day, last: Day) -> list[DayTotals]:
    """What days come to, those with anything measured, from `first` to `last`, in order."""
    span = (first, last)
    minutes = connection.execute(
        "SELECT day, sum(worn_s), sum(judged_s), sum(over_s), sum(still_s), sum(walking_s), "
        "sum(changes), max(hold_s), sum(trained_s) FROM minutes "
        "WHERE day BETWEEN ? AND ? GROUP BY day ORDER BY day",
        span,
    ).fetchall()
    slouches = {
        day: (count, sounded)
        for day, count, sounded in connection.execute(
            "SELECT day, count(*), sum(silent IS NULL) FROM slouches "
            "WHERE day BETWEEN ? AND ? GROUP BY day",
            span,
        )
    }
    breaks: dict[Day, dict[str, int]] = {}
    for day, kind, count in connection.execute(
        "SELECT day, kind, count(*) FROM breaks WHERE day BETWEEN ? AND ? "
        "GROUP BY day, kind ORDER BY kind",
        span,
    ):
        breaks.setdefault(day, {})[kind] = count
    goals = {row[0]: row[2:] for row in connection.execute(_GOALS, span)}
    totals = []
    for row in minutes:
        values: dict[str, Any] = dict(zip(_SUMS, row, strict=True))
        count, sounded = slouches.get(row[0], (0, 0))
        values.update(slouches=count, alerts=sounded, breaks=breaks.get(row[0], {}))
        values.update(zip(_GOAL_NAMES, goals[row[0]], strict=True))
        totals.append(DayTotals(**values))
    return totals


def _insert(
    connection: sqlite3.Connection, table: str, session_id: int, rows: tuple[Any, ...]
) -> None:
    if rows:
        names = ["session_id", *_names(type(rows[0]))]
        connection.executemany(
            f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) "  # noqa: S608
            f"VALUES ({_marks(names)})",
            [(session_id, *astuple(row)) for row in rows],
        )


def _read(
    connection: sqlite3.Connection, kind: type[_Row], table: str, rest: str, *values: str
) -> list[_Row]:
    names = _names(kind)
    query = f"SELECT {', '.join(names)} FROM {table} {rest}"  # noqa: S608 all ours
    found = connection.execute(query, values)
    return [
        kind(
            *(
                bool(value) if name in _BOOLS else value
                for name, value in zip(names, row, strict=True)
            )
        )
        for row in found
    ]


def _names(kind: type) -> list[str]:
    return [one.name for one in fields(kind)]


def _marks(names: list[str]) -> str:
    return ", ".join("?" for _ in names)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
