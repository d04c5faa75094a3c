"""Disks of our own that really fail: small ones that fill up, and ext4 on a loop device.

They need root, and a system with tmpfs, loop devices and ext4; elsewhere tests that want them skip.
None outlives the tests, however these end (`disk_warden`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.disk_warden import looked_after

_SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN (linux/fs/ext4/ext4.h): from then on every use of the file system is EIO."""
_JOURNAL_MEGABYTES = 16
_WITHOUT_A_FLUSH = struct.pack("I", 2)


def ran(*command: str | Path) -> str:
    """What a command printed; skips the test where it is missing or not allowed."""
    try:
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip(f"there is no {command[0]} here")
    if done.returncode:
        pytest.skip(f"{command[0]} is not possible here")
    return done.stdout.strip()


@contextmanager
def small_tmpfs(place: Path, size: str) -> Iterator[Path]:
    """A disk in memory, mounted at `place`."""
    place.mkdir()
    with looked_after(place):
        ran("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place)
        yield place


def fill(path: Path) -> None:
    """Take all that is left of the disk."""
    with path.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(bytes(4096))


class StickDisk:
    """An ext4 disk on a file, which can be broken, pulled out and put in again."""

    def __init__(
        self, place: Path, image: Path, megabytes: int, attached: Callable[[str], None]
    ) -> None:
        """`attached` is told of each device that it took."""
        self.place = place
        self._image = image
        self._attached = attached
        self._device = ""
        with image.open("wb") as stream:
            stream.truncate(megabytes << 20)
        # Without a journal a disk that was pulled out comes back with faults of its own.
        journal = "has_journal" if megabytes >= _JOURNAL_MEGABYTES else "^has_journal"
        ran("mkfs.ext4", "-q", "-O", journal, image)

    def put_in(self) -> None:
        """Plug it in, well again and as another device than the last time."""
        self._device = ran("losetup", "--find", "--show", self._image)
        self._attached(self._device)
        ran("mount", "-o", "errors=remount-ro", self._device, self.place)

    def pull_out(self) -> None:
        """From one moment to the next; whoever has a file open gets nothing but errors."""
        self._break(self._unmount)

    def break_down(self) -> None:
        """Every use of it is an input/output error from now on."""
        self._break(lambda: None)

    def turn_read_only(self) -> None:
        """As the system does when it finds a fault on it."""
        control = Path("/sys/fs/ext4") / Path(self._device).name / "trigger_fs_error"
        try:
            control.write_text("a fault that was asked for")
        except OSError:
            pytest.skip("asking for a fault is not possible here")

    def freeze(self) -> None:
        """Whoever writes to it waits."""
        ran("fsfreeze", "--freeze", self.place)

    def thaw(self) -> None:
        subprocess.run(["fsfreeze", "--unfreeze", str(self.place)], check=True)

    def _unmount(self) -> None:
        while self.place.is_mount():  # what was put in lies above what was broken
            subprocess.run(["umount", "-l", str(self.place)], check=True)

    def _break(self, just_before: Callable[[], object]) -> None:
        import fcntl  # not on Windows

        folder = os.open(self.place, os.O_RDONLY)
        try:
            just_before()
            fcntl.ioctl(folder, _SHUTDOWN, _WITHOUT_A_FLUSH)
        finally:
            os.close(folder)


@contextmanager
def stick_disk(
    folder: Path, image: Path | None = None, *, megabytes: int = 16
) -> Iterator[StickDisk]:
    """One in `folder`; its bytes are in `image`."""
    if sys.platform != "linux" or shutil.which("mkfs.ext4") is None:
        pytest.skip("needs Linux with ext4 tools")
    place = folder / "stick"
    place.mkdir()
    with looked_after(place) as attached:
        disk = StickDisk(place, image or folder / "image", megabytes, attached)
        disk.put_in()
        yield disk
