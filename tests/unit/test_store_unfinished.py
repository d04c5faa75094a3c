"""Recordings that were never closed are closed in place, whenever that is interrupted."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from mcap.reader import make_reader

from sensorapp.model.errors import RecordingCorrupt
from sensorapp.store.private_file import FILE_MODE
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.store.unfinished import close_unfinished, unfinished_recordings
from tests.unit.store_samples import HEADER, session_inputs, write_recording

ITEMS = session_inputs(130)


def summary_of(path: Path) -> object:
    """What the format's own library makes of the index, with every sum checked."""
    with path.open("rb") as stream:
        reader = make_reader(stream, validate_crcs=True)
        list(reader.iter_messages(log_time_order=False))
        return reader.get_summary()


def test_a_closed_one_is_as_if_it_had_been_closed_in_time(tmp_path: Path) -> None:
    closed, open_ended = tmp_path / "a.mcap", tmp_path / "b.mcap"
    write_recording(closed, ITEMS)
    write_recording(open_ended, ITEMS, close=False)
    assert unfinished_recordings(tmp_path) == [open_ended]
    done = close_unfinished(open_ended)
    assert done is not None
    assert (done.inputs, done.cut_bytes) == (len(ITEMS), 0)
    assert open_ended.read_bytes() == closed.read_bytes()
    assert summary_of(open_ended) is not None
    assert unfinished_recordings(tmp_path) == []
    assert open_ended.stat().st_mode & 0o777 == FILE_MODE


@pytest.mark.parametrize("seed", range(12))
def test_wherever_it_broke_off_every_whole_chunk_is_kept(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, ITEMS)
    whole = path.stat().st_size
    rng = random.Random(seed)
    size = rng.randrange(sizes[0], whole - 1)
    with path.open("r+b") as stream:
        stream.truncate(size)
    kept = list(open_recording(path))
    assert unfinished_recordings(tmp_path) == [path]
    done = close_unfinished(path)
    assert done is not None
    assert done.inputs == len(kept)
    recording = open_recording(path)
    assert list(recording) == kept == ITEMS[: len(kept)]
    assert recording.notice is None
    assert summary_of(path) is not None
    # the closing itself is interrupted, at any byte of it
    chunks_end = max(end for end in sizes if end <= size)
    with path.open("r+b") as stream:
        stream.truncate(rng.randrange(chunks_end, path.stat().st_size - 1))
    close_unfinished(path)
    assert list(open_recording(path)) == kept


def test_one_that_is_damaged_before_its_end_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, ITEMS, close=False)
    data = bytearray(path.read_bytes())
    data[sizes[40] + 100] ^= 1
    path.write_bytes(data)
    assert close_unfinished(path) is None
    assert path.read_bytes() == data


def test_nothing_is_made_of_what_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "notes.mcap").write_bytes(b"not a recording")
    (tmp_path / "empty.mcap").write_bytes(b"")
    write_recording(tmp_path / "a.mcap", ITEMS[:30], close=False)
    (tmp_path / "link.mcap").symlink_to(tmp_path / "a.mcap")
    (tmp_path / "folder.mcap").mkdir()
    assert unfinished_recordings(tmp_path) == [tmp_path / "a.mcap"]


def test_one_that_was_killed_before_its_first_second_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    RecordingWriter(path, HEADER)
    before = path.read_bytes()
    with pytest.raises(RecordingCorrupt):
        close_unfinished(path)
    assert path.read_bytes() == before
