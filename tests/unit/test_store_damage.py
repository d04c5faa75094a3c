"""Cut, damaged, foreign and hostile recordings: what is whole is read, nothing is made up."""

from __future__ import annotations

import io
import os
import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from mcap.writer import CompressionType, Writer

from sensorapp.model.errors import RecordingCorrupt, RecordingError, UnsupportedFormat
from sensorapp.model.inputs import Input, Tick
from sensorapp.store.header import encode_header
from sensorapp.store.mcap_builder import RESTART_CHUNKS, ChannelSpec, McapBuilder
from sensorapp.store.mcap_walk import MAX_CHUNK_BYTES
from sensorapp.store.recording_reader import open_recording
from tests.unit.store_samples import HEADER, session_inputs, write_recording

CHUNK = 0x06


def read(path: Path) -> tuple[list[Input], str | None] | RecordingError:
    """What a recording gives; only typed errors come out as values."""
    try:
        recording = open_recording(path)
        return list(recording), recording.notice
    except RecordingError as error:
        return error


def test_a_recording_cut_at_any_byte_gives_its_whole_chunks(tmp_path: Path) -> None:
    items = session_inputs(10, payload_bytes=3)
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


def test_a_flipped_bit_never_alters_a_value(tmp_path: Path) -> None:
    items = session_inputs(4, payload_bytes=8)
    path, spoiled = tmp_path / "a.mcap", tmp_path / "spoiled.mcap"
    sizes = write_recording(path, items)
    data = path.read_bytes()
    spoiled.write_bytes(data)
    known = {item: at for at, item in enumerate(items)}
    for at in range(min(len(data), sizes[-1] + 200)):
        put(spoiled, at, data[at] ^ 1 << (at % 8))
        result = read(spoiled)
        put(spoiled, at, data[at])
        if isinstance(result, RecordingError):
            continue
        got, notice = result
        order = [known[item] for item in got]
        assert order == sorted(set(order)), f"byte {at}"
        if len(got) < len(items):
            assert notice is not None, f"byte {at}: inputs are missing in silence"


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


def test_damaged_framing_ends_the_reading_with_a_notice(tmp_path: Path) -> None:
    items = session_inputs(6)
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, items)
    spoil(path, sizes[2] + 8)
    result = read(path)
    assert not isinstance(result, RecordingError)
    got, notice = result
    assert got == items[: len(got)]
    assert len(got) > 30
    assert notice is not None
    assert "nothing can be read later than 3.0 s after its start" in notice


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


MAGIC = b"\x89MCAP0\r\n"
HEAD = b"\x01" + struct.pack("<Q", 8) + bytes(8)


def chunk(packed: bytes, size: int, crc: int, name: bytes = b"zstd") -> bytes:
    body = struct.pack("<QQQII", 0, 0, size, crc, len(name)) + name
    body += struct.pack("<Q", len(packed)) + packed
    return struct.pack("<BQ", CHUNK, len(body)) + body


def bomb() -> bytes:
    plain = bytes(256 * 1024 * 1024)
    packed = zstandard.compress(plain)
    return MAGIC + HEAD + chunk(packed, len(plain), zlib.crc32(plain))


def lying_bomb() -> bytes:
    packed = zstandard.compress(bytes(256 * 1024 * 1024))
    return MAGIC + HEAD + chunk(packed, 1000, zlib.crc32(bytes(1000)))


def silent_bomb() -> bytes:
    packed = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(2**28))
    return MAGIC + HEAD + chunk(packed, 1000, zlib.crc32(bytes(1000)))


def with_header(payload: bytes) -> bytes:
    builder = McapBuilder(payload, "sensorapp 9")
    return builder.opening() + builder.take_chunk() + builder.closing()


