"""Files made to hurt whoever reads them: refused plainly, soon, and in little memory."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from mcap.writer import CompressionType, Writer

from sensorapp.model.errors import RecordingCorrupt, RecordingError, UnsupportedFormat
from sensorapp.store.mcap_builder import McapBuilder
from sensorapp.store.mcap_chunk import MAX_CHUNK_BYTES
from sensorapp.store.recording_reader import open_recording

CHUNK = 0x06
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
        lambda: with_header(b'{"format_version":4,"all":"new"}'),
        UnsupportedFormat,
        "format version 4, this program knows up to 3",
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


@pytest.mark.parametrize(
    "block",
    [
        chunk(zstandard.compress(bytes(MAX_CHUNK_BYTES)), MAX_CHUNK_BYTES, 1),
        chunk(bytes(4), MAX_CHUNK_BYTES, 1, b""),
        b"\x06"
        + struct.pack("<QQQQII", 7_000_040, 0, 0, 7_000_000, 1, 0)
        + struct.pack("<Q", 7_000_000),
        b"\x06" + struct.pack("<Q", 40),
        b"\x0f" + struct.pack("<Q", 4) + bytes(4),
        b"\x07" + struct.pack("<Q", 0),
        b"\x06",
    ],
    ids=["bombs", "short", "overlapping", "starts", "ends", "small records", "opcodes"],
)
@pytest.mark.parametrize("framed", [True, False])
def test_a_file_full_of_traps_is_left_soon(tmp_path: Path, block: bytes, framed: bool) -> None:
    path = tmp_path / "a.mcap"
    lead = HEAD if framed else b"\x00"
    path.write_bytes(MAGIC + lead + block * (2_000_000 // len(block)))
    began = time.process_time()
    with pytest.raises(RecordingError):
        open_recording(path)
    assert time.process_time() - began < 2.0
