"""From a sensor's int16 counts to SI units, and which of them are at the end of its range.

Shared by drivers whose samples are rows of counts; knows no packet and no sensor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sensorapp.model.imu import BoolArray, FloatArray

Counts = npt.NDArray[np.int16]


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

    @classmethod
    def of(cls, columns: list[tuple[float, int]]) -> Columns:
        """From (SI units of a count, counts at the end of the range) for each column."""
        steps, ends = zip(*columns, strict=True)
        high = min(min(ends) >> 8, 0x80)
        near = bytes(range(high)) + bytes(range(0x101 - high, 0x100))
        return cls(np.array(steps).reshape(-1, 1, 3), np.array(ends, dtype=np.int32), near)

    def vectors(self, counts: Counts) -> FloatArray:
        """(c / 3, n, 3) in SI units: each vector's samples together, C-contiguous."""
        by_vector = counts.reshape(len(counts), -1, 3).swapaxes(0, 1)
        vectors: FloatArray = np.multiply(by_vector, self.si_per_count, order="C")
        return vectors

    def clipped(self, counts: Counts, rows: bytes) -> BoolArray:
        """(n,) True where any column of the counts (n, c) is at the end of its range.

        `rows` are the counts as they came, little-endian. Nearly always their high bytes tell that
        nothing is, which is to be had for a tenth of what a comparison of arrays costs.
        """
        if not rows[1::2].translate(None, self.near_bytes):
            return np.zeros(len(counts), dtype=np.bool_)
        beyond = (counts >= self.ends) | (counts <= -self.ends)
        return np.asarray(beyond.any(axis=1), dtype=np.bool_)
