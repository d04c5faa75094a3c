"""Files that only their owner may read, from the first byte on."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

from sensorapp.model.errors import RecordingError, SensorAppError
from sensorapp.text.cleaning import plain_text

FILE_MODE = 0o600
FOLDER_MODE = 0o700

_PLAIN_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EFBIG: "the file has reached the largest size that is allowed here",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reports a fault",
    errno.EACCES: "this is not allowed here",
    errno.EPERM: "this is not allowed here",
    errno.ENOENT: "it is not there",
    errno.ENOTDIR: "a part of its path is no folder",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ENODEV: "the disk is gone",
}

_NO_SYNC_OF_FOLDERS = {errno.EINVAL, errno.ENOTSUP, errno.EACCES}
"""Some network shares can sync files alone; and one may write in a folder that one may not read."""


def shown_name(path: Path) -> str:
    """A file's name, fit for a sentence."""
    return plain_text(path.name) or plain_text(str(path)) or "?"


def plain_reason(error: OSError) -> str:
    """Why the system refused, in a few plain words without a full stop."""
    known = _PLAIN_REASONS.get(error.errno or 0)
    return known or plain_text(error.strerror or "the system refused").rstrip(".").lower()


def create_private_file(path: Path, *, overwrite: bool = False) -> int:
    """Descriptor of a new empty file of mode 0600, for writing.

    An existing file is refused unless `overwrite`; then it is removed first, so that neither
    its mode nor a link can lead the bytes elsewhere. Raises SensorAppError with the reason.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        if overwrite:
            _remove_plain_file(path)
        return os.open(path, flags, FILE_MODE)
    except FileExistsError:
        raise RecordingError(
            f"{shown_name(path)} already exists and is not overwritten.",
            "Choose another name or remove the file first.",
        ) from None
    except FileNotFoundError:
        raise RecordingError(
            f"The folder for {shown_name(path)} does not exist.",
            "Create it or choose another folder.",
        ) from None
    except ValueError:  # a NUL in the name
        raise RecordingError(
            f"{shown_name(path)} can't be the name of a file.", "Choose another name."
        ) from None
    except OSError as error:
        raise _cannot_create(path, error) from error


def create_private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each of mode 0700.

    One that exists keeps its mode: it may be shared for a reason. Raises SensorAppError.
    """
    missing = []
    above = folder
    while not above.exists() and above != above.parent:
        missing.append(above)
        above = above.parent
    try:
        for one in reversed(missing):
            one.mkdir(mode=FOLDER_MODE, exist_ok=True)
            make_name_durable(one)
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
    except OSError as error:
        raise SensorAppError(
            f"The folder {plain_text(str(folder))} can't be created: {plain_reason(error)}.",
            "Choose another data folder with SENSORAPP_DATA.",
        ) from error


def make_durable(descriptor: int) -> None:
    """Return once the file's bytes would survive a power cut; raises OSError.

    macOS leaves bytes in the drive's own cache on fsync, and only F_FULLFSYNC empties it.
    """
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    elif hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        os.fsync(descriptor)


def make_name_durable(path: Path) -> None:
    """Make a new file's or folder's name survive a power cut, where the system can."""
    if os.name != "posix":
        return
    try:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        if error.errno not in _NO_SYNC_OF_FOLDERS:
            raise


def _remove_plain_file(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
        path.unlink()


def _cannot_create(path: Path, error: OSError) -> RecordingError:
    return RecordingError(
        f"{shown_name(path)} can't be created: {plain_reason(error)}.",
        "Choose another folder or make room there.",
    )
