"""Walks the records of an MCAP file that may be cut, damaged or hostile.

Nothing is believed before it was checked: every claimed length is held against what is left
of the file and against a cap before memory is taken. Damage costs what it hit: where the
lengths between records make no sense, the walk goes on at the next chunk whose lengths and
CRC hold. The work is bounded by the size of the file. Format: mcap.dev/spec, version 0.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from sensorapp.store.mcap_builder import MAGIC
from sensorapp.store.mcap_chunk import (
    MAX_CHUNK_BYTES,
    Mark,
    is_framed,
    unpacked,
    unpacked_bytes,
)

_HEAD = struct.Struct("<BQ")
_FOOTER_BODY = struct.Struct("<QQI")
_CHUNK_OVERHEAD_BYTES = 1024
_CHUNK_START_BYTES = 64
_WINDOW_BYTES = 64 * 1024
_CHUNK, _DATA_END, _FOOTER = 0x06, 0x0F, 0x02
_FOOTER_BYTES = _HEAD.size + _FOOTER_BODY.size
_END_BYTES = _FOOTER_BYTES + len(MAGIC)
_DATA_END_BYTES = _HEAD.size + 4

_LIKELY = re.compile(
    rb"\x06(?=.{3}\0{5}.{16}.{3}\0{5}.{4}(?:\x04\0{3}zstd|\0{4}).{3}\0{5})|\x0f(?=\x04\0{7}.{4})",
    re.DOTALL,
)
"""Starts of chunks and of Data End: all lengths in them have to be below 16 MiB."""
_LIKELY_BYTES = 53

_OTHERS_IN_A_ROW = 10_000
"""So many records that are no chunks and the walk looks for the next chunk instead."""

_WORK_BYTES = 64 * 1024 * 1024
_WORK_RATIO = 100
"""Bytes to look through and to unpack: 64 MiB, and 100 for each byte of the file.

