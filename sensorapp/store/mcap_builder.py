"""The bytes of a recording as an MCAP file, piece by piece; no file is touched here.

Every chunk carries a CRC and stands on zstd alone. The header and all channel definitions are
in the first two chunks and in every 60th, and a new channel is defined in two chunks running, so
that no single damaged chunk makes others unreadable.
Format: mcap.dev/spec, version 0.
"""

from __future__ import annotations

import zlib
from array import array
from collections import Counter
from dataclasses import dataclass
from io import BytesIO

import zstandard
from mcap.data_stream import ReadDataStream, RecordBuilder
from mcap.opcode import Opcode
from mcap.records import (
    Channel,
    Chunk,
    ChunkIndex,
    DataEnd,
    Footer,
    Header,
    McapRecord,
    Message,
    Statistics,
    SummaryOffset,
)

from sensorapp.store.header import HEADER_ENCODING, HEADER_TOPIC
from sensorapp.store.mcap_chunk import ChunkReader

MAGIC = b"\x89MCAP0\r\n"
PROFILE = "sensorapp"
RESTART_CHUNKS = 60
"""Chunks from one repetition of header and channels to the next: a minute, 0.2 % of the file."""

_MAX_CHANNELS = 0xFFFF
_ZSTD_LEVEL = 3
_INDEX_FIELDS = 6
_RECORD_HEAD_BYTES = 9


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """Topic and message encoding of a channel."""

    topic: str
    encoding: str


