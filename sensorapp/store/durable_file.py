"""A file that only grows, through bad disks: what could not be written is kept and tried again.

After any failure nothing that was written since the last good sync is trusted: a disk that
failed once may have dropped it and will not say so again. The file is cut back to what is durable,
and all that came later is written anew once that works. A file that could not be made yet is made
then, too. One that was deleted is not made again: somebody wanted it gone.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from sensorapp.store.private_file import create_private_file, make_durable, make_name_durable

MAX_KEPT_BYTES = 64 * 1024 * 1024
"""Bytes kept for a disk that may come back: fourteen hours of a sensor at 100 Hz."""

_SYNC_BYTES = 8 * 1024 * 1024
"""Bytes after which they are made durable even if nobody asks, so that the memory is free."""

_TAIL_BYTES = 4096
"""The newest durable bytes, by which a file is known again: a disk that was pulled out and put in
may come back under another number, and on some file systems the file, too."""

_CLOSED = -1
"""No descriptor: every use of it fails with EBADF, like that of one that a bad disk took away."""
_FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_FLAGS |= getattr(os, "O_BINARY", 0)


class DurableFile:
    """Takes over an open descriptor of `path`, empty so far; with None the file is yet to be made.

    For one thread at a time, but for `is_full`.
    """

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self._path = path
        self._descriptor = _CLOSED if descriptor is None else descriptor
        self._identity = None if descriptor is None else _identity_of(descriptor)
        self._durable_bytes = 0
        self._tail = b""
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._written = 0
        self._broken = descriptor is None

    @property
    def is_full(self) -> bool:
        """Whether no more may be kept: the disk has been bad for too long."""
        return self._pending_bytes >= MAX_KEPT_BYTES

    def append(self, data: bytes) -> None:
        """Add `data`, and hand it to the system at once if the disk is well; raises nothing."""
        if not data:
            return
        self._pending.append(data)
        self._pending_bytes += len(data)
        if not self._broken:
            with suppress(OSError):  # told by `sync`, which tries again
                self._write()
                if self._pending_bytes >= _SYNC_BYTES:
                    self.sync()

    def sync(self) -> None:
        """Make everything durable; raises OSError, and the file ends where it was durable.

        RecordingError instead if the file can't be made yet.
        """
        if not self._pending:
            return
        was_broken = self._broken
        try:
            self._try()
        except OSError:
            if was_broken:
                raise
            self._try()  # anew, by another descriptor: what that says is what is wrong
        self._durable_bytes += self._pending_bytes
        self._tail = self._newest()
        self._forget()

    def close(self) -> None:
        """Leave the file as it is, or remove it if nothing in it is durable."""
        self._leave()
        with suppress(OSError):
            if self._durable_bytes == 0 and self._is_at_path():
                self._path.unlink()

    def give_up_pending(self) -> None:
        """Forget what is not durable, and cut it off."""
        if self._pending:
            self._cut_back()
        self._forget()

    def _newest(self) -> bytes:
        """The last of all bytes so far."""
        newest = b""
        for piece in reversed(self._pending):
            newest = piece[-_TAIL_BYTES:] + newest
            if len(newest) >= _TAIL_BYTES:
                break
        else:
            newest = self._tail + newest
        return newest[-_TAIL_BYTES:]

    def _forget(self) -> None:
        self._pending.clear()
        self._pending_bytes = self._written = 0

    def _try(self) -> None:
        try:
            if self._broken:
                self._mend()
            self._write()
            make_durable(self._descriptor)
            if os.fstat(self._descriptor).st_nlink == 0 and not self._is_at_path():
                raise _gone()  # deleted: what is written is on no disk that anybody can read
        except OSError:
            self._cut_back()
            raise
        self._broken = False

    def _write(self) -> None:
        """Write the pieces that were not written yet."""
        try:
            while self._written < len(self._pending):
                rest = memoryview(self._pending[self._written])
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
                self._written += 1
        except OSError:
            self._cut_back()
            raise

    def _cut_back(self) -> None:
        self._broken = True
        self._written = 0
        with suppress(OSError):
            os.ftruncate(self._descriptor, self._durable_bytes)
            os.lseek(self._descriptor, self._durable_bytes, os.SEEK_SET)

    def _is_at_path(self) -> bool:
        try:
            stat = self._path.lstat()
        except OSError:
            return False
        return (stat.st_dev, stat.st_ino) == self._identity

    def _leave(self) -> None:
        descriptor, self._descriptor = self._descriptor, _CLOSED
        with suppress(OSError):
            os.close(descriptor)

    def _mend(self) -> None:
        """Stand at the durable end again, by another descriptor if this one is no good any more.

        Raises OSError; ENOENT if another file, or none, is at the path now.
        """
        self._leave()
        if self._identity is None:
            self._descriptor = create_private_file(self._path)
            self._identity = _identity_of(self._descriptor)
            make_name_durable(self._path)
            return
        descriptor = os.open(self._path, _FLAGS)
        try:
            if not self._is_ours(descriptor):
                raise _gone()
            os.ftruncate(descriptor, self._durable_bytes)
            os.lseek(descriptor, self._durable_bytes, os.SEEK_SET)
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor, self._identity = descriptor, _identity_of(descriptor)

    def _is_ours(self, descriptor: int) -> bool:
        """Whether a file begins with all that was durable, as far as its last bytes can tell."""
        if self._durable_bytes == 0:
            return os.fstat(descriptor).st_size == 0 or _identity_of(descriptor) == self._identity
        os.lseek(descriptor, self._durable_bytes - len(self._tail), os.SEEK_SET)
        return os.read(descriptor, len(self._tail)) == self._tail


def _identity_of(descriptor: int) -> tuple[int, int]:
    stat = os.fstat(descriptor)
    return stat.st_dev, stat.st_ino


def _gone() -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
