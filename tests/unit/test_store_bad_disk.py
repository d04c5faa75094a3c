"""Disks that are full, gone, or take no more: told, and nothing is lost when they are back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sensorapp.model.errors import RecordingError
from sensorapp.model.inputs import Input, Notification, Tick
from sensorapp.store.durable_file import MAX_KEPT_BYTES, DurableFile
from sensorapp.store.private_file import FILE_MODE, create_private_file
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter
from tests.unit.real_disks import StickDisk, fill, small_tmpfs, stick_disk
from tests.unit.store_samples import DATA_UUID, HEADER, session_inputs

ITEMS = session_inputs(40)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 KiB of its own."""
    with small_tmpfs(tmp_path / "disk", "128k") as place:
        yield place


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[StickDisk]:
    """An ext4 disk of its own."""
    with stick_disk(tmp_path) as disk:
        yield disk


def written(writer: RecordingWriter, items: list[Input]) -> list[str | None]:
    """What each sync said, one after each tick."""
    said = []
    for item in items:
        writer.write(item)
        if isinstance(item, Tick):
            said.append(writer.sync())
    return said


def seconds(items: list[Input], begin: int, end: int) -> list[Input]:
    ticks = [0, *(place + 1 for place, item in enumerate(items) if isinstance(item, Tick))]
    return items[ticks[begin] : ticks[end] if end < len(ticks) - 1 else None]


def test_a_disk_that_fills_up_and_is_cleared_loses_nothing(small_disk: Path) -> None:
    path = small_disk / "day.mcap"
    writer = RecordingWriter(path, HEADER)
    assert set(written(writer, seconds(ITEMS, 0, 10))) == {None}
    rest = small_disk / "others"
    fill(rest)
    while_full = written(writer, seconds(ITEMS, 10, 30))
    # a page may be half free at first
    (trouble,) = set(while_full[5:])
    assert trouble is not None
    assert trouble.startswith("day.mcap is not written now: the disk is full; the first ")
    assert path.stat().st_size < 20_000
    readable = list(open_recording(path))
    assert readable == ITEMS[: len(readable)]
    assert len(readable) >= writer.durable_inputs > 0
    rest.unlink()
    assert set(written(writer, seconds(ITEMS, 30, 40))) == {None}
    writer.close()
    assert writer.sync() is None
    recording = open_recording(path)
    assert list(recording) == ITEMS
    assert recording.notice is None


def test_a_disk_that_stays_full_ends_with_the_trouble(small_disk: Path) -> None:
    path = small_disk / "day.mcap"
    writer = RecordingWriter(path, HEADER)
    written(writer, seconds(ITEMS, 0, 5))
    fill(small_disk / "others")
    trouble = written(writer, seconds(ITEMS, 5, 40))[-1]
    writer.close()
    assert writer.sync() == trouble
    assert trouble is not None
    safe = list(open_recording(path))
    assert f"the first {len(safe)} inputs are safe" in trouble


@pytest.mark.parametrize(
    ("fails", "reason"),
    [
        (StickDisk.break_down, "not written now: the disk reports a fault; the first "),
        (StickDisk.turn_read_only, "not written now: the disk is read-only; the first "),
        (StickDisk.pull_out, "gone, and nothing is recorded now; put it back"),
    ],
)
def test_a_disk_that_fails_and_is_put_in_again_loses_nothing(
    stick: StickDisk, fails: Callable[[StickDisk], None], reason: str
) -> None:
    path = stick.place / "day.mcap"
    writer = RecordingWriter(path, HEADER)
    assert set(written(writer, seconds(ITEMS, 0, 10))) == {None}
    device = path.stat().st_dev
    fails(stick)
    (trouble,) = set(written(writer, seconds(ITEMS, 10, 20)))
    assert trouble is not None
    assert trouble.startswith(f"day.mcap is {reason}")
    stick.put_in()
    assert path.stat().st_dev != device
    assert set(written(writer, seconds(ITEMS, 20, 40))) == {None}
    writer.close()
    recording = open_recording(path)
    assert list(recording) == ITEMS
    assert recording.notice is None


def test_a_disk_that_takes_bytes_and_does_not_keep_them(tmp_path: Path) -> None:
    """The place where a file's bytes go is full: `write` works, and only the sync fails."""
    with (
        small_tmpfs(tmp_path / "memory", "1m") as memory,
        stick_disk(tmp_path, memory / "image", megabytes=4) as stick,
    ):
        path, rest = stick.place / "day.mcap", memory / "others"
        writer = RecordingWriter(path, HEADER)
        assert set(written(writer, seconds(ITEMS, 0, 10))) == {None}
        fill(rest)
        *_, trouble = written(writer, seconds(ITEMS, 10, 30))
        assert trouble is not None
        assert trouble.startswith("day.mcap is not written now: the disk is full; the first ")
        rest.unlink()
        assert set(written(writer, seconds(ITEMS, 30, 40))) == {None}
        writer.close()
        stick.pull_out()  # so that nothing comes from the system's memory
        stick.put_in()
        assert list(open_recording(path)) == ITEMS


def test_a_folder_that_goes_and_comes_back(tmp_path: Path) -> None:
    place, away = tmp_path / "stick", tmp_path / "away"
    place.mkdir()
    path = place / "day.mcap"
    descriptor = create_private_file(path)
    file = DurableFile(path, descriptor)
    file.append(b"first")
    file.sync()
    os.close(descriptor)  # what a disk that was pulled out leaves of it
    place.rename(away)
    file.append(b" second")
    with pytest.raises(FileNotFoundError):
        file.sync()
    away.rename(place)
    file.append(b" third")
    file.sync()
    file.close()
    assert path.read_bytes() == b"first second third"


