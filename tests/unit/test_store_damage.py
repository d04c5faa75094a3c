"""Cut, damaged, foreign and hostile recordings: what is whole is read, nothing is made up."""

from __future__ import annotations

import os
import random
import struct
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from sensorapp.model.errors import RecordingError
from sensorapp.model.inputs import Input, Notification, Tick
from sensorapp.store.header import encode_header
from sensorapp.store.mcap_builder import RESTART_CHUNKS, ChannelSpec, McapBuilder
from sensorapp.store.recording_reader import open_recording
from tests.unit.damage import Found, Result, chunks_of, cut_bytes, flip_bits, judge_flip
from tests.unit.damage import read as result_of
from tests.unit.store_samples import HEADER, session_inputs, write_recording


def read(path: Path) -> tuple[list[Input], str | None] | RecordingError:
    """What a recording gives; only typed errors come out as values."""
    try:
        recording = open_recording(path)
        return list(recording), recording.notice
    except RecordingError as error:
        return error


def test_a_recording_cut_at_any_byte_gives_its_whole_chunks(tmp_path: Path) -> None:
    items = session_inputs(4, payload_bytes=3)
    path, cut = tmp_path / "a.mcap", tmp_path / "cut.mcap"
    sizes = write_recording(path, items)
    data = path.read_bytes()
    ticks = [at + 1 for at, item in enumerate(items) if isinstance(item, Tick)]
    whole = dict(zip(sizes, ticks, strict=True))
    check_cuts(cut, data, items, whole, range(len(data)))


def test_a_recording_of_noise_cut_in_many_places_gives_its_whole_chunks(tmp_path: Path) -> None:
    items = session_inputs(14)
    path, cut = tmp_path / "a.mcap", tmp_path / "cut.mcap"
    sizes = write_recording(path, items)
    data = path.read_bytes()
    ticks = [at + 1 for at, item in enumerate(items) if isinstance(item, Tick)]
    whole = dict(zip(sizes, ticks, strict=True))
    places = sorted({*range(0, len(data), 41), *sizes, *(size - 1 for size in sizes)})
    check_cuts(cut, data, items, whole, places)


def check_cuts(
    cut: Path, data: bytes, items: list[Input], whole: dict[int, int], places: object
) -> None:
    assert isinstance(places, range | list)
    last = max(whole)
    cut.write_bytes(data)
    for size in reversed(places):
        os.truncate(cut, size)
        result = read(cut)
        least = max((count for end, count in whole.items() if end <= size), default=0)
        if isinstance(result, RecordingError):
            assert least == 0
            continue
        got, notice = result
        assert got == items[: len(got)]
        # The chunk of the last, unsynced inputs and the summary follow the last sync.
        assert len(got) == least or (size > last and len(got) == len(items))
        assert notice is not None


def test_random_damage_raises_typed_errors_only(tmp_path: Path) -> None:
    items = session_inputs(5, payload_bytes=20)
    path, spoiled = tmp_path / "a.mcap", tmp_path / "spoiled.mcap"
    write_recording(path, items)
    data = path.read_bytes()
    chance = random.Random(3)
    for _ in range(800):
        broken = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(broken))
            broken[at : at + chance.randrange(9)] = chance.randbytes(chance.randrange(9))
        spoiled.write_bytes(broken)
        result = read(spoiled)
        if not isinstance(result, RecordingError):
            assert all(item in items for item in result[0])


def test_a_damaged_chunk_costs_that_chunk_and_is_named(tmp_path: Path) -> None:
    items = session_inputs(6)
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, items)
    spoil(path, sizes[2] + 200)
    result = read(path)
    assert not isinstance(result, RecordingError)
    got, notice = result
    ticks = [at + 1 for at, item in enumerate(items) if isinstance(item, Tick)]
    assert got == items[: ticks[2]] + items[ticks[3] :]
    assert notice == (
        "a.mcap is not whole: 11 inputs are missing between 3.0 s and 4.0 s after its start; "
        "everything else was read."
    )


def test_a_damaged_first_chunk_does_not_cost_the_rest(tmp_path: Path) -> None:
    items = session_inputs(RESTART_CHUNKS + 10)
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, items)
    spoil(path, sizes[0] - 100)
    result = read(path)
    assert not isinstance(result, RecordingError)
    got, notice = result
    assert got == items[-len(got) :]
    assert len(got) >= 10 * 11
    assert notice is not None
    assert "inputs are missing" in notice


