"""Reads recordings, whole, cut or damaged, without ever passing on a damaged input.

Not a repair tool: the file is never written to. It is read as a stream, a chunk at a time.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sensorapp.model.errors import RecordingCorrupt, RecordingError, UnsupportedFormat
from sensorapp.model.inputs import Input
from sensorapp.model.recording import RecordingHeader
from sensorapp.store.codec import decode_input, parse_topic
from sensorapp.store.header import HEADER_TOPIC, decode_header
from sensorapp.store.losses import Account, Losses
from sensorapp.store.mcap_builder import MAGIC
from sensorapp.store.mcap_chunk import ChunkReader, Mark, StoredMessage
from sensorapp.store.mcap_walk import walk
from sensorapp.store.private_file import plain_reason, shown_name


class Recording:
    """An open recording; each iteration reads the file anew from its start.

    `notice`, `account` and `skipped` speak of the last iteration, once it has come to its end.
    """

    def __init__(self, path: Path, header: RecordingHeader) -> None:
        self._path = path
        self._header = header
        self._notice: str | None = None
        self._account: Account | None = None
        self._skipped = 0

    @property
    def header(self) -> RecordingHeader:
        """Version, start, source and settings."""
        return self._header

    @property
    def notice(self) -> str | None:
        """One plain sentence if the file was cut or damaged: what is missing; else None."""
        return self._notice

    @property
    def account(self) -> Account | None:
        """What was read and what is missing, None before an iteration's end."""
        return self._account

    @property
    def skipped(self) -> int:
        """Inputs of kinds that this version doesn't know, left out."""
        return self._skipped

    def __iter__(self) -> Iterator[Input]:
        """Every input that is whole, in the order in which they happened.

        Raises RecordingError if the disk fails underneath.
        """
        self._skipped = 0
        for message in self.messages():
            item = decoded(message)
            if item is None:
                self._skipped += 1
            else:
                yield item

    def messages(self) -> Iterator[StoredMessage]:
        """The same inputs as they are stored, those of unknown kinds included."""
        self._notice, self._account = None, None
        losses = Losses()
        try:
            with _opened(self._path) as stream:
                for message in _messages(stream):
                    if isinstance(message, Mark):
                        losses.mark(message)
                    elif message.topic != HEADER_TOPIC and losses.is_next(message):
                        yield message
        except OSError as error:
            raise _unreadable(self._path, error) from error
        self._notice = losses.notice(shown_name(self._path))
        self._account = losses.account()


def open_recording(path: Path) -> Recording:
    """The recording at `path`, its header read and checked.

    Raises RecordingError if the file can't be read, UnsupportedFormat if it is no recording or
    a newer one, RecordingCorrupt if nothing of use is left in it.
    """
    marks: set[Mark] = set()
    try:
        with _opened(path) as stream:
            for message in _messages(stream):
                if isinstance(message, Mark):
                    marks.add(message)
                elif message.topic == HEADER_TOPIC:
                    return Recording(path, decode_header(message.data))
    except OSError as error:
        raise _unreadable(path, error) from error
    if marks - {Mark.PACKED, Mark.TAIL}:
        raise RecordingCorrupt(
            f"{shown_name(path)} is cut off or damaged before anything could be read.",
            "Take another copy of the file if there is one.",
        )
    raise UnsupportedFormat(
        f"{shown_name(path)} is an MCAP file but no recording of this program.",
        "Choose a file that sensorapp recorded.",
    )


def _opened(path: Path) -> BinaryIO:
    """The file, standing at its start, after the checks that need no walk."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise RecordingError(
            f"There is no recording {shown_name(path)}.", "Check the name and the folder."
        ) from None
    except ValueError:  # a NUL in the name
        raise RecordingError(
            f"{shown_name(path)} can't be the name of a file.", "Check the name."
        ) from None
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "no plain file"
        raise RecordingError(
            f"{shown_name(path)} is {what}, not a recording.", "Choose a file that ends in .mcap."
        )
    stream = path.open("rb")
    try:
        _check_magic(path, stream.read(len(MAGIC)))
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return stream


def _check_magic(path: Path, start: bytes) -> None:
    name = shown_name(path)
    if not start:
        raise RecordingCorrupt(f"{name} is empty.", "Choose another recording.")
    if start == MAGIC or _is_one_bit_off(start):
        return
    if MAGIC.startswith(start):
        raise RecordingCorrupt(
            f"{name} is cut off before anything could be read.",
            "Take another copy of the file if there is one.",
        )
    if start[:5] == MAGIC[:5] and start[6:] == MAGIC[6:]:
        raise UnsupportedFormat(
            f"{name} is an MCAP file of another version than this program knows.",
            "Update the program and open the file again.",
        )
    raise UnsupportedFormat(f"{name} is not a recording.", "Choose a file that sensorapp recorded.")


def _is_one_bit_off(start: bytes) -> bool:
    """Whether this is the magic with one bit flipped, and no other version's."""
    if len(start) != len(MAGIC) or (start[5:6].isdigit() and start[5:6] != MAGIC[5:6]):
        return False
    return (int.from_bytes(start) ^ int.from_bytes(MAGIC)).bit_count() == 1


def _messages(stream: BinaryIO) -> Iterator[StoredMessage | Mark]:
    chunks = ChunkReader()
    for part in walk(stream):
        if isinstance(part, Mark):
            yield part
        else:
            yield from chunks.messages(part)


def decoded(message: StoredMessage) -> Input | None:
    """The input in a message, None for a kind that this version doesn't know."""
    key = parse_topic(message.topic)
    if key is None or key.encoding != message.encoding:
        return None
    return decode_input(key, message.log_time, message.data)


def _unreadable(path: Path, error: OSError) -> RecordingError:
    return RecordingError(
        f"{shown_name(path)} can't be read: {plain_reason(error)}.",
        "Check the disk and who may read the file.",
    )
