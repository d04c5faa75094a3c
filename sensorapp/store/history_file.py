"""The history's file: opened, checked, brought up to date; what goes wrong becomes a sentence.

One SQLite file in the data folder, mode 0600 (SQLite gives its companions the same). It holds
nothing that can't be made anew from the recordings.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sensorapp.model.errors import (
    HistoryBusy,
    HistoryDamaged,
    HistoryError,
    HistoryNewer,
    SensorAppError,
)
from sensorapp.store.history_schema import APPLICATION_ID, STEPS, bring_up_to_date
from sensorapp.store.private_file import (
    create_private_file,
    create_private_folder,
    plain_reason,
    shown_name,
)
from sensorapp.text.cleaning import plain_text

HISTORY_NAME = "history.sqlite3"
COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite puts beside a file, by the ends of their names."""

WAIT_S = 3.0
"""Longest wait for another program that writes: each of ours is done in milliseconds."""

_REBUILD = "Make it anew from your recordings with: sensorapp history rebuild"
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_PERM: "this is not allowed here",
    sqlite3.SQLITE_AUTH: "this is not allowed here",
    sqlite3.SQLITE_IOERR: "the disk reports a fault",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened here",
    sqlite3.SQLITE_TOOBIG: "it is too large",
}


_LEAST_SQLITE = (3, 37)
"""The first with STRICT tables."""

_VAGUE = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
"""What SQLite says of its companions' files, whatever is the matter with the disk."""
_LEAST_FREE_BYTES = 64 * 1024


def history_path(data_folder: Path) -> Path:
    """Where the history lies, there or not."""
    return data_folder / HISTORY_NAME


@contextmanager
def history_to_write(path: Path, *, wait_s: float = WAIT_S) -> Iterator[sqlite3.Connection]:
    """The history, made if it is missing and brought up to date. Raises `HistoryError`.

    `wait_s` is the longest wait for another program. Autocommit: whoever writes begins and ends
    its own transactions.
    """
    _check_sqlite()
    with told_plainly(path):
        try:
            create_private_folder(path.parent)
            with suppress(FileExistsError):
                _create(path)
        except SensorAppError as error:
            raise HistoryError(error.sentence, error.next_step) from error
        connection = sqlite3.connect(
            path, timeout=wait_s, isolation_level=None, check_same_thread=False
        )
        try:
            version = _checked_version(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            if version < len(STEPS):
                bring_up_to_date(connection, version)
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection
        finally:
            connection.close()


@contextmanager
def history_to_read(path: Path) -> Iterator[sqlite3.Connection | None]:
    """The history to look at, None if there is none yet. Raises `HistoryError`.

    It is brought up to date if need be. On a disk that can't be written it is read as it is.
    """
    if not path.exists():
        yield None
        return
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        with history_to_write(path) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield connection
        return
    with told_plainly(path):
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        try:
            if _checked_version(connection, path) < len(STEPS):
                raise HistoryError(
                    f"{shown_name(path)} is of an older version and can't be written.",
                    "Let it be written once, or copy the data folder elsewhere.",
                )
            yield connection
        finally:
            connection.close()


def _check_sqlite() -> None:
    if sqlite3.sqlite_version_info < _LEAST_SQLITE:
        raise HistoryError(
            f"SQLite {sqlite3.sqlite_version} is too old to keep a history.",
            "Use a Python that comes with SQLite 3.37 or newer.",
        )


def _create(path: Path) -> None:
    """An empty file of mode 0600, which SQLite takes for an empty database."""
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    os.close(create_private_file(path))


def _checked_version(connection: sqlite3.Connection, path: Path) -> int:
    """The file's version, 0 for an empty one."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if (version or application or tables) and application != APPLICATION_ID:
        raise HistoryDamaged(
            f"{shown_name(path)} is a database of something else.",
            "Move it out of the data folder; a new history is begun.",
        )
    if version > len(STEPS):
        raise HistoryNewer(
            f"{shown_name(path)} is of version {version}, this program knows up to {len(STEPS)}.",
            "Update the program; what is recorded meanwhile can be added later.",
        )
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise _damaged(path)
    return int(version)


@contextmanager
def told_plainly(
    path: Path,
    what: str = "opened",
    next_step: str = "Let it be written, or choose another data folder with SENSORAPP_DATA.",
) -> Iterator[None]:
    """Turn what SQLite and the system raise into a `HistoryError`: it can't be `what`."""
    try:
        yield
    except sqlite3.Error as error:
        raise history_error(path, error) from error
    except OSError as error:
        raise HistoryError(
            f"{shown_name(path)} can't be {what}: {plain_reason(error)}.", next_step
        ) from error


def history_error(path: Path, error: sqlite3.Error) -> HistoryError:
    """What SQLite says, as a sentence and a next step."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGE or not code:  # none: text in it is no text, for instance
        return _damaged(path)
    if code in _BUSY:
        return HistoryBusy(
            f"{shown_name(path)} is held by another program.",
            "End that program; what is recorded meanwhile is not lost.",
        )
    reason = _disk_trouble(path.parent) if code in _VAGUE else None
    reason = reason or _REASONS.get(code) or plain_text(str(error)).rstrip(".").lower()
    return HistoryError(
        f"{shown_name(path)} can't be written: {reason}.",
        "Make room or allow it there; what is recorded meanwhile is not lost.",
    )


def _disk_trouble(folder: Path) -> str | None:
    """What the file system itself says is the matter."""
    try:
        state = os.statvfs(folder)
    except (AttributeError, OSError):  # Windows; a disk that is gone
        return None
    if state.f_flag & os.ST_RDONLY:
        return "the disk is read-only"
    return "the disk is full" if state.f_bavail * state.f_frsize < _LEAST_FREE_BYTES else None


def _damaged(path: Path) -> HistoryDamaged:
    return HistoryDamaged(f"{shown_name(path)} is damaged.", _REBUILD)
