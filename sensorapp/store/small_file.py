"""Small private files that are replaced as a whole: a crash leaves the old one or the new one."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import threading
from pathlib import Path

from sensorapp.store.private_file import create_private_file, create_private_folder, make_durable

LARGEST_BYTES = 1 << 20

_LEFT_S = 86_400.0
"""A writer needs milliseconds; nobody is robbed of a file that is still to be put in place."""

FileState = tuple[int, int, int] | None


def file_state(path: Path) -> FileState:
    """What tells one state of a file from another, by its date alone; None without a file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def read_small_file(path: Path) -> bytes:
    """Its bytes; raises OSError, also for a file of over 1 MiB, which is none of ours."""
    if path.stat().st_size > LARGEST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return path.read_bytes()


def replace_small_file(path: Path, data: bytes) -> None:
    """Put `data` in place of the file, mode 0600. Raises `SensorAppError` or OSError."""
    create_private_folder(path.parent)
    # A name of its own for each writer: a session and a command may replace a file at one time.
    fresh = path.with_name(f"{path.stem}.{threading.get_native_id()}.new")
    descriptor = create_private_file(fresh, overwrite=True)
    try:
        try:
            rest = memoryview(data)
            while rest:  # an almost full disk takes a part without a word, and refuses the next
                rest = rest[os.write(descriptor, rest) :]
            make_durable(descriptor)
        finally:
            os.close(descriptor)
        fresh.replace(path)
        _clear_away(path)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise


def _clear_away(path: Path) -> None:
    """Remove what writers left that were killed a day or more before this file was written."""
    with contextlib.suppress(OSError):
        newest_s = path.stat().st_mtime
        for left in path.parent.glob(f"{glob.escape(path.stem)}.*.new"):
            if left.stat().st_mtime < newest_s - _LEFT_S:
                left.unlink(missing_ok=True)
