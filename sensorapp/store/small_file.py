"""Small private files that are replaced as a whole: a crash leaves the old one or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from sensorapp.store.private_file import create_private_file, create_private_folder, make_durable

LARGEST_BYTES = 1 << 20

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
    fresh = path.with_suffix(".new")
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
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
