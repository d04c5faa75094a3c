"""Walks the records of an MCAP file that may be cut, damaged or hostile.

Nothing is believed before it was checked: every claimed length is held against what is left
of the file and against a cap before memory is taken, and a chunk's bytes count only once their
CRC fits. Damage inside a chunk costs that chunk; after damage to the framing between records
nothing more is read. Format: mcap.dev/spec, version 0.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import BinaryIO

import zstandard

from sensorapp.store.mcap_builder import MAGIC

MAX_CHUNK_BYTES = 8 * 1024 * 1024
"""Largest chunk, packed or not: our own have a quarter of a MiB, other tools make 4 MiB."""

_HEAD = struct.Struct("<BQ")
_CHUNK_HEAD = struct.Struct("<QQQII")
_MESSAGE_HEAD = struct.Struct("<HIQQ")
_CHUNK_OVERHEAD_BYTES = 1024
_PIECE_BYTES = 64 * 1024
_CHANNEL, _MESSAGE, _CHUNK, _DATA_END, _FOOTER = 0x04, 0x05, 0x06, 0x0F, 0x02


class Mark(Enum):
    """What the walk met besides whole chunks."""

    DAMAGED_CHUNK = auto()
    """A chunk was left out; the walk goes on."""
    PACKED = auto()
    """A chunk was left out because it is packed with lz4, as other programs do."""
    CUT = auto()
    """The file ends inside a record or without its end mark; nothing follows."""
    LOST = auto()
    """The bytes between chunks make no sense; nothing that follows can be read."""
    CHECKSUM = auto()
    """The end was reached, but the sum over all bytes does not fit."""
    TAIL = auto()
    """All data are there, the summary behind them is not."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message with its channel's topic and encoding."""

    topic: str
    encoding: str
    sequence: int
    log_time: int
    data: bytes


def walk(stream: BinaryIO) -> Iterator[bytes | Mark]:
    """Plain contents of the chunks of an open file, in order, and marks; OSError passes through.

    The stream stands at the start of the file, its magic already checked by the caller.
    """
    size = os.fstat(stream.fileno()).st_size
    crc = zlib.crc32(stream.read(len(MAGIC)))
    left = size - len(MAGIC)
    while left > 0:
        head = stream.read(_HEAD.size)
        left -= _HEAD.size
        if len(head) < _HEAD.size:
            break
        opcode, length = _HEAD.unpack(head)
        if opcode == _DATA_END:
            yield from _end(stream, length, crc)
            return
        if opcode in (0, _FOOTER) or length > max(left, 0):
            yield Mark.LOST if opcode in (0, _FOOTER) or length > MAX_CHUNK_BYTES else Mark.CUT
            return
        left -= length
        crc = zlib.crc32(head, crc)
        if opcode == _CHUNK and length <= MAX_CHUNK_BYTES + _CHUNK_OVERHEAD_BYTES:
            body = stream.read(length)
            crc = zlib.crc32(body, crc)
            yield _unpacked(body)
        else:
            crc = _passed_over(stream, length, crc)
            if opcode == _CHUNK:
                yield Mark.DAMAGED_CHUNK
    yield Mark.CUT


class ChunkReader:
    """Takes chunks apart; remembers channels from one to the next, as the format asks."""

    def __init__(self) -> None:
        self._channels: dict[int, tuple[str, str]] = {}

    def messages(self, chunk: bytes) -> Iterator[StoredMessage | Mark]:
        """Messages of a chunk in order; one mark at the end if its records make no sense.

        Messages of a channel that was defined in a lost chunk are left out.
        """
        at = 0
        while at < len(chunk):
            if len(chunk) - at < _HEAD.size:
                yield Mark.DAMAGED_CHUNK
                return
            opcode, length = _HEAD.unpack_from(chunk, at)
            at += _HEAD.size
            if length > len(chunk) - at:
                yield Mark.DAMAGED_CHUNK
                return
            if opcode == _CHANNEL:
                self._define(chunk[at : at + length])
            elif opcode == _MESSAGE and length >= _MESSAGE_HEAD.size:
                number, sequence, log_time, _ = _MESSAGE_HEAD.unpack_from(chunk, at)
                channel = self._channels.get(number)
                if channel is not None:
                    data = chunk[at + _MESSAGE_HEAD.size : at + length]
                    yield StoredMessage(*channel, sequence, log_time, data)
            at += length

    def _define(self, body: bytes) -> None:
        try:
            (number,) = struct.unpack_from("<H", body)
            topic, at = _text(body, 4)
            encoding, _ = _text(body, at)
        except (struct.error, UnicodeDecodeError):
            return
        self._channels[number] = (topic, encoding)


def _unpacked(body: bytes) -> bytes | Mark:
    """Contents of a chunk record, a mark if any of its claims does not hold."""
    try:
        _, _, size, crc, name_length = _CHUNK_HEAD.unpack_from(body)
        at = _CHUNK_HEAD.size + name_length
        name = body[_CHUNK_HEAD.size : at]
        (length,) = struct.unpack_from("<Q", body, at)
    except struct.error:
        return Mark.DAMAGED_CHUNK
    packed = memoryview(body)[at + 8 :]
    if length != len(packed) or size > MAX_CHUNK_BYTES:
        return Mark.DAMAGED_CHUNK
    if name == b"zstd":
        plain = _decompressed(packed, size)
    elif name == b"":
        plain = bytes(packed)
    else:
        return Mark.PACKED if name == b"lz4" else Mark.DAMAGED_CHUNK
    if plain is None or len(plain) != size or zlib.crc32(plain) != crc:
        return Mark.DAMAGED_CHUNK
    return plain


def _decompressed(packed: memoryview, size: int) -> bytes | None:
    """What a zstd frame holds, None unless it says itself that this is `size` bytes or less."""
    try:
        frame = zstandard.get_frame_parameters(packed)
        if frame.content_size != size or frame.window_size > MAX_CHUNK_BYTES:
            return None
        return zstandard.ZstdDecompressor().decompress(
            packed, max_output_size=size, allow_extra_data=False
        )
    except zstandard.ZstdError:
        return None


def _end(stream: BinaryIO, length: int, crc: int) -> Iterator[Mark]:
    body = stream.read(length) if length == 4 else b""
    if len(body) < 4:
        yield Mark.LOST if length != 4 else Mark.CUT
        return
    (stated,) = struct.unpack("<I", body)
    if stated not in (0, crc):
        yield Mark.CHECKSUM
    position = stream.tell()
    tail = b""
    while piece := stream.read(_PIECE_BYTES):
        tail = (tail + piece)[-len(MAGIC) :]
    if tail != MAGIC or stream.tell() - position < len(MAGIC):
        yield Mark.TAIL


def _passed_over(stream: BinaryIO, length: int, crc: int) -> int:
    while length > 0:
        piece = stream.read(min(length, _PIECE_BYTES))
        if not piece:
            break
        crc = zlib.crc32(piece, crc)
        length -= len(piece)
    return crc


def _text(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + length
    if end > len(body):
        raise struct.error("text beyond the end of its record")
    return body[at + 4 : end].decode("utf-8"), end
