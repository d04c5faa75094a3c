"""A file that only grows, through bad disks: what could not be written is kept and tried again.

After any failure nothing that was written since the last good sync is trusted: a disk that
failed once may have dropped it and will not say so again. The file is cut back to what is durable,
and all that came later is written anew once that works.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from sensorapp.store.private_file import make_durable

MAX_KEPT_BYTES = 64 * 1024 * 1024
"""Bytes kept for a disk that may come back: fourteen hours of a sensor at 100 Hz."""

_CLOSED = -1
"""No descriptor: every use of it fails with EBADF, like that of one that a bad disk took away."""
_FLAGS = os.O_WRONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_FLAGS |= getattr(os, "O_BINARY", 0)


class DurableFile:
    """Takes over an open descriptor of `path`, whose first `size` bytes are durable."""

    def __init__(self, path: Path, descriptor: int, size: int = 0) -> None:
        self._path = path
        self._descriptor = descriptor
        stat = os.fstat(descriptor)
        self._identity = stat.st_dev, stat.st_ino
        self._durable_bytes = size
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._written = 0
        self._broken = False

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

    def sync(self) -> None:
        """Make everything durable; raises OSError, and the file ends where it was durable."""
        if not self._pending:
            return
        try:
            if self._broken:
                self._mend()
            self._write()
            make_durable(self._descriptor)
        except OSError:
            self._cut_back()
            raise
        self._broken = False
        self._durable_bytes += self._pending_bytes
        self._forget()

    def close(self) -> None:
        """Leave the file as it is; what is not durable is given up."""
        descriptor, self._descriptor = self._descriptor, _CLOSED
        with suppress(OSError):
            os.close(descriptor)

    def give_up_pending(self) -> None:
        """Forget what is not durable, and cut it off."""
        if self._pending:
            self._cut_back()
        self._forget()

    def _forget(self) -> None:
        self._pending.clear()
        self._pending_bytes = self._written = 0

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

    def _mend(self) -> None:
        """Stand at the durable end again, by another descriptor if this one is no good any more.

        Raises OSError; ENOENT if another file, or none, is at the path now.
        """
        self.close()
        descriptor = os.open(self._path, _FLAGS)
        try:
            stat = os.fstat(descriptor)
            if (stat.st_dev, stat.st_ino) != self._identity or stat.st_size < self._durable_bytes:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            os.ftruncate(descriptor, self._durable_bytes)
            os.lseek(descriptor, self._durable_bytes, os.SEEK_SET)
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
