"""The history of days: read, completed after a kill, made anew from the recordings."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from sensorapp.app.clock import now_utc
from sensorapp.app.session_history import rows_of_recording
from sensorapp.model.errors import HistoryError, RecordingError
from sensorapp.model.history import Day, DayTotals
from sensorapp.store.history_file import (
    COMPANIONS,
    history_path,
    history_to_read,
    history_to_write,
    told_plainly,
)
from sensorapp.store.history_table import call_whole, days_in, rows_of, sessions_in, write_rows
from sensorapp.store.lock import folder_lock
from sensorapp.store.paths import RECORDING_SUFFIX, RECORDINGS, path_inside
from sensorapp.store.private_file import shown_name

Say = Callable[[str], None]

_FEW_TOGETHER = 12
"""Inputs that are fed at once beside a session that runs, to give way after a second of them."""

SET_ASIDE_SUFFIX = ".damaged"
"""Added to the name of a history that can't be read, when a new one takes its place."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days with anything measured, in order; recordings of the data folder that are in none."""

    totals: tuple[DayTotals, ...]
    left_out: int


def days_of(data: Path, first: Day, last: Day) -> Days:
    """What days come to. Raises `HistoryError`."""
    path = history_path(data)
    with _plain(path), history_to_read(path) as history:
        if history is None:
            return Days((), len(_recordings(data)))
        known = {session.recording for session in sessions_in(history) if session.whole}
        totals = tuple(days_in(history, first, last))
    return Days(totals, sum(recording.name not in known for recording in _recordings(data)))


def complete(data: Path, but: str, check: Callable[[], None]) -> None:
    """Make what a kill left out from the recordings; `but` is the one that is being recorded.

    `check` is called often and may end the way by raising: what is done then stays done. Raises
    `HistoryError`.
    """
    path = history_path(data)
    with _plain(path), history_to_write(path) as history:
        for session in sessions_in(history):
            if session.whole or session.recording == but:
                continue
            try:
                recording = path_inside(data / RECORDINGS, session.recording)
                rows = rows_of_recording(recording, check, _FEW_TOGETHER)
            except RecordingError:
                rows = None
            if rows is None:
                call_whole(history, session.recording)
            else:
                write_rows(history, rows, replace=True)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: sessions made from recordings, and those kept without one."""

    made: int
    kept: int


def rebuild(
    data: Path,
    say: Say,
    check: Callable[[], None] = lambda: None,
    progress: Say | None = None,
) -> Rebuilt:
    """Make the history anew from all recordings of the data folder, and put it in place at once.

    Sessions whose recordings are gone are taken over. `say` gets a sentence about each recording
    that can't be read, and about an old history that can't; `progress` hears which one is at work.
    Raises `HistoryError`, and
    `RecordingError` while a session records: the old history then stays.
    """
    path = history_path(data)
    fresh = path.with_name(path.name + ".new")
    with folder_lock(data, now_utc()), _plain(path):
        _remove(fresh)
        try:
            with history_to_write(fresh) as history:
                made = _made(history, data, say, check, progress)
                kept, readable = _taken_over(history, path, say)
                history.execute("PRAGMA journal_mode = DELETE")
            _swap(path, fresh, readable=readable)
        finally:
            _remove(fresh)
    return Rebuilt(made, kept)


def _made(
    history: sqlite3.Connection,
    data: Path,
    say: Say,
    check: Callable[[], None],
    progress: Say | None,
) -> int:
    made = 0
    recordings = _recordings(data)
    for number, recording in enumerate(recordings, 1):
        if progress is not None:
            progress(f"{number} of {len(recordings)}: {shown_name(recording)}")
        try:
            rows = rows_of_recording(recording, check)
        except RecordingError as error:
            say(f"{error.sentence} {error.next_step}")
            continue
        if rows is None:
            continue
        try:
            write_rows(history, rows)
        except (sqlite3.IntegrityError, OverflowError, UnicodeEncodeError):
            # a name that is no text, numbers that no session of ours leads to
            say(f"{shown_name(recording)} can't be put into the history. It can be replayed.")
            continue
        made += 1
    return made


def _taken_over(history: sqlite3.Connection, path: Path, say: Say) -> tuple[int, bool]:
    """Copy sessions that no recording gave; how many, and whether the old file could be read."""
    known = {session.recording for session in sessions_in(history)}
    kept = 0
    try:
        with _plain(path), history_to_read(path) as old:
            for session in [] if old is None else sessions_in(old):
                if session.recording not in known:
                    assert old is not None
                    write_rows(history, rows_of(old, session))
                    kept += 1
    except HistoryError as error:
        aside = path.name + SET_ASIDE_SUFFIX
        say(f"{error.sentence} It is kept as {aside}; what it alone held is not taken over.")
        return kept, False
    return kept, True


def _swap(path: Path, fresh: Path, *, readable: bool) -> None:
    """Put the new file in the old one's place; a reader has the one or the other.

    What SQLite keeps beside a file belongs to that file alone. The old one was closed in good
    order a moment ago, which empties it, and nobody writes while the data folder is held.
    """
    if not readable:
        with suppress(FileNotFoundError):
            path.replace(path.with_name(path.name + SET_ASIDE_SUFFIX))
    for companion in COMPANIONS:
        path.with_name(path.name + companion).unlink(missing_ok=True)
    fresh.replace(path)


def _remove(path: Path) -> None:
    for end in ("", *COMPANIONS):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _recordings(data: Path) -> list[Path]:
    return sorted((data / RECORDINGS).glob(f"*{RECORDING_SUFFIX}"))


def _plain(path: Path) -> AbstractContextManager[None]:
    next_step = "Make room or allow it there; the old history stays as it is."
    return told_plainly(path, "written", next_step)