Ours unpack to less than 20 times their size; a file of bombs ends the walk.
"""


def walk(stream: BinaryIO) -> Iterator[bytes | Mark]:
    """Plain contents of the whole chunks of an open file, in order, and marks.

    Begins at the start of the file, whose magic the caller has judged. OSError passes through.
    """
    return _Walk(stream).parts()


class _Walk:
    """One walk; `_sum` is the CRC of every byte so far, None once a byte was passed over."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._size = os.fstat(stream.fileno()).st_size
        self._work = _WORK_BYTES + _WORK_RATIO * self._size
        self._sum: int | None = 0
        self._others = 0
        self._summary_at = self._summary_start()

    def parts(self) -> Iterator[bytes | Mark]:
        """Chunks and marks."""
        start = self._read(0, len(MAGIC))
        self._add(start)
        if start != MAGIC:
            yield Mark.SKIPPED
        at = len(MAGIC)
        while at < self._size:
            opcode, length = self._head(at)
            if opcode == _DATA_END and length == 4:
                yield from self._end(at)
                return
            if opcode == _FOOTER and at == self._size - _END_BYTES:
                yield Mark.TAIL  # every record was there but the mark of the data's end
                return
            part, after = self._record(at, opcode, length)
            if part is not None:
                yield part
            if after is None:
                self._sum = None
                after = self._find(at + 1, self._size)
                if after is None:
                    break
                yield Mark.SKIPPED
            at = after
        yield Mark.LOST if self._read(self._size - len(MAGIC), len(MAGIC)) == MAGIC else Mark.CUT

    def _record(self, at: int, opcode: int, length: int) -> tuple[bytes | Mark | None, int | None]:
        """What a record gives and where the next one is, None if that can't be told."""
        after = at + _HEAD.size + length
        if opcode in (0, _DATA_END, _FOOTER) or after > self._size:
            return None, None
        if opcode == _CHUNK and length <= MAX_CHUNK_BYTES + _CHUNK_OVERHEAD_BYTES:
            body = self._read(at + _HEAD.size, length)
            if not is_framed(body, length):
                return None, None
            self._others = 0
            self._add(_HEAD.pack(opcode, length), body)
            part = self._unpacked(body)
            if isinstance(part, bytes):
                return part, after
            # One that lost bytes ends within the next one, where anything may look like a record.
            if self._find(at + 1, after) is not None or not self._sound(after):
                return part, None
            return part, after
        self._others += 1
        if self._others > _OTHERS_IN_A_ROW:
            return None, None
        swallowed = self._find(at + 1, after)
        if swallowed is not None or not self._sound(after):
            return None, None
        self._pass_over(at, after)
        # A chunk that is too large, or one whose opcode is damaged.
        start = self._read(at + _HEAD.size, _CHUNK_START_BYTES)
        is_chunk = opcode == _CHUNK or is_framed(start, length)
        return (Mark.DAMAGED_CHUNK if is_chunk else None), after

    def _unpacked(self, body: bytes) -> bytes | Mark:
        self._work -= len(body) + min(unpacked_bytes(body), MAX_CHUNK_BYTES)
        return unpacked(body) if self._work >= 0 else Mark.DAMAGED_CHUNK

    def _find(self, start: int, until: int) -> int | None:
        """Where the next whole chunk or the sound end of the data begins, before `until`."""
        at = start
        while at < until and self._work >= 0:
            window = self._read(at, min(_WINDOW_BYTES, until - at + _LIKELY_BYTES))
            for match in _LIKELY.finditer(window):
                place = at + match.start()
                if place >= until:
                    return None
                if self._is_whole(place):
                    return place
            at += _WINDOW_BYTES - _LIKELY_BYTES + 1
        return None

    def _is_whole(self, at: int) -> bool:
        opcode, length = self._head(at)
        if opcode == _DATA_END:
            return self._summary_at == at + _DATA_END_BYTES
        start = self._read(at + _HEAD.size, _CHUNK_START_BYTES)
        if at + _HEAD.size + length > self._size or not is_framed(start, length):
            return False
        return isinstance(self._unpacked(self._read(at + _HEAD.size, length)), bytes)

    def _sound(self, at: int) -> bool:
        """Whether what begins here may be a record."""
        if at == self._size:
            return True
        opcode, length = self._head(at)
        if opcode == _DATA_END:
            return length == 4
        if opcode == _FOOTER:
            return at == self._size - _END_BYTES
        return opcode != 0 and at + _HEAD.size + length <= self._size

    def _end(self, at: int) -> Iterator[Mark]:
        stated = self._read(at + _HEAD.size, 4)
        if len(stated) < 4:
            yield Mark.CUT
            return
        if self._sum is not None and stated not in (bytes(4), self._sum.to_bytes(4, "little")):
            yield Mark.CHECKSUM
        if self._summary_at != at + _DATA_END_BYTES or not self._summary_fits():
            yield Mark.TAIL

    def _summary_start(self) -> int | None:
        """Where the footer says that the summary begins, None without a footer."""
        at = self._size - _END_BYTES
        end = self._read(at, _END_BYTES)
        if end[: _HEAD.size] != _HEAD.pack(_FOOTER, _FOOTER_BODY.size) or not end.endswith(MAGIC):
            return None
        start: int = _FOOTER_BODY.unpack_from(end, _HEAD.size)[0]
        return start or at  # 0: there is no summary

    def _summary_fits(self) -> bool:
        """Whether the footer's CRC fits; 0 stands for none."""
        start, end = self._summary_at, self._size - len(MAGIC) - 4
        stated = self._read(end, 4)
        return stated == bytes(4) or (
            start is not None and self._crc(0, start, end) == int.from_bytes(stated, "little")
        )

    def _pass_over(self, at: int, after: int) -> None:
        if self._sum is not None:
            self._sum = self._crc(self._sum, at, after)

    def _crc(self, crc: int, at: int, until: int) -> int:
        while at < until:
            piece = self._read(at, min(_WINDOW_BYTES, until - at))
            if not piece:
                break
            crc = zlib.crc32(piece, crc)
            at += len(piece)
        return crc

    def _add(self, *pieces: bytes) -> None:
        for piece in pieces:
            if self._sum is not None:
                self._sum = zlib.crc32(piece, self._sum)

    def _head(self, at: int) -> tuple[int, int]:
        """Opcode and length of a record; (0, 0), which is none, where the file ends."""
        head = self._read(at, _HEAD.size)
        if len(head) < _HEAD.size:
            return 0, 0
        opcode, length = _HEAD.unpack(head)
        return opcode, length

    def _read(self, at: int, count: int) -> bytes:
        if at < 0:
            return b""
        self._stream.seek(at)
        return self._stream.read(count)
