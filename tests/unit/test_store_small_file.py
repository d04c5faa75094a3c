"""Small files are replaced as a whole or not at all, on disks that have room for a part too."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sensorapp.store.small_file import LARGEST_BYTES, read_small_file, replace_small_file
from tests.unit.real_disks import fill, small_tmpfs

_PAGE = 4096
_OLD, _NEW = b"old" * 3000, b"new" * 3000
"""Three pages each."""


def kept(path: Path) -> tuple[int, bytes]:
    """How long it is and how it begins."""
    data = path.read_bytes()
    return len(data), data[:3]


@pytest.mark.parametrize("pages_left", range(5))
def test_an_almost_full_disk_keeps_the_old_one(tmp_path: Path, pages_left: int) -> None:
    with small_tmpfs(tmp_path / "disk", "64k") as disk:
        path, rest = disk / "kept.json", disk / "rest"
        replace_small_file(path, _OLD)
        fill(rest)
        os.truncate(rest, rest.stat().st_size - pages_left * _PAGE)
        if pages_left * _PAGE < len(_NEW):
            with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
                replace_small_file(path, _NEW)
            assert kept(path) == (len(_OLD), b"old")
        else:
            replace_small_file(path, _NEW)
            assert kept(path) == (len(_NEW), b"new")
        assert sorted(file.name for file in disk.iterdir()) == ["kept.json", "rest"]


def test_a_file_that_is_none_of_ours_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_bytes(bytes(LARGEST_BYTES))
    assert len(read_small_file(path)) == LARGEST_BYTES
    path.write_bytes(bytes(LARGEST_BYTES + 1))
    with pytest.raises(OSError, match="large"):
        read_small_file(path)
