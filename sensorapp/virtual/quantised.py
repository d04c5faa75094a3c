"""Rows of samples in wire form: rounded and clipped as a sensor would, many at once.

Format 0 of the motion packet: gyroscope xyz, then accelerometer xyz, int16, little-endian, scales
that are powers of two. The rule for one value is `firmware_protocol.quantise`; here it is applied
to columns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_protocol.ids import STANDARD_GRAVITY_MPS2, MotionFlag, MotionFormat
from firmware_protocol.motion import ROW_BYTES
from firmware_protocol.quantise import clip_threshold
from sensorapp.virtual.samples import Floats, SampleStream

_ROW_BYTES = ROW_BYTES[MotionFormat.GYRO_ACCEL]
_DEG_PER_RAD = 180.0 / math.pi
_MIN, _MAX = -32768.0, 32767.0
_AHEAD_ROWS = 4096
"""Half a megabyte of them; more at once is no faster."""
_ACCEL_CLIPPED, _GYRO_CLIPPED = (
    np.uint8(flag) for flag in (MotionFlag.ACCEL_CLIPPED, MotionFlag.GYRO_CLIPPED)
)


@dataclass(frozen=True, slots=True)
class QuantisedRows:
    """Twelve bytes of `data` for each row, and a byte of `clipped` for the halves of it that were
    beyond their range: `ACCEL_CLIPPED`, `GYRO_CLIPPED` of `MotionFlag`.
    """

    data: bytes
    clipped: bytes

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.clipped)

    def part(self, begin: int, end: int) -> QuantisedRows:
        """Rows [begin, end)."""
        data = self.data[_ROW_BYTES * begin : _ROW_BYTES * end]
        return QuantisedRows(data, self.clipped[begin:end])


def quantise_rows(
    rows: Floats, accel_exp: int, gyro_exp: int, accel_range_g: float, gyro_range_dps: float
) -> QuantisedRows:
    """Rows (n, 6) in wire form: counts to the nearest, half to even, clamped to int16.

    The values have to be finite: the wire can't say otherwise. A half counts as clipped if the
    counts of any of its axes are at the end of its range.
    """
    with np.errstate(over="ignore"):  # what overflows is beyond every range
        gyro = _counts(rows[:, 3:] * _DEG_PER_RAD, gyro_exp)
        accel = _counts(rows[:, :3] / STANDARD_GRAVITY_MPS2, accel_exp)
    clipped = _ACCEL_CLIPPED * _at_end(accel, clip_threshold(accel_range_g, accel_exp))
    clipped |= _GYRO_CLIPPED * _at_end(gyro, clip_threshold(gyro_range_dps, gyro_exp))
    counts = np.concatenate([gyro, accel], axis=1)
    return QuantisedRows(counts.astype("<i2").tobytes(), clipped.tobytes())


class RowReader:
    """Takes a stream's rows in wire form, for a sensor with these ranges.

    Only rows that are all there are read further than asked for, and only `ahead`: a wearer may
    not have decided yet what follows, and another sensor may go on with the stream.
    """

    def __init__(
        self,
        stream: SampleStream,
        accel_range_g: float,
        gyro_range_dps: float,
        *,
        ahead: bool = False,
    ) -> None:
        self._stream = stream
        self._ranges = accel_range_g, gyro_range_dps
        self._ahead_rows = _AHEAD_ROWS if ahead and stream.table is not None else 1
        self._scale: tuple[int, int] | None = None
        self._rows, self._at = np.empty((0, 6)), 0
        self._wire = QuantisedRows(b"", b"")

    def take(self, count: int, accel_exp: int, gyro_exp: int) -> QuantisedRows:
        """The next rows at this scale: `count` or some fewer, none at the end of the stream.

        Raises `ValueError` instead of giving a row with NaN or infinity; it is passed over then.
        """
        if self._scale != (accel_exp, gyro_exp):
            self._scale = accel_exp, gyro_exp
            self._hold(self._rows[self._at :])
        if self._at == len(self._rows):
            self._hold(self._stream.take(max(count, self._ahead_rows)))
        begin, self._at = self._at, min(self._at + count, self._wire.count)
        if begin == self._at < len(self._rows):
            bad = tuple(self._rows[begin].tolist())
            self._hold(self._rows[begin + 1 :])
            raise ValueError(f"a row must be finite, got {bad}")
        return self._wire.part(begin, self._at)

    def skip(self, count: int) -> int:
        """Let rows pass; how many there were: fewer than `count` only at the end."""
        skipped = max(0, min(count, len(self._rows) - self._at))
        self._hold(self._rows[self._at + skipped :])
        while skipped < count:
            rows = self._stream.take(min(count - skipped, _AHEAD_ROWS))
            if not len(rows):
                break
            skipped += len(rows)
        return skipped

    def _hold(self, rows: Floats) -> None:
        """Hold these, up to the first that is not finite in wire form."""
        finite = np.isfinite(rows)
        count = len(rows) if finite.all() else int(np.argmin(finite.all(axis=1)))
        self._rows, self._at = rows, 0
        self._wire = QuantisedRows(b"", b"")
        if self._scale is not None and count:
            self._wire = quantise_rows(rows[:count], *self._scale, *self._ranges)


def _counts(values: Floats, exponent: int) -> Floats:
    """Whole numbers in the range of int16."""
    return np.clip(np.rint(values * 2.0**exponent), _MIN, _MAX)


def _at_end(counts: Floats, threshold: int) -> NDArray[np.bool_]:
    x, y, z = np.abs(counts).T
    at_end: NDArray[np.bool_] = np.maximum(np.maximum(x, y), z) >= threshold
    return at_end
