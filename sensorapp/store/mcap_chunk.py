"""Takes the chunks of an MCAP file apart, with every claim in them checked first.

A chunk's bytes count only once their CRC fits, and nothing is unpacked beyond what the chunk
itself says and the cap allows. Format: mcap.dev/spec, version 0.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from enum import Enum, auto

import zstandard

from sensorapp.model.record import moment

MAX_CHUNK_BYTES = 8 * 1024 * 1024
"""Largest chunk, packed or not: our own have a quarter of a MiB, other tools make 4 MiB."""

CHUNK_PREFIX_BYTES = 40
"""Fields of a chunk record beside its compression's name and its data."""

_HEAD = struct.Struct("<BQ")
_CHUNK_HEAD = struct.Struct("<QQQII")
_LENGTH = struct.Struct("<Q")
_MESSAGE_HEAD = struct.Struct("<HIQQ")
_CHANNEL, _MESSAGE = 0x04, 0x05


class Mark(Enum):
    """What was met besides whole chunks."""

    DAMAGED_CHUNK = auto()
    """A chunk was left out; the walk goes on."""
    PACKED = auto()
    """A chunk was left out because it is packed with lz4, as other programs do."""
    SKIPPED = auto()
    """Bytes between records made no sense; the walk went on at the next whole chunk."""
    CUT = auto()
    """The file ends without its end mark; nothing follows."""
    LOST = auto()
    """The end mark is there, but the bytes before it make no sense; nothing follows."""
    CHECKSUM = auto()
    """The end was reached, but the sum over all bytes does not fit."""
    TAIL = auto()
    """All data are there, the summary behind them is not, or is damaged."""


@moment
class StoredMessage:
    """A message with its channel's topic and encoding.

    Both are empty if the channel was defined in chunks that were lost.
    """

    topic: str
    encoding: str
    sequence: int
    log_time: int
    data: bytes


class ChunkReader:
    """Takes chunks apart; remembers channels from one to the next, as the format asks."""

    def __init__(self) -> None:
        self._channels: dict[int, tuple[str, str]] = {}

    def messages(self, chunk: bytes) -> Iterator[StoredMessage | Mark]:
        """Messages of a chunk in order; one mark at the end if its records make no sense."""
        for part in self._numbered(chunk):
            if isinstance(part, Mark):
                yield part
            else:
                number, sequence, log_time, data = part
                channel = self._channels.get(number, ("", ""))
                yield StoredMessage(*channel, sequence, log_time, data)

    def numbers(self, chunk: bytes) -> Counter[int]:
        """How many messages of each channel a chunk holds, by the channel's number."""
        return Counter(part[0] for part in self._numbered(chunk) if not isinstance(part, Mark))

    def channels(self, chunk: bytes) -> dict[int, tuple[str, str]]:
        """Topic and encoding of every channel so far, those of this chunk included."""
        for _ in self._numbered(chunk):
            pass
        return self._channels

    def _numbered(self, chunk: bytes) -> Iterator[tuple[int, int, int, bytes] | Mark]:
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
                yield number, sequence, log_time, chunk[at + _MESSAGE_HEAD.size : at + length]
            at += length

    def _define(self, body: bytes) -> None:
        try:
            (number,) = struct.unpack_from("<H", body)
            topic, at = _text(body, 4)
            encoding, _ = _text(body, at)
        except (struct.error, UnicodeDecodeError):
            return
        self._channels[number] = (topic, encoding)


def is_framed(start: bytes, length: int) -> bool:
    """Whether the lengths in a chunk record agree: its own, its data's and its name's.

    `start` is the record's body or the first 64 bytes of it. A damaged length does not agree.
    """
    try:
        name_length = _CHUNK_HEAD.unpack_from(start)[4]
        (data_length,) = _LENGTH.unpack_from(start, _CHUNK_HEAD.size + name_length)
    except struct.error:
        return False
    return bool(length == CHUNK_PREFIX_BYTES + name_length + data_length)


def unpacked_bytes(body: bytes) -> int:
    """How long a framed chunk says that its contents are."""
    size: int = _CHUNK_HEAD.unpack_from(body)[2]
    return size


def unpacked(body: bytes) -> bytes | Mark:
    """Contents of a framed chunk, a mark if any of its claims does not hold."""
    _, _, size, crc, name_length = _CHUNK_HEAD.unpack_from(body)
    at = _CHUNK_HEAD.size + name_length
    name = body[_CHUNK_HEAD.size : at]
    packed = memoryview(body)[at + _LENGTH.size :]
    if size > MAX_CHUNK_BYTES:
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
    """What a zstd frame holds, None unless it says itself that this is `size` bytes."""
    try:
        frame = zstandard.get_frame_parameters(packed)
        if frame.content_size != size or frame.window_size > MAX_CHUNK_BYTES:
            return None
        return zstandard.ZstdDecompressor().decompress(
            packed, max_output_size=size, allow_extra_data=False
        )
    except zstandard.ZstdError:
        return None


def _text(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + length
    if end > len(body):
        raise struct.error("text beyond the end of its record")
    return body[at + 4 : end].decode("utf-8"), end
