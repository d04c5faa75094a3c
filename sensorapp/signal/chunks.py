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
    """Gathers the blocks of one epoch and hands out chunks as they become whole."""

    def __init__(self) -> None:
        self._grid = FrameGrid()
        self._waiting: list[Chunk] = []
        self.refused = 0
        """Samples refused so far because they were not finite."""

    def push(self, block: ImuBlock, t_ns: IntArray) -> list[Chunk]:
        """Chunks that `block`, stamped `t_ns` (n,), completes; often one, often none."""
        index = np.arange(block.first_index, block.first_index + block.count)
        new = Chunk(index, t_ns, block.accel_mps2, block.gyro_rads, block.clipped)
        if not _finite(block):
            good: BoolArray = np.asarray(np.isfinite(block.accel_mps2).all(axis=1))
            if block.has_gyro:
                good = np.logical_and(good, np.isfinite(block.gyro_rads).all(axis=1))
            self.refused += int(len(good) - good.sum())
            new = _rows(new, good)
        chunks = []
        begin = 0
        for end in self._grid.cut(new.t_ns):
            chunks.append(_joined([*self._waiting, _rows(new, slice(begin, end))]))
            self._waiting.clear()
            begin = end
        if begin < len(new.t_ns):
            self._waiting.append(_rows(new, slice(begin, None)))
        return chunks


def _finite(block: ImuBlock) -> bool:
    """Quick look at a whole block: a sum of squares is finite only if every value is."""
    accel = block.accel_mps2.ravel()
    total = float(accel.dot(accel))
    if block.has_gyro:
        gyro = block.gyro_rads.ravel()
        total += float(gyro.dot(gyro))
    return total < float("inf")


def _rows(chunk: Chunk, rows: slice | BoolArray) -> Chunk:
    return Chunk(
        chunk.index[rows],
        chunk.t_ns[rows],
        chunk.accel_mps2[rows],
        chunk.gyro_rads[rows],
        chunk.clipped[rows],
    )


def _joined(parts: list[Chunk]) -> Chunk:
    if len(parts) == 1:
        return parts[0]
    return Chunk(
        np.concatenate([p.index for p in parts]),
        np.concatenate([p.t_ns for p in parts]),
        np.concatenate([p.accel_mps2 for p in parts]),
        np.concatenate([p.gyro_rads for p in parts]),
        np.concatenate([p.clipped for p in parts]),
    )
