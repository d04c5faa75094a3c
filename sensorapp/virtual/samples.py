"""Samples on their way into a virtual sensor: rows at a steady rate.

A row is what an ideal six-axis part would give: specific force in m/s² (x, y, z), then
angular rate in rad/s (x, y, z), in sensor axes. How rows come into wire form:
`sensorapp.virtual.quantised`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

_ROWS_PER_BLOCK = 1024
_COLUMNS = 6

Floats = NDArray[np.float64]

Row = tuple[float, float, float, float, float, float]
"""Specific force x, y, z in m/s², then angular rate x, y, z in rad/s, sensor axes."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows that are all there already: two arrays of shape (n, 3), of which no copy is made."""

    accel_mps2: Floats
    gyro_rads: Floats

    def part(self, begin: int, end: int) -> Floats:
        """Rows [begin, end) side by side, shape (n, 6)."""
        halves = self.accel_mps2[begin:end], self.gyro_rads[begin:end]
        return np.concatenate(halves, axis=1, dtype=np.float64)

    def rows(self) -> Iterator[Row]:
        """One after the other."""
        for start in range(0, len(self.accel_mps2), _ROWS_PER_BLOCK):
            yield from rows_of_table(self.part(start, start + _ROWS_PER_BLOCK))


@dataclass(slots=True)
class SampleStream:
    """Rows at a steady rate of `rate_mhz` thousandths of a hertz.

    They can be read once, by `rows` or by `take`. `count` is how many there are, None if they
    never end. With a `table` they are all there, and reading ahead changes nothing.
    """

    rate_mhz: int
    rows: Iterator[Row]
    count: int | None
    table: Table | None = None
    taken: int = 0

    def take(self, count: int) -> Floats:
        """The next rows, shape (n, 6): `count`, and fewer only at the end."""
        if self.table is None:
            found = np.array(list(islice(self.rows, count)), dtype=np.float64)
            found = found.reshape(-1, _COLUMNS)
        else:
            found = self.table.part(self.taken, self.taken + count)
        self.taken += len(found)
        return found


def stream_of_arrays(accel_mps2: Floats, gyro_rads: Floats, rate_mhz: int) -> SampleStream:
    """Stream the rows of two (N, 3) arrays; NaN passes through and is refused on quantising.

    Raises `ValueError` if the shapes differ or aren't (N, 3), or the rate isn't positive.
    """
    if rate_mhz <= 0:
        raise ValueError(f"the rate must be positive, got {rate_mhz} mHz")
    if accel_mps2.ndim != 2 or accel_mps2.shape[1] != 3 or accel_mps2.shape != gyro_rads.shape:
        raise ValueError(
            f"need two arrays of shape (N, 3), got {accel_mps2.shape} and {gyro_rads.shape}"
        )
    table = Table(accel_mps2, gyro_rads)
    return SampleStream(rate_mhz, table.rows(), len(accel_mps2), table)


def rows_of_table(table: Floats) -> Iterator[Row]:
    """Yield the rows of an (N, 6) array as tuples of plain floats."""
    for start in range(0, len(table), _ROWS_PER_BLOCK):
        ax, ay, az, gx, gy, gz = table[start : start + _ROWS_PER_BLOCK].T.tolist()
        yield from zip(ax, ay, az, gx, gy, gz, strict=True)