@pytest.mark.parametrize("field", [0, 1, 4, 8], ids=["opcode", "length", "size", "top"])
def test_damaged_framing_costs_one_chunk(tmp_path: Path, field: int) -> None:
    items = session_inputs(6)
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, items)
    spoil(path, sizes[2] + field)
    result = read(path)
    assert not isinstance(result, RecordingError)
    got, notice = result
    ticks = [at + 1 for at, item in enumerate(items) if isinstance(item, Tick)]
    assert got == items[: ticks[2]] + items[ticks[3] :]
    assert notice == (
        "a.mcap is not whole: 11 inputs are missing between 3.0 s and 4.0 s after its start; "
        "everything else was read."
    )


def test_every_hole_is_named(tmp_path: Path) -> None:
    items = session_inputs(12)
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, items)
    for chunk_number in (1, 3, 5, 7, 9):
        spoil(path, sizes[chunk_number] + 2)
    recording = open_recording(path)
    assert len(list(recording)) == len(items) - 55
    assert recording.notice == (
        "a.mcap is not whole: 11 inputs are missing between 2.0 s and 3.0 s, 11 between 4.0 s "
        "and 5.0 s, 11 between 6.0 s and 7.0 s after its start, 22 in 2 later places; "
        "everything else was read."
    )
    account = recording.account
    assert account is not None
    assert account.missing == 55
    assert [round(hole.from_s or 0.0) for hole in account.holes] == [2, 4, 6, 8, 10]
    assert account.closed
    assert not account.whole


def test_a_stretch_of_garbage_between_chunks_costs_nothing_else(tmp_path: Path) -> None:
    items = session_inputs(6)
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, items)
    data = path.read_bytes()
    for garbage in (b"\x06" * 200_000, bytes(100_000), random.Random(2).randbytes(300_000)):
        path.write_bytes(data[: sizes[2]] + garbage + data[sizes[2] :])
        result = read(path)
        assert not isinstance(result, RecordingError)
        assert result[0] == items
        assert result[1] is not None


def test_a_length_that_swallows_whole_chunks_costs_none_of_them(tmp_path: Path) -> None:
    items = session_inputs(6)
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, items)
    data = bytearray(path.read_bytes())
    # the MCAP header, right behind the magic, claims all up to the fourth chunk
    data[9:17] = struct.pack("<Q", sizes[3] - 17)
    path.write_bytes(data)
    result = read(path)
    assert not isinstance(result, RecordingError)
    got, notice = result
    assert got == items
    assert notice == (
        "a.mcap is not whole: some bytes in it are damaged, though no input is; "
        "everything else was read."
    )


def test_a_last_chunk_that_is_no_chunk_any_more_is_missed(tmp_path: Path) -> None:
    items = session_inputs(3)
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, items)
    data = bytearray(path.read_bytes())
    data[sizes[-1]] ^= 0x10
    path.write_bytes(data)
    result = sound(path)
    assert result.items == items[:-1]
    assert result.account.breaks_off
    assert result.account.closed


def test_a_lost_definition_of_a_channel_costs_its_chunk_alone(tmp_path: Path) -> None:
    early, late = session_inputs(8)[:40], session_inputs(8)[40:]
    battery: list[Input] = [
        Notification(item.host_ns, "s1", "2a19", b"\x50") for item in late[:-1:3]
    ]
    items = sorted([*early, *late, *battery], key=lambda item: item.host_ns)
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, items)
    first = next(at for at, item in enumerate(items) if item == battery[0])
    ticks = [at + 1 for at, item in enumerate(items) if isinstance(item, Tick)]
    hit = sum(end <= first for end in ticks)
    spoil(path, sizes[hit - 1] + 100)
    result = read(path)
    assert not isinstance(result, RecordingError)
    assert result[0] == items[: ticks[hit - 1]] + items[ticks[hit] :]


def test_flipped_bits_cost_one_chunk_at_most_and_are_noticed(tmp_path: Path) -> None:
    found = flip_bits(tmp_path, 2_000, seed=20)
    assert found.tried == 2_000
    assert [place for place in found.refused if not place.startswith("byte 5,")] == []
    assert (found.altered, found.silent, found.unread, found.wrong_count) == ([], [], [], [])
    assert found.slowest_s < 2.0


