"""Recordings that were never closed (a crash, a power cut): found, and closed in place.

A file is only touched if it is whole up to where it breaks off. What follows its last whole chunk
is cut (a piece of a chunk, or the zeros that a power cut leaves of one), and end mark and index are
written as the program would have. Whenever that is interrupted
the file is unfinished again, and no whole chunk is lost. A file that is damaged before its end is
left as it is: `recover` copies what is whole of it.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mcap.opcode import Opcode

from sensorapp.model.errors import RecordingError
from sensorapp.store.mcap_builder import MAGIC, McapBuilder
from sensorapp.store.mcap_chunk import MAX_CHUNK_BYTES, Mark, is_framed, unpacked
from sensorapp.store.mcap_walk import walk
from sensorapp.store.paths import RECORDING_SUFFIX
from sensorapp.store.private_file import make_durable, plain_reason, shown_name
from sensorapp.store.recording_reader import open_recording

_HEAD = struct.Struct("<BQ")
_DATA_END = _HEAD.pack(Opcode.DATA_END, 4)
_LARGEST_RECORD = MAX_CHUNK_BYTES + 1024

_MOST_CUT_BYTES = 1 << 20
"""More than a flood of packets fills in the second between two syncs: beyond it this is damage."""


_BROKEN_OFF = (Mark.CUT, Mark.TAIL, Mark.DAMAGED_CHUNK)


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing did; `cut_bytes` were behind the last whole chunk."""

    inputs: int
    cut_bytes: int


def unfinished_recordings(folder: Path) -> list[Path]:
    """The plain files of a folder that begin like a recording and don't end like one, by name."""
    return [path for path in sorted(folder.glob(f"*{RECORDING_SUFFIX}")) if _is_unfinished(path)]


def close_unfinished(path: Path) -> Closed | None:
    """Close an unfinished recording in place; None for one that is damaged before its end.

    Raises RecordingError if the disk refuses, UnsupportedFormat if it is no recording of this
    version, RecordingCorrupt if nothing was recorded yet.
    """
    open_recording(path)
    try:
        with path.open("r+b") as stream:
            builder = McapBuilder(b"", "")
            end = _take_over(stream, builder)
            size = stream.seek(0, os.SEEK_END)
            if end < size and not _breaks_off(stream, builder.chunks, end):
                return None
            stream.truncate(end)
            stream.seek(end)
            stream.write(builder.closing())
            stream.flush()
            make_durable(stream.fileno())
    except OSError as error:
        raise RecordingError(
            f"{shown_name(path)} can't be closed: {plain_reason(error)}.",
            "It can be replayed as it is; it is closed once the disk allows it.",
        ) from error
    return Closed(builder.inputs, size - end)


def _is_unfinished(path: Path) -> bool:
    try:
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as stream:
            start = stream.read(len(MAGIC))
            stream.seek(-min(len(MAGIC), stream.seek(0, os.SEEK_END)), os.SEEK_END)
            return start == MAGIC and stream.read() != MAGIC
    except OSError:
        return False


def _take_over(stream: BinaryIO, builder: McapBuilder) -> int:
    """Tell the builder of all whole records from the start on; where the last of them ends."""
    stream.seek(0)
    builder.take_over(stream.read(len(MAGIC)))
    end = len(MAGIC)
    for record in _records(stream):
        opcode, body = record[0], record[_HEAD.size :]
        if opcode == Opcode.CHUNK:
            plain = unpacked(body) if is_framed(body, len(body)) else Mark.DAMAGED_CHUNK
            if isinstance(plain, Mark):
                break
            builder.take_over_chunk(record, plain)
        elif opcode == Opcode.HEADER and end == len(MAGIC):
            builder.take_over(record)
        else:
            break  # the end mark of a closing that was interrupted, or damage
        end += len(record)
    return end


def _records(stream: BinaryIO) -> Iterator[bytes]:
    while True:
        head = stream.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return
        length = _HEAD.unpack(head)[1]
        if length > _LARGEST_RECORD:
            return
        body = stream.read(length)
        if len(body) < length:
            return
        yield head + body


def _breaks_off(stream: BinaryIO, chunks: int, end: int) -> bool:
    """Whether nothing that can be read follows the first whole chunks, which end at `end`."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(end)
    closing = stream.read(len(_DATA_END)) == _DATA_END
    if not closing and size - end > _MOST_CUT_BYTES:
        return False
    stream.seek(0)
    parts = list(_kinds(stream))
    return parts.count(None) == chunks and set(parts) <= {None, *_BROKEN_OFF}


def _kinds(stream: BinaryIO) -> Iterator[Mark | None]:
    """What the walk meets, None for a whole chunk."""
    for part in walk(stream):
        yield part if isinstance(part, Mark) else None
