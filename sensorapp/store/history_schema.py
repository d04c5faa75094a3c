"""Tables of the history, and the steps that bring an older file up to date.

Columns are the fields of the rows in `model/history.py`, which say what they mean; instants are
integers, so that equal rows are equal. `docs/history.md` shows the tables to people.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x50734831
"""Marks a file as a history of this program (SQLite's own field for that)."""

_FIRST = """
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    recording TEXT NOT NULL UNIQUE,
    sensor TEXT NOT NULL,
    start_utc_ms INTEGER NOT NULL,
    end_utc_ms INTEGER NOT NULL,
    utc_offset_s INTEGER NOT NULL,
    whole INTEGER NOT NULL CHECK (whole IN (0, 1))
) STRICT;
CREATE TABLE minutes (
    session_id INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
    utc_min INTEGER NOT NULL,
    day INTEGER NOT NULL,
    worn_s REAL NOT NULL,
    judged_s REAL NOT NULL,
    over_s REAL NOT NULL,
    still_s REAL NOT NULL,
    walking_s REAL NOT NULL,
    flexion_p50_deg REAL,
    changes INTEGER NOT NULL,
    hold_s REAL,
    PRIMARY KEY (session_id, utc_min)
) STRICT, WITHOUT ROWID;
CREATE INDEX minutes_by_day ON minutes (day);
CREATE TABLE slouches (
    session_id INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
    n INTEGER NOT NULL,
    day INTEGER NOT NULL,
    onset_utc_ms INTEGER NOT NULL,
    told_utc_ms INTEGER NOT NULL,
    end_utc_ms INTEGER NOT NULL,
    recovered INTEGER NOT NULL CHECK (recovered IN (0, 1)),
    flexion_deg REAL NOT NULL,
    threshold_deg REAL NOT NULL,
    silent TEXT,
    PRIMARY KEY (session_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX slouches_by_day ON slouches (day);
CREATE TABLE breaks (
    session_id INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
    n INTEGER NOT NULL,
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    start_utc_ms INTEGER NOT NULL,
    end_utc_ms INTEGER NOT NULL,
    without_s REAL NOT NULL,
    PRIMARY KEY (session_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX breaks_by_day ON breaks (day);
CREATE TABLE calibrations (
    session_id INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
    n INTEGER NOT NULL,
    day INTEGER NOT NULL,
    utc_ms INTEGER NOT NULL,
    source TEXT NOT NULL,
    forward_axis TEXT NOT NULL,
    tilt_deg REAL NOT NULL,
    threshold_deg REAL NOT NULL,
    slouch_deg REAL,
    PRIMARY KEY (session_id, n)
) STRICT, WITHOUT ROWID;
"""

_COACHING = """
ALTER TABLE sessions ADD COLUMN goal_breaks INTEGER;
ALTER TABLE sessions ADD COLUMN goal_changes INTEGER;
ALTER TABLE sessions ADD COLUMN training_planned_s REAL;
ALTER TABLE minutes ADD COLUMN trained_s REAL NOT NULL DEFAULT 0.0;
"""

_DAY_PLANNED = """
ALTER TABLE minutes ADD COLUMN training_planned_s REAL;
"""

STEPS: tuple[str, ...] = (_FIRST, _COACHING, _DAY_PLANNED)
"""What leads from version k to k + 1, for each k; never changed once it was released."""


def bring_up_to_date(connection: sqlite3.Connection, version: int) -> None:
    """Run the steps that a file of `version` lacks; all of them or none."""
    script = "".join(STEPS[version:])
    connection.executescript(
        f"BEGIN IMMEDIATE; {script}"
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {len(STEPS)}; COMMIT;"
    )