def test_another_file_at_the_same_place_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "day.mcap"
    descriptor = create_private_file(path)
    file = DurableFile(path, descriptor)
    os.close(descriptor)
    path.rename(tmp_path / "old")
    path.write_bytes(b"somebody else's")
    file.append(b"ours")
    with pytest.raises(FileNotFoundError):
        file.sync()
    assert path.read_bytes() == b"somebody else's"


LIMITED = """
import resource, sys
from pathlib import Path
from sensorapp.store.recording_writer import RecordingWriter
from tests.unit.real_disks import StickDisk, fill, small_tmpfs, stick_disk
from tests.unit.store_samples import HEADER, session_inputs
from sensorapp.model.inputs import Tick

most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
writer = RecordingWriter(Path(sys.argv[1]), HEADER)
said = []
for number, item in enumerate(session_inputs(40)):
    if number == 100:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, most))
    if number == 300:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    writer.write(item)
    if isinstance(item, Tick):
        said.append(writer.sync())
writer.close()
print(sum(trouble is not None for trouble in said), len(set(said)), said[-1], writer.sync())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_limit_that_is_lifted_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    troubles, kinds, last, closed = run.stdout.split()
    assert int(troubles) >= 5
    assert (kinds, last, closed) == ("2", "None", "None")
    recording = open_recording(path)
    assert list(recording) == ITEMS
    assert recording.notice is None


def test_memory_for_a_bad_disk_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    descriptor = create_private_file(path)
    file = DurableFile(path, descriptor)
    os.close(descriptor)
    path.rename(tmp_path / "away")
    full = [file.is_full]
    file.append(bytes(MAX_KEPT_BYTES))
    full.append(file.is_full)
    (tmp_path / "away").rename(path)
    file.sync()
    assert [*full, file.is_full] == [False, True, False]
    assert path.stat().st_size == MAX_KEPT_BYTES


def test_a_copy_may_be_larger_than_what_is_kept_for_a_bad_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter(path, HEADER)
    noise = os.urandom(1 << 20)
    count = MAX_KEPT_BYTES // len(noise) + 2
    for at in range(count):  # and nobody calls sync, as while a recording is copied
        writer.write(Notification(at, "s1", DATA_UUID, noise))
    writer.close()
    assert writer.sync() is None
    assert path.stat().st_size > MAX_KEPT_BYTES
    assert sum(1 for _ in open_recording(path)) == count


def test_a_file_that_was_deleted_is_not_said_to_be_safe(tmp_path: Path) -> None:
    path = tmp_path / "day.mcap"
    writer = RecordingWriter(path, HEADER)
    assert set(written(writer, seconds(ITEMS, 0, 5))) == {None}
    path.unlink()
    (trouble,) = set(written(writer, seconds(ITEMS, 5, 10)))
    assert trouble is not None
    assert trouble.startswith("day.mcap is gone, and nothing is recorded now; ")
    writer.close()
    assert writer.sync() == trouble
    assert list(tmp_path.iterdir()) == []  # who deletes it wants it gone


def test_a_file_that_was_moved_goes_on(tmp_path: Path) -> None:
    path, moved = tmp_path / "day.mcap", tmp_path / "other.mcap"
    writer = RecordingWriter(path, HEADER)
    assert set(written(writer, seconds(ITEMS, 0, 5))) == {None}
    path.rename(moved)
    assert set(written(writer, seconds(ITEMS, 5, 40))) == {None}
    writer.close()
    assert list(open_recording(moved)) == ITEMS


def test_a_file_that_can_not_be_begun_is_begun_once_it_can(small_disk: Path) -> None:
    path, rest = small_disk / "day.mcap", small_disk / "others"
    fill(rest)
    with pytest.raises(RecordingError, match=r"day\.mcap can't be written: the disk is full\."):
        RecordingWriter(path, HEADER)
    writer = RecordingWriter(path, HEADER, patient=True)
    (trouble,) = set(written(writer, seconds(ITEMS, 0, 10)))
    assert trouble == (
        "day.mcap is not written now: the disk is full; the first 0 inputs are safe."
    )
    rest.unlink()
    assert set(written(writer, seconds(ITEMS, 10, 40))) == {None}
    writer.close()
    assert list(open_recording(path)) == ITEMS
    assert path.stat().st_mode & 0o777 == FILE_MODE


def test_a_file_that_could_never_be_begun_leaves_nothing_behind(small_disk: Path) -> None:
    fill(small_disk / "others")
    writer = RecordingWriter(small_disk / "day.mcap", HEADER, patient=True)
    (trouble,) = set(written(writer, seconds(ITEMS, 0, 3)))
    writer.close()
    assert writer.sync() == trouble is not None
    assert list(small_disk.iterdir()) == [small_disk / "others"]


def test_a_folder_that_is_missing_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "stick" / "day.mcap"
    writer = RecordingWriter(path, HEADER, patient=True)
    (trouble,) = set(written(writer, seconds(ITEMS, 0, 3)))
    assert trouble == (
        "The folder for day.mcap does not exist. Create it or choose another folder."
    )
    path.parent.mkdir()
    assert set(written(writer, seconds(ITEMS, 3, 40))) == {None}
    writer.close()
    assert list(open_recording(path)) == ITEMS
