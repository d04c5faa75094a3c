"""Chunks: the samples that lead to one frame of the 10 Hz grid.

Everything after the time base works on chunks. A chunk ends with the sample that makes a
frame, so its borders depend on sample times alone and no result can depend on how samples
were grouped into packets. Samples that are not finite are refused here, before any filter:
they count as missing, like samples that were lost on the way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensorapp.model.imu import BoolArray, FloatArray, ImuBlock, IntArray
from sensorapp.signal.grid import FrameGrid

_ROOM = 2048
"""Samples copied into one array: 20 s at 100 Hz, 130 kB."""


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """The samples up to and including the one that makes a frame, n >= 1.

    `index` (n,) int64 is the samples' own counter: a jump means missing samples; `t_ns`
    (n,), `accel_mps2` (n, 3), `gyro_rads` (n, 3; all NaN without a gyroscope), `clipped` (n,).
    """

    index: IntArray
    t_ns: IntArray
    accel_mps2: FloatArray
    gyro_rads: FloatArray
    clipped: BoolArray

    @property
    def frame_t_ns(self) -> int:
        """Instant of the sample that makes the frame."""
        return int(self.t_ns[-1])


_INFINITE = float("inf")


class Chunker:
    """Gathers the blocks of one epoch and hands out chunks as they become whole.

    Samples are copied once into long arrays, of which chunks are views; a full
    array is left to the chunks that look at it and a new one begun.
    """

    def __init__(self) -> None:
        self._grid = FrameGrid()
        self._room = _new_room(_ROOM)
        self._begin = 0  # of the samples that wait for their frame
        self._end = 0
        self.refused = 0
        """Samples refused so far because they were not finite."""

    def push(self, block: ImuBlock, t_ns: IntArray) -> list[Chunk]:
        """Chunks that `block`, stamped `t_ns` (n,), completes; often one, often none."""
        index = np.arange(block.first_index, block.first_index + block.count)
        new = Chunk(index, t_ns, block.accel_mps2, block.gyro_rads, block.clipped)
        if not _finite(block):
            new = self._finite_rows(new, block.has_gyro)
        self._append(new)
        offset = self._end - len(new.t_ns)
        chunks = []
        for end in self._grid.cut(new.t_ns):
            chunks.append(_rows(self._room, slice(self._begin, offset + end)))
            self._begin = offset + end
        return chunks

    def _finite_rows(self, new: Chunk, has_gyro: bool) -> Chunk:
        good: BoolArray = np.asarray(np.isfinite(new.accel_mps2).all(axis=1))
        if has_gyro:
            good = np.logical_and(good, np.isfinite(new.gyro_rads).all(axis=1))
        self.refused += int(len(good) - good.sum())
        return _rows(new, good)

    def _append(self, new: Chunk) -> None:
        count = len(new.t_ns)
        if self._end + count > len(self._room.t_ns):
            waiting = _rows(self._room, slice(self._begin, self._end))
            self._begin, self._end = 0, len(waiting.t_ns)
            self._room = _new_room(max(_ROOM, self._end + count))
            _write(self._room, slice(0, self._end), waiting)
        _write(self._room, slice(self._end, self._end + count), new)
        self._end += count


def _new_room(count: int) -> Chunk:
    return Chunk(
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64),
        np.empty((count, 3)),
        np.empty((count, 3)),
        np.empty(count, dtype=np.bool_),
    )


def _write(room: Chunk, rows: slice, new: Chunk) -> None:
    room.index[rows] = new.index
    room.t_ns[rows] = new.t_ns
    room.accel_mps2[rows] = new.accel_mps2
    room.gyro_rads[rows] = new.gyro_rads
    room.clipped[rows] = new.clipped


def _finite(block: ImuBlock) -> bool:
    """Quick look at a whole block: a sum of squares is finite only if every value is."""
    total = np.vdot(block.accel_mps2, block.accel_mps2)
    if block.has_gyro:
        total += np.vdot(block.gyro_rads, block.gyro_rads)
    return bool(total < _INFINITE)


def _rows(chunk: Chunk, rows: slice | BoolArray) -> Chunk:
    return Chunk(
        chunk.index[rows],
        chunk.t_ns[rows],
        chunk.accel_mps2[rows],
        chunk.gyro_rads[rows],
        chunk.clipped[rows],
    )
