"""Recordings that were never closed are closed in place, whenever that is interrupted."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from mcap.reader import make_reader

from sensorapp.model.errors import RecordingCorrupt, RecordingError
from sensorapp.store.header import encode_header
from sensorapp.store.mcap_builder import ChannelSpec, McapBuilder
from sensorapp.store.private_file import FILE_MODE
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.store.unfinished import close_unfinished, unfinished_recordings
from tests.unit.real_disks import fill, small_tmpfs
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


@pytest.mark.parametrize("zeros", [1, 300, 5000])
def test_zeros_that_a_power_cut_leaves_are_cut(tmp_path: Path, zeros: int) -> None:
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, ITEMS[: 12 * 11], close=False)
    data = path.read_bytes()[: sizes[-1]]
    path.write_bytes(data + bytes(zeros))
    whole = len(list(open_recording(path)))
    assert close_unfinished(path) is not None
    assert list(open_recording(path)) == ITEMS[:whole]

    path.write_bytes(data[:-zeros] + bytes(zeros))  # the size was written, the bytes were not
    kept = list(open_recording(path))
    assert whole - 44 <= len(kept) < whole
    done = close_unfinished(path)
    assert done is not None
    assert done.inputs == len(kept)
    recording = open_recording(path)
    assert list(recording) == kept
    assert recording.notice is None


def test_more_than_a_second_that_can_not_be_read_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write_recording(path, ITEMS, close=False)
    data = path.read_bytes() + bytes(2 << 20)
    path.write_bytes(data)
    assert close_unfinished(path) is None
    assert path.read_bytes() == data


@pytest.mark.parametrize("left_out", [1, 8, 100, 1_100_000])
def test_an_index_of_any_size_is_written_anew(tmp_path: Path, left_out: int) -> None:
    builder = McapBuilder(encode_header(HEADER), "sensorapp")
    data = bytearray(builder.opening())
    ticks = ChannelSpec("/host/events", "json")
    for number in range(1, 15_001):
        builder.add(ticks, number, number, b'{"type":"tick"}')
        data += builder.take_chunk()
    closing = builder.closing()
    assert len(closing) > left_out > 0
    path = tmp_path / "a.mcap"
    path.write_bytes(data + closing[:-left_out])
    assert close_unfinished(path) is not None
    assert path.read_bytes() == data + closing


def test_a_full_disk_costs_nothing_but_the_closing(tmp_path: Path) -> None:
    trial = tmp_path / "trial.mcap"
    for count in range(300, 200, -5):
        write_recording(trial, ITEMS[:count], close=False)
        if -trial.stat().st_size % 4096 < 2048:
            break  # the closing needs more than is left of the last page
        trial.unlink()
    with small_tmpfs(tmp_path / "disk", "64k") as place:
        path, rest = place / "a.mcap", place / "others"
        write_recording(path, ITEMS[:count], close=False)
        kept = list(open_recording(path))
        fill(rest)
        with pytest.raises(RecordingError, match=r"a\.mcap can't be closed: the disk is full\."):
            close_unfinished(path)
        assert list(open_recording(path)) == kept
        rest.unlink()
        assert close_unfinished(path) is not None
        recording = open_recording(path)
        assert list(recording) == kept
        assert recording.notice is None


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
