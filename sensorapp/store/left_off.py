"""Streams that earlier sessions left open, kept by driver and sensor name.

One small JSON file in the data folder (see `small_file`). One that is missing or damaged costs at
most what a sensor still held: the next session starts its stream anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sensorapp.model.stream import StreamPosition
from sensorapp.store.small_file import read_small_file, replace_small_file

FILE_NAME = "left_off.json"
VERSION = 1
_MOST_STREAMS = 64


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    streams: tuple[StreamPosition, ...]


def load_left_off(folder: Path) -> tuple[StreamPosition, ...]:
    """What is kept in the data folder; nothing if there is no readable file of this version."""
    try:
        kept = msgspec.json.decode(read_small_file(folder / FILE_NAME), type=_Kept)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()
    return kept.streams if kept.version == VERSION else ()


def save_left_off(folder: Path, streams: Iterable[StreamPosition]) -> None:
    """Replace what is kept, by the newest 64. Raises `SensorAppError` or OSError."""
    newest = tuple(streams)[-_MOST_STREAMS:]
    replace_small_file(folder / FILE_NAME, msgspec.json.encode(_Kept(VERSION, newest)))