def foreign(compression: CompressionType, *, chunked: bool = True) -> bytes:
    stream = io.BytesIO()
    writer = Writer(stream, compression=compression, use_chunking=chunked)
    writer.start()
    channel = writer.register_channel("/imu", "ros1", 0)
    writer.add_message(channel, 1, b"something else", 1)
    writer.finish()  # type: ignore[no-untyped-call]  # mcap leaves its type out
    return stream.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], type[RecordingError], str]] = {
    "empty": (bytes, RecordingCorrupt, "is empty"),
    "start of the magic": (lambda: MAGIC[:5], RecordingCorrupt, "cut off"),
    "magic alone": (lambda: MAGIC, RecordingCorrupt, "cut off or damaged"),
    "text": (lambda: b"hello world\n" * 100, UnsupportedFormat, "is not a recording"),
    "zip": (lambda: b"PK\x03\x04" + bytes(100), UnsupportedFormat, "is not a recording"),
    "next MCAP": (lambda: b"\x89MCAP1\r\n" + bytes(99), UnsupportedFormat, "another version"),
    "foreign MCAP": (
        lambda: foreign(CompressionType.ZSTD),
        UnsupportedFormat,
        "no recording of this program",
    ),
    "foreign MCAP in lz4": (
        lambda: foreign(CompressionType.LZ4),
        UnsupportedFormat,
        "no recording of this program",
    ),
    "foreign MCAP without chunks": (
        lambda: foreign(CompressionType.NONE, chunked=False),
        UnsupportedFormat,
        "no recording of this program",
    ),
    "zeros": (lambda: MAGIC + bytes(4096), RecordingCorrupt, "damaged"),
    "huge record": (
        lambda: MAGIC + HEAD + struct.pack("<BQ", CHUNK, 2**63) + bytes(99),
        RecordingCorrupt,
        "damaged",
    ),
    "huge data in a small record": (
        lambda: MAGIC + HEAD + chunk(b"", 0, 0)[:-8] + struct.pack("<Q", 2**60),
        RecordingCorrupt,
        "damaged",
    ),
    "huge name in a small record": (
        lambda: (
            MAGIC
            + HEAD
            + struct.pack("<BQ", CHUNK, 40)
            + struct.pack("<QQQII", 0, 0, 9, 9, 2**32 - 1)
            + bytes(8)
        ),
        RecordingCorrupt,
        "damaged",
    ),
    "unknown compression": (
        lambda: MAGIC + HEAD + chunk(b"x", 1, zlib.crc32(b"x"), b"\xff\xfe"),
        RecordingCorrupt,
        "damaged",
    ),
    "no zstd": (lambda: MAGIC + HEAD + chunk(b"junk", 4, 0), RecordingCorrupt, "damaged"),
    "bomb": (bomb, RecordingCorrupt, "damaged"),
    "lying bomb": (lying_bomb, RecordingCorrupt, "damaged"),
    "silent bomb": (silent_bomb, RecordingCorrupt, "damaged"),
    "huge but true claim": (
        lambda: MAGIC + HEAD + chunk(bytes(10 * MAX_CHUNK_BYTES), 10 * MAX_CHUNK_BYTES, 0, b""),
        RecordingCorrupt,
        "damaged",
    ),
    "newer format": (
        lambda: with_header(b'{"format_version":2,"all":"new"}'),
        UnsupportedFormat,
        "format version 2, this program knows 1",
    ),
    "format 0": (
        lambda: with_header(b'{"format_version":0}'),
        UnsupportedFormat,
        "never existed",
    ),
    "no version": (lambda: with_header(b"{}"), RecordingCorrupt, "can't be understood"),
    "half a header": (
        lambda: with_header(b'{"format_version":1}'),
        RecordingCorrupt,
        "can't be understood",
    ),
    "deep header": (
        lambda: with_header(b'{"format_version":1,"x":' + b"[" * 500_000),
        RecordingCorrupt,
        "can't be understood",
    ),
    "binary header": (lambda: with_header(b"\xff\xfe"), RecordingCorrupt, "can't be understood"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_files_that_are_no_recording_are_refused_plainly(tmp_path: Path, case: str) -> None:
    make, kind, said = HOSTILE[case]
    path = tmp_path / "a.mcap"
    path.write_bytes(make())
    tracemalloc.start()
    with pytest.raises(kind, match=said) as caught:
        open_recording(path)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert type(caught.value) is kind
    assert caught.value.sentence.endswith(".")
    assert caught.value.next_step.endswith(".")
    assert peak_bytes < 64 * 1024 * 1024


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


def put(path: Path, at: int, value: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(at)
        stream.write(bytes([value]))


def spoil(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(data)