class McapBuilder:
    """Collects messages and gives the file's bytes in the order they belong on disk.

    `opening()` first, then any number of `add()` and `take_chunk()`, at last `closing()`.
    """

    def __init__(self, header: bytes, library: str) -> None:
        self._header = header
        self._library = library
        self._channels: dict[ChannelSpec, Channel] = {}
        self._defined_once: list[Channel] = []
        self._records = RecordBuilder()
        self._messages = 0
        self._start_ns = self._end_ns = 0
        self._chunks = 0
        self._offset = 0
        self._crc = 0
        self._compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL)
        self._index = array("Q")
        self._counts: Counter[int] = Counter()
        self._taken_over = ChunkReader()

    @property
    def open_bytes(self) -> int:
        """Uncompressed size of the chunk in progress."""
        return self._records.count

    def opening(self) -> bytes:
        """Magic and MCAP header: the first bytes of the file."""
        return self._emit(MAGIC + _packed(Header(PROFILE, self._library)))

    def add(self, spec: ChannelSpec, log_time: int, sequence: int, data: bytes) -> None:
        """Add a message to the chunk in progress; ValueError beyond 65535 channels."""
        if self._messages == 0:
            self._begin_chunk(log_time)
        self._put(self._channel(spec), log_time, sequence, data)

    def take_chunk(self) -> bytes:
        """The chunk in progress, finished; empty if no message came since the last one.

        The first chunk is never empty: it holds the header at least.
        """
        if self._messages == 0:
            if self._chunks:
                return b""
            self._begin_chunk(0)
        plain = _taken(self._records)
        packed = self._compressor.compress(plain)
        record = _packed(
            Chunk(
                compression="zstd",
                data=packed,
                message_start_time=self._start_ns,
                message_end_time=self._end_ns,
                uncompressed_crc=zlib.crc32(plain),
                uncompressed_size=len(plain),
            )
        )
        self._index.extend(
            (self._start_ns, self._end_ns, self._offset, len(record), len(packed), len(plain))
        )
        self._chunks += 1
        self._messages = 0
        return self._emit(record)

    def closing(self) -> bytes:
        """End of data and summary; the file is whole with them."""
        end = self._emit(_packed(DataEnd(self._crc)))
        start = self._offset
        groups: list[tuple[int, list[McapRecord]]] = [
            (Opcode.CHANNEL, list(self._channels.values())),
            (Opcode.STATISTICS, [self._statistics()]),
            (Opcode.CHUNK_INDEX, list(self._chunk_indexes())),
        ]
        summary, offsets = b"", b""
        for opcode, records in groups:
            group = b"".join(map(_packed, records))
            offsets += _packed(SummaryOffset(opcode, start + len(summary), len(group)))
            summary += group
        offset_start = start + len(summary)
        # The CRC covers the footer's first fields too: all of its record but the last 4 bytes.
        footer = _packed(Footer(start, offset_start, 0))[:-4]
        crc = zlib.crc32(summary + offsets + footer)
        return end + summary + offsets + footer + crc.to_bytes(4, "little") + MAGIC

    def take_over(self, data: bytes) -> None:
        """Count bytes before the first chunk that are in the file already."""
        self._emit(data)

    def take_over_chunk(self, record: bytes, plain: bytes) -> None:
        """Count a whole chunk that is in the file already, so that `closing` fits it.

        `record` is the chunk's record, `plain` what is in it unpacked.
        """
        chunk = Chunk.read(ReadDataStream(BytesIO(record[_RECORD_HEAD_BYTES:])))
        for number, (topic, encoding) in self._taken_over.channels(plain).items():
            self._channels.setdefault(
                ChannelSpec(topic, encoding), Channel(number, topic, encoding, {}, 0)
            )
        self._counts.update(self._taken_over.numbers(plain))
        span_ns = chunk.message_start_time, chunk.message_end_time
        self._index.extend((*span_ns, self._offset, len(record), len(chunk.data), len(plain)))
        self._chunks += 1
        self._emit(record)

    @property
    def chunks(self) -> int:
        """Chunks so far."""
        return self._chunks

    @property
    def inputs(self) -> int:
        """Messages so far, headers left out."""
        header = self._channels.get(ChannelSpec(HEADER_TOPIC, HEADER_ENCODING))
        return self._counts.total() - (0 if header is None else self._counts[header.id])

    def _begin_chunk(self, log_time: int) -> None:
        self._start_ns = self._end_ns = log_time
        restart = self._chunks == 1 or self._chunks % RESTART_CHUNKS == 0
        for channel in self._channels.values() if restart else self._defined_once:
            channel.write(self._records)
        self._defined_once.clear()
        if restart:
            spec = ChannelSpec(HEADER_TOPIC, HEADER_ENCODING)
            self._put(self._channel(spec), log_time, 0, self._header)

    def _put(self, channel: Channel, log_time: int, sequence: int, data: bytes) -> None:
        message = Message(channel.id, log_time, data, log_time, sequence)
        message.write(self._records)
        self._messages += 1
        self._counts[channel.id] += 1
        self._start_ns = min(self._start_ns, log_time)
        self._end_ns = max(self._end_ns, log_time)

    def _channel(self, spec: ChannelSpec) -> Channel:
        channel = self._channels.get(spec)
        if channel is None:
            number = len(self._channels) + 1
            if number > _MAX_CHANNELS:
                raise ValueError("a recording has room for 65535 channels")
            channel = Channel(number, spec.topic, spec.encoding, {}, 0)
            self._channels[spec] = channel
            self._defined_once.append(channel)
            channel.write(self._records)
        return channel

    def _emit(self, data: bytes) -> bytes:
        self._offset += len(data)
        self._crc = zlib.crc32(data, self._crc)
        return data

    def _statistics(self) -> Statistics:
        starts, ends = self._index[0::_INDEX_FIELDS], self._index[1::_INDEX_FIELDS]
        return Statistics(
            attachment_count=0,
            channel_count=len(self._channels),
            channel_message_counts=dict(self._counts),
            chunk_count=self._chunks,
            message_count=self._counts.total(),
            message_end_time=max(ends, default=0),
            message_start_time=min(starts, default=0),
            metadata_count=0,
            schema_count=0,
        )

    def _chunk_indexes(self) -> list[ChunkIndex]:
        rows = [
            self._index[at : at + _INDEX_FIELDS] for at in range(0, len(self._index), _INDEX_FIELDS)
        ]
        return [
            ChunkIndex(
                message_start_time=start,
                message_end_time=end,
                chunk_start_offset=offset,
                chunk_length=length,
                message_index_offsets={},
                message_index_length=0,
                compression="zstd",
                compressed_size=packed,
                uncompressed_size=plain,
            )
            for start, end, offset, length, packed, plain in rows
        ]


def _packed(record: McapRecord) -> bytes:
    builder = RecordBuilder()
    record.write(builder)
    return _taken(builder)


def _taken(builder: RecordBuilder) -> bytes:
    taken: bytes = builder.end()  # type: ignore[no-untyped-call]  # mcap leaves its type out
    return taken
