"""Samples on their way into a virtual sensor: a stream of rows, and a row in wire form.

A row is what an ideal six-axis part would give: specific force in m/s² (x, y, z), then
angular rate in rad/s (x, y, z), in sensor axes. Quantisation follows format 0 of the
motion packet (gyroscope xyz, then accelerometer xyz, int16, little-endian, scales that are
powers of two).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_protocol.ids import STANDARD_GRAVITY_MPS2
from firmware_protocol.quantise import clip_threshold, quantise

_PACK = struct.Struct("<6h").pack
_ROWS_PER_BLOCK = 1024

Row = tuple[float, float, float, float, float, float]
"""Specific force x, y, z in m/s², then angular rate x, y, z in rad/s, sensor axes."""


@dataclass(slots=True)
class SampleStream:
    """Rows at a steady rate of `rate_mhz` thousandths of a hertz.

    `rows` can be read once. `count` is how many there are, None if they never end.
    """

    rate_mhz: int
    rows: Iterator[Row]
    count: int | None


@dataclass(frozen=True, slots=True)
class QuantisedRow:
    """Twelve bytes of a format 0 sample, and which half of it was beyond its range."""

    data: bytes
    accel_clipped: bool
    gyro_clipped: bool


def stream_of_arrays(
    accel_mps2: NDArray[np.float64], gyro_rads: NDArray[np.float64], rate_mhz: int
) -> SampleStream:
    """Stream the rows of two (N, 3) arrays; NaN passes through and is refused on quantising.

    Raises `ValueError` if the shapes differ or aren't (N, 3), or the rate isn't positive.
    """
    if rate_mhz <= 0:
        raise ValueError(f"the rate must be positive, got {rate_mhz} mHz")
    if accel_mps2.ndim != 2 or accel_mps2.shape[1] != 3 or accel_mps2.shape != gyro_rads.shape:
        raise ValueError(
            f"need two arrays of shape (N, 3), got {accel_mps2.shape} and {gyro_rads.shape}"
        )
    table = np.concatenate([accel_mps2, gyro_rads], axis=1, dtype=np.float64)
    return SampleStream(rate_mhz, rows_of_table(table), len(table))


def rows_of_table(table: NDArray[np.float64]) -> Iterator[Row]:
    """Yield the rows of an (N, 6) array as tuples of plain floats."""
    for start in range(0, len(table), _ROWS_PER_BLOCK):
        ax, ay, az, gx, gy, gz = table[start : start + _ROWS_PER_BLOCK].T.tolist()
        yield from zip(ax, ay, az, gx, gy, gz, strict=True)


def quantise_row(
    row: Row, accel_exp: int, gyro_exp: int, accel_range_g: float, gyro_range_dps: float
) -> QuantisedRow:
    """A row in wire form, by the protocol's own rules of rounding and clipping.

    A half counts as clipped if the counts of any of its axes are at the end of the range.
    Raises `ValueError` on a row with NaN or infinity, because the wire can't say so.
    """
    if not all(map(math.isfinite, row)):
        raise ValueError(f"a row must be finite, got {row}")
    accel = [quantise(value / STANDARD_GRAVITY_MPS2, accel_exp) for value in row[:3]]
    gyro = [quantise(math.degrees(value), gyro_exp) for value in row[3:]]
    return QuantisedRow(
        _PACK(*gyro, *accel),
        _clipped(accel, clip_threshold(accel_range_g, accel_exp)),
        _clipped(gyro, clip_threshold(gyro_range_dps, gyro_exp)),
    )


def _clipped(counts: list[int], threshold: int) -> bool:
    return max(counts) >= threshold or min(counts) <= -threshold
