"""What a virtual sensor took, kept by itself: what recordings of it are held against in proofs."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from firmware_protocol.peripheral import Peripheral

_RECORD = struct.Struct("<IBI12s")

Taken = tuple[int, int, int, bytes]
"""Boot id, epoch, index, and the sample: gyroscope xyz then accelerometer xyz, int16."""


class SendLog:
    """Appends a record for each sample; what it holds is on its way to the disk at once."""

    def __init__(self, path: Path, boot_id: int = 0) -> None:
        self.boot_id = boot_id
        self._stream = path.open("ab", buffering=0)

    def add(self, peripheral: Peripheral, row: bytes) -> None:
        """The peripheral has just taken this sample."""
        index = peripheral.next_index - 1
        self._stream.write(_RECORD.pack(self.boot_id, peripheral.epoch, index, row))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()


def read_send_log(path: Path) -> Iterator[Taken]:
    """All whole records of a log, in order."""
    data = path.read_bytes()
    whole = len(data) - len(data) % _RECORD.size
    yield from _RECORD.iter_unpack(data[:whole])
