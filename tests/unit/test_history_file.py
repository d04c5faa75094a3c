"""The history's file: rows in and out, who may read it, and what is said when it can't be used."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.model.errors import HistoryBusy, HistoryDamaged, HistoryError, HistoryNewer
from sensorapp.model.history import (
    BreakRow,
    CalibrationRow,
    DayTotals,
    HistoryRows,
    MinuteRow,
    SessionRow,
    SlouchRow,
)
from sensorapp.store.history_file import history_to_read, history_to_write
from sensorapp.store.history_schema import APPLICATION_ID, STEPS
from sensorapp.store.history_table import call_whole, days_in, rows_of, sessions_in, write_rows
from tests.unit.real_disks import fill, small_tmpfs

SESSION = SessionRow("a.mcap", "TP-3F9A", 60_000, 185_000, 3600, whole=False)
MINUTES = (
    MinuteRow(1, 10, 60.0, 50.0, 5.0, 55.0, 0.0, 3.5, 2, 30.0),
    MinuteRow(2, 10, 60.0, 60.0, 60.0, 60.0, 0.0, 20.0, 0, 90.5),
    MinuteRow(3, 11, 5.0, 0.0, 0.0, 0.0, 5.0, None, 1, None),
)
SLOUCHES = (
    SlouchRow(1, 10, 80_000, 95_000, 150_000, True, 22.5, 15.0, None),
    SlouchRow(2, 10, 151_000, 166_000, 170_000, False, 18.0, 15.0, "too_soon"),
)
BREAKS = (BreakRow(1, 11, "walk", 180_000, 182_000, 120.0), BreakRow(2, 11, "micro", 1, 2, 3.0))
CALIBRATIONS = (CalibrationRow(1, 10, 62_000, "rest", "-z", 9.5, 15.0, None),)
ROWS = HistoryRows(SESSION, MINUTES, SLOUCHES, BREAKS, CALIBRATIONS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite3"


@pytest.fixture
def history(path: Path) -> Iterator[sqlite3.Connection]:
    with history_to_write(path) as connection:
        yield connection


def test_rows_come_back_as_they_went(history: sqlite3.Connection) -> None:
    write_rows(history, ROWS)
    assert sessions_in(history) == [SESSION]
    assert rows_of(history, SESSION) == ROWS


def test_rows_that_are_there_take_new_values(history: sqlite3.Connection) -> None:
    write_rows(history, ROWS)
    more = replace(MINUTES[2], worn_s=60.0)
    over = replace(SLOUCHES[1], recovered=True, end_utc_ms=171_000)
    session = replace(SESSION, whole=True, end_utc_ms=240_000)
    write_rows(history, HistoryRows(session, (more,), (over,)))
    expected = replace(
        ROWS, session=session, minutes=(*MINUTES[:2], more), slouches=(SLOUCHES[0], over)
    )
    assert rows_of(history, session) == expected


def test_a_session_can_be_replaced_and_others_stay(history: sqlite3.Connection) -> None:
    other = replace(SESSION, recording="b.mcap", start_utc_ms=1)
    write_rows(history, ROWS)
    write_rows(history, replace(ROWS, session=other))
    few = HistoryRows(replace(SESSION, whole=True), MINUTES[:1])
    write_rows(history, few, replace=True)
    assert [one.recording for one in sessions_in(history)] == ["b.mcap", "a.mcap"]
    assert rows_of(history, few.session) == few
    assert rows_of(history, other) == replace(ROWS, session=other)
    (orphans,) = history.execute(
        "SELECT count(*) FROM minutes WHERE session_id NOT IN (SELECT id FROM sessions)"
    ).fetchone()
    assert orphans == 0


def test_all_or_nothing(history: sqlite3.Connection) -> None:
    wrong = replace(BREAKS[0], kind=None)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        write_rows(history, replace(ROWS, breaks=(wrong,)))
    assert sessions_in(history) == []
    write_rows(history, ROWS)  # no transaction was left open


def test_columns_take_nothing_but_their_type(history: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT value"):
        write_rows(history, HistoryRows(SESSION, (replace(MINUTES[0], worn_s="long"),)))  # type: ignore[arg-type]


def test_a_session_that_gets_no_more_is_whole(history: sqlite3.Connection) -> None:
    write_rows(history, ROWS)
    call_whole(history, "a.mcap")
    assert sessions_in(history) == [replace(SESSION, whole=True)]


def test_days_add_up_over_sessions(history: sqlite3.Connection) -> None:
    write_rows(history, ROWS)
    write_rows(history, replace(ROWS, session=replace(SESSION, recording="b.mcap")))
    tenth = DayTotals(10, 240.0, 220.0, 130.0, 230.0, 0.0, 4, 90.5, 4, 2, {})
    eleventh = DayTotals(11, 10.0, 0.0, 0.0, 0.0, 10.0, 2, None, 0, 0, {"micro": 2, "walk": 2})
    assert days_in(history, 0, 20) == [tenth, eleventh]
    assert days_in(history, 10, 10) == [tenth]
    assert days_in(history, 11, 20) == [eleventh]
    assert days_in(history, 12, 20) == []


FINITE = st.floats(allow_nan=False, allow_infinity=False)
COUNTS = st.integers(-(2**62), 2**62)
DAYS = st.integers(0, 40_000)
MANY_MINUTES = st.lists(
    st.builds(
        MinuteRow,
        COUNTS,
        DAYS,
        *([FINITE] * 5),
        st.none() | FINITE,
        COUNTS,
        st.none() | FINITE,
    ),
    max_size=5,
    unique_by=lambda row: row.utc_min,
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=9)


@settings(max_examples=40, deadline=None)
@given(MANY_MINUTES, TEXT, TEXT, COUNTS)
def test_whatever_the_values(minutes: list[MinuteRow], name: str, sensor: str, at: int) -> None:
    session = SessionRow(name, sensor, at, at, 0, whole=True)
    rows = HistoryRows(session, tuple(sorted(minutes, key=lambda row: row.utc_min)))
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.executescript("".join(STEPS))
        write_rows(connection, rows)
        found = rows_of(connection, session)
    finally:
        connection.close()
    assert sessions_in_equal(found, rows)


def sessions_in_equal(found: HistoryRows, rows: HistoryRows) -> bool:
    return [astuple(row) for row in found.minutes] == [astuple(row) for row in rows.minutes]


def test_only_its_owner_may_read_it(path: Path) -> None:
    with history_to_write(path) as history:
        write_rows(history, ROWS)
        beside = sorted(path.parent.iterdir())
        assert [one.name for one in beside] == [path.name + end for end in ("", "-shm", "-wal")]
        assert {stat.S_IMODE(one.stat().st_mode) for one in beside} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_what_a_reader_sees_while_somebody_writes(path: Path, history: sqlite3.Connection) -> None:
    write_rows(history, ROWS)
    with history_to_read(path) as reader:
        assert reader is not None
        history.execute("BEGIN IMMEDIATE")
        history.execute("DELETE FROM sessions")
        assert sessions_in(reader) == [SESSION]
        history.execute("ROLLBACK")
        with pytest.raises(sqlite3.OperationalError):
            reader.execute("DELETE FROM sessions")


def test_none_is_there_yet(path: Path) -> None:
    with history_to_read(path) as history:
        assert history is None
    assert not path.exists()


def test_an_empty_file_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with history_to_write(path) as history:
        assert history.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        assert history.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert history.execute("PRAGMA foreign_keys").fetchone() == (1,)
    with history_to_write(path) as history:
        write_rows(history, ROWS)


def test_a_file_of_the_first_version_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    old = sqlite3.connect(path, isolation_level=None)
    old.executescript(STEPS[0])
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.execute("PRAGMA user_version = 1")
    old.execute("INSERT INTO sessions VALUES (7, 'a.mcap', 'TP-3F9A', 60000, 185000, 3600, 0)")
    old.execute("INSERT INTO minutes VALUES (7, 1, 10, 60.0, 50.0, 5.0, 55.0, 0.0, 3.5, 2, 30.0)")
    old.close()
    with history_to_read(path) as history:
        assert history is not None
        assert rows_of(history, SESSION) == HistoryRows(SESSION, MINUTES[:1])
        (totals,) = days_in(history, 10, 10)
        assert (totals.worn_s, totals.goal_breaks, totals.trained_s) == (60.0, None, 0.0)
        assert history.execute("PRAGMA user_version").fetchone() == (len(STEPS),)


def test_a_days_goals_are_those_of_its_newest_session(history: sqlite3.Connection) -> None:
    early = replace(SESSION, start_utc_ms=1, goal_breaks=9, training_planned_s=600.0)
    late = replace(SESSION, recording="b.mcap", goal_breaks=3, goal_changes=7)
    for session in (late, early):
        trained = replace(MINUTES[0], trained_s=20.0)
        write_rows(history, HistoryRows(session, (trained,)))
    (totals,) = days_in(history, 10, 10)
    assert (totals.goal_breaks, totals.goal_changes, totals.training_planned_s) == (3, 7, None)
    assert totals.trained_s == 40.0


def test_a_day_that_began_within_a_session_has_its_own_training(
    history: sqlite3.Connection,
) -> None:
    after = replace(MINUTES[2], training_planned_s=900.0)
    session = replace(SESSION, goal_breaks=3, training_planned_s=600.0)
    write_rows(history, HistoryRows(session, (*MINUTES[:2], after)))
    before, then = days_in(history, 10, 11)
    assert (before.training_planned_s, then.training_planned_s) == (600.0, 900.0)
    assert then.goal_breaks == 3


def refused(path: Path, kind: type[HistoryError]) -> HistoryError:
    """What is said, the same to who reads and who writes."""
    with pytest.raises(kind) as writing, history_to_write(path, wait_s=0.05):
        pass
    assert type(writing.value) is kind
    assert writing.value.next_step.endswith((".", "rebuild"))
    return writing.value


def test_a_newer_one_is_left_alone(path: Path) -> None:
    with history_to_write(path) as history:
        write_rows(history, ROWS)
        history.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    said = refused(path, HistoryNewer)
    assert said.sentence.startswith("history.sqlite3 is of version 99")
    assert path.read_bytes() == before
    with pytest.raises(HistoryNewer), history_to_read(path):
        pass


@pytest.mark.parametrize("damage", ["noise", "cut", "hole"])
def test_damage_is_named(path: Path, damage: str) -> None:
    with history_to_write(path) as history:
        for number in range(40):
            minutes = tuple(replace(row, utc_min=number * 10 + row.utc_min) for row in MINUTES)
            session = replace(SESSION, recording=f"{number}.mcap")
            write_rows(history, HistoryRows(session, minutes, SLOUCHES))
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(
        {
            "noise": b"no database at all" * 300,
            "cut": whole[:half],
            "hole": whole[:half] + bytes(4096) + whole[half + 4096 :],
        }[damage]
    )
    said = refused(path, HistoryDamaged)
    assert said.sentence == "history.sqlite3 is damaged."
    assert said.next_step.endswith("sensorapp history rebuild")


def test_somebody_elses_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE songs (name TEXT)")
    other.commit()
    other.close()
    before = path.read_bytes()
    assert "something else" in refused(path, HistoryDamaged).sentence
    assert path.read_bytes() == before


def test_one_that_is_held_is_not_waited_for_for_ever(path: Path) -> None:
    with history_to_write(path):
        pass
    holder = sqlite3.connect(path, isolation_level=None)
    try:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        assert "held by another program" in refused(path, HistoryBusy).sentence
    finally:
        holder.close()


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)
    assert "can't be" in refused(path, HistoryError).sentence


def test_a_full_disk(tmp_path: Path) -> None:
    with small_tmpfs(tmp_path / "disk", "300k") as disk:
        path = disk / "history.sqlite3"
        with history_to_write(path) as history:
            write_rows(history, ROWS)
        fill(disk / "ballast")
        assert "the disk is full" in refused(path, HistoryError).sentence
        (disk / "ballast").unlink()
        with history_to_write(path) as history:
            assert rows_of(history, SESSION) == ROWS


def test_a_disk_that_is_read_only_can_be_read(tmp_path: Path) -> None:
    with small_tmpfs(tmp_path / "disk", "300k") as disk:
        path = disk / "history.sqlite3"
        with history_to_write(path) as history:
            write_rows(history, ROWS)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with history_to_read(path) as reader:
            assert reader is not None
            assert rows_of(reader, SESSION) == ROWS
        assert "read-only" in refused(path, HistoryError).sentence