def test_the_judge_of_flips_sees_what_it_should(tmp_path: Path) -> None:
    items = session_inputs(3)
    path = tmp_path / "a.mcap"
    write_recording(path, items)
    result = sound(path)
    order = {item: at for at, item in enumerate(items)}
    found = Found()
    judge_flip(found, "refused", None, order, chunks_of(items))
    judge_flip(found, "silent", result, order, chunks_of(items))
    lacking = replace(result, items=[result.items[0], result.items[-1]])
    judge_flip(found, "unread", lacking, order, chunks_of(items))
    altered = replace(result, items=[*items[:-1], Tick(1)])
    judge_flip(found, "altered", altered, order, chunks_of(items))
    assert found.refused == ["refused"]
    assert found.altered == ["altered"]
    assert found.unread == ["unread"]
    assert found.silent == ["silent", "unread", "altered"]
    assert found.wrong_count == ["unread", "altered"]


def test_cuts_give_every_whole_chunk_before_them(tmp_path: Path) -> None:
    found = cut_bytes(tmp_path, every=100, seed=3)
    assert found.tried > 650
    assert (found.refused, found.altered, found.unread, found.silent) == ([], [], [], [])


def test_a_missing_index_costs_no_inputs(tmp_path: Path) -> None:
    items = session_inputs(2)
    path = tmp_path / "a.mcap"
    write_recording(path, items)
    path.write_bytes(path.read_bytes()[:-20])
    result = read(path)
    assert not isinstance(result, RecordingError)
    assert result[0] == items
    assert result[1] is not None
    assert "the index at its end is missing" in result[1]


def test_repeated_chunks_are_left_out(tmp_path: Path) -> None:
    items = session_inputs(4)
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, items)
    data = path.read_bytes()
    again = data[: sizes[1]] + data[sizes[0] : sizes[1]] + data[sizes[1] :]
    path.write_bytes(again)
    result = read(path)
    assert not isinstance(result, RecordingError)
    assert result[0] == items
    assert result[1] is not None
    assert "twice" in result[1]


def test_events_of_newer_programs_are_skipped_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    builder = McapBuilder(encode_header(HEADER), "sensorapp 9")
    data = builder.opening()
    events = ChannelSpec("/host/events", "json")
    builder.add(events, 10, 1, b'{"type":"tick"}')
    builder.add(events, 20, 2, b'{"type":"telepathy"}')
    builder.add(ChannelSpec("/s1/thoughts", "json"), 25, 3, b"{}")
    builder.add(ChannelSpec("/s1/notify/2a19", "gatt2"), 26, 4, b"x")
    builder.add(events, 30, 5, b'{"type":"tick"}')
    path.write_bytes(data + builder.take_chunk() + builder.closing())
    recording = open_recording(path)
    assert list(recording) == [Tick(10), Tick(30)]
    assert recording.skipped == 3
    assert recording.notice is None


def test_a_missing_recording_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"There is no recording b\.mcap"):
        open_recording(tmp_path / "b.mcap")


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="is a folder"):
        open_recording(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="needs named pipes")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mcap")
    with pytest.raises(RecordingError, match="no plain file"):
        open_recording(tmp_path / "a.mcap")


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "a.mcap/b"])
def test_impossible_names_are_said_plainly(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.mcap").write_bytes(b"")
    with pytest.raises(RecordingError):
        open_recording(tmp_path / name)


def test_a_hostile_name_is_shown_without_its_escapes(tmp_path: Path) -> None:
    with pytest.raises(RecordingError) as caught:
        open_recording(tmp_path / "a\x1b]52;c;AAAA\x07\u202e.mcap")
    assert caught.value.sentence.isprintable()


def test_reading_holds_a_chunk_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write_recording(path, session_inputs(300, payload_bytes=500))
    assert path.stat().st_size > 1_300_000
    recording = open_recording(path)
    tracemalloc.start()
    count = sum(1 for _ in recording)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count > 3000
    assert peak_bytes < 300_000


def sound(path: Path) -> Result:
    result = result_of(path)
    assert result is not None
    return result


def spoil(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(data)
