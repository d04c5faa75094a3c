"""One recording session at a time in a data folder, over all processes of this computer.

The system holds the lock and gives it back however its process ends, so none is ever stale. The
file only says who holds it, and is gone when nobody does.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sensorapp.model.errors import RecordingError
from sensorapp.store.private_file import FILE_MODE, create_private_folder, plain_reason
from sensorapp.text.cleaning import plain_text

LOCK_NAME = "in-use.lock"

_LOCKED_AT = 1 << 20
"""Windows keeps others from reading a locked byte: this one is behind all that is written."""
_LONGEST_NOTE = 200
_TRIES = 100
_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}


@contextmanager
def folder_lock(folder: Path, since_utc: str) -> Iterator[None]:
    """Hold `folder` for this process; `since_utc` is told to whoever wants it meanwhile.

    Creates the folder if it is missing. Raises RecordingError if another process holds it, and
    says which, or if the folder can't be written. On a disk that has no locks (some network
    disks), nothing is held.
    """
    create_private_folder(folder)
    path = folder / LOCK_NAME
    descriptor = _acquired(path)
    try:
        with suppress(OSError):  # a full disk must not keep anybody from a live session
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()} {since_utc}\n".encode())
        yield
    finally:
        # Removed while it is held: whoever opened it meanwhile sees that it is another file now.
        # Windows removes no open file; there it is left empty of meaning.
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _acquired(path: Path) -> int:
    """Descriptor of the lock's file, locked and still the one at `path`."""
    for _ in range(_TRIES):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
        except OSError as error:
            raise RecordingError(
                f"The data folder can't be written: {plain_reason(error)}.",
                "Choose another one with SENSORAPP_DATA, or keep no recording with --no-record.",
            ) from error
        try:
            _lock(descriptor)
            if _is_at(descriptor, path):
                return descriptor
        except OSError as error:
            if error.errno in _NO_LOCKS_HERE:
                return descriptor
            os.close(descriptor)
            if error.errno in _HELD:
                raise _busy(path) from error
            raise
        os.close(descriptor)  # its holder has just ended and removed it
    raise _busy(path)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _LOCKED_AT, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _busy(path: Path) -> RecordingError:
    return RecordingError(
        f"Another session records into this data folder{_holder(path)}.",
        "End that one first, or run this one with --no-record or --record FILE.",
    )


def _holder(path: Path) -> str:
    """Who holds the lock, in brackets; nothing if it can't be read or makes no sense."""
    try:
        with path.open("rb") as stream:
            note = stream.read(_LONGEST_NOTE).decode("ascii")
    except (OSError, UnicodeDecodeError):
        return ""
    pid, _, since = plain_text(note).partition(" ")
    return f" (process {pid}, since {since})" if pid.isdecimal() and since else ""
