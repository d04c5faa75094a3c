"""Chunks: the samples that lead to one frame of the 10 Hz grid.

Everything after the time base works on chunks. A chunk ends with the sample that makes a
frame, so its borders depend on sample times alone and no result can depend on how samples
were grouped into packets. Bad samples are refused here, before any filter: they count as
missing, like samples that were lost on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensorapp.model.imu import BoolArray, FloatArray, ImuBlock, IntArray
from sensorapp.signal.bad_samples import BadSamples
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
        self._bad = BadSamples()
        self._clipped_before = False  # a clipped sample was refused right before
        self.not_finite = 0
        """Samples refused so far because they were not finite."""
        self.impossible = 0
        """Samples refused so far because they were frozen or a leap to the end of the range."""

    def push(self, block: ImuBlock, t_ns: IntArray) -> list[Chunk]:
        """Chunks that `block`, stamped `t_ns` (n,), completes; often one, often none."""
        index = np.arange(block.first_index, block.first_index + block.count)
        new = Chunk(index, t_ns, block.accel_mps2, block.gyro_rads, block.clipped)
        good = self._bad.good(block)
        if good is None and self._clipped_before:
            good = np.ones(block.count, dtype=np.bool_)
        if good is not None:
            new = self._without(new, good, block.has_gyro)
        self._append(new)
        offset = self._end - len(new.t_ns)
        chunks = []
        for end in self._grid.cut(new.t_ns):
            chunks.append(_rows(self._room, slice(self._begin, offset + end)))
            self._begin = offset + end
        return chunks

    def _without(self, new: Chunk, good: BoolArray, has_gyro: bool) -> Chunk:
        """`new` without the bad samples, of which the next good one tells if they clipped."""
        clipped = new.clipped.copy()
        for row, is_good in enumerate(good.tolist()):
            clipped[row] |= self._clipped_before
            self._clipped_before = bool(clipped[row]) and not is_good
        new = replace(new, clipped=clipped)
        bad = _rows(new, ~good)
        values = bad.accel_mps2 + bad.gyro_rads if has_gyro else bad.accel_mps2
        finite = int(np.isfinite(values).all(axis=1).sum())
        self.impossible += finite
        self.not_finite += len(bad.t_ns) - finite
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


def _rows(chunk: Chunk, rows: slice | BoolArray) -> Chunk:
    return Chunk(
        chunk.index[rows],
        chunk.t_ns[rows],
        chunk.accel_mps2[rows],
        chunk.gyro_rads[rows],
        chunk.clipped[rows],
    )
