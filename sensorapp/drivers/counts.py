"""From a sensor's int16 counts to SI units, and which of them are at the end of its range.

Shared by drivers whose samples are rows of counts; knows no packet and no sensor.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sensorapp.model.imu import BoolArray, FloatArray

Counts = npt.NDArray[np.int16]

_INT16 = np.dtype("<i2")
_PACKET_ROWS = 64
"""What depends on nothing but the number of rows is kept up to here: packets have no more."""
_NOTHING: BoolArray = np.zeros(_PACKET_ROWS, dtype=np.bool_)
_NOTHING.flags.writeable = False
_Layout = tuple[int, tuple[int, int, int], tuple[int, int, int], FloatArray]
"""Rows; shape and strides of their counts, vector by vector; `si_per_count` of each count."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What a count stands for in each column of a row, c columns: one vector or more of three.

    `si_per_count` (c / 3, 1, 3) in m/s2 or rad/s; `ends` (c,) smallest magnitude in counts that
    is at the end of the range.
    """

    si_per_count: FloatArray
    ends: npt.NDArray[np.int32]
    near_bytes: bytes
    """High bytes that no count at the end of its range has."""
    _layouts: dict[int, _Layout] = field(default_factory=dict)
    """For so many bytes."""

    @classmethod
    def of(cls, columns: list[tuple[float, int]]) -> Columns:
        """From (SI units of a count, counts at the end of the range) for each column."""
        steps, ends = zip(*columns, strict=True)
        high = min(min(ends) >> 8, 0x80)
        near = bytes(range(high)) + bytes(range(0x101 - high, 0x100))
        return cls(np.array(steps).reshape(-1, 1, 3), np.array(ends, dtype=np.int32), near)

    def decoded(self, rows: bytes) -> tuple[FloatArray, BoolArray]:
        """Vectors (c / 3, n, 3) in SI units, and (n,) True where any column is clipped.

        `rows` are n >= 1 rows of c little-endian int16 counts. Each vector's samples are together,
        C-contiguous; clipped means at the end of the range.
        """
        layout = self._layouts.get(len(rows)) or self._layout(len(rows))
        count, shape, strides, scale = layout
        # Arrays of one type and shape: for a packet that takes half as long as any mixture.
        counts: Counts = np.ndarray(shape, _INT16, rows, 0, strides)
        values: FloatArray = counts.astype(np.float64, order="C")
        values *= scale
        # Nearly always the high bytes tell that nothing is clipped, for a tenth of what a
        # comparison of arrays costs.
        if rows[1::2].translate(None, self.near_bytes):
            table = np.frombuffer(rows, _INT16).reshape(count, -1)
            beyond = (table >= self.ends) | (table <= -self.ends)
            return values, np.asarray(beyond.any(axis=1), dtype=np.bool_)
        if count <= _PACKET_ROWS:
            return values, _NOTHING[:count]
        return values, np.zeros(count, dtype=np.bool_)

    def _layout(self, size: int) -> _Layout:
        vectors = len(self.si_per_count)
        count = size // (6 * vectors)
        layout = (count, (vectors, count, 3), (6, 6 * vectors, 2), self.si_per_count)
        if count <= _PACKET_ROWS:
            layout = (*layout[:3], np.repeat(self.si_per_count, count, axis=1))
            self._layouts[size] = layout
        return layout
