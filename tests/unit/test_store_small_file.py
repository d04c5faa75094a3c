"""Small files are replaced as a whole or not at all, on disks that have room for a part too."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from subprocess import Popen

import pytest

from sensorapp.store.small_file import LARGEST_BYTES, read_small_file, replace_small_file
from tests.unit.real_disks import fill, small_tmpfs

_PAGE = 4096
_OLD, _NEW = b"old" * 3000, b"new" * 3000
"""Three pages each."""
_TIMES = 100


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


def test_two_that_write_at_one_time_hinder_each_other_never(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    writer = f"""
from pathlib import Path
from sensorapp.store.small_file import replace_small_file
for _ in range({_TIMES}):
    replace_small_file(Path({str(path)!r}), b"old" * 3000)
"""
    with Popen([sys.executable, "-c", writer]) as other:
        while other.poll() is None:
            replace_small_file(path, _NEW)
            assert kept(path) in ((len(_OLD), b"old"), (len(_NEW), b"new"))
    assert other.returncode == 0
    assert [file.name for file in tmp_path.iterdir()] == ["kept.json"]


def test_what_a_killed_writer_left_is_cleared_away_after_a_day(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    old, young, others = (tmp_path / name for name in ("kept.1.new", "kept.2.new", "k.1.new"))
    for left in (old, young, others):
        left.touch()
    for left in (old, others):
        os.utime(left, (0.0, 0.0))
    replace_small_file(path, _NEW)
    assert sorted(tmp_path.iterdir()) == sorted((path, young, others))
