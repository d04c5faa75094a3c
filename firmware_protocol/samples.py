"""Consecutive samples in wire form, as columns: what many of them cost no more than one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firmware_protocol.errors import LocalProtocolError
from firmware_protocol.ids import MotionFlag, MotionFormat
from firmware_protocol.motion import ROW_BYTES
from firmware_protocol.value import value

_ACCEL_CLIPPED, _GYRO_CLIPPED = (
    int(flag) for flag in (MotionFlag.ACCEL_CLIPPED, MotionFlag.GYRO_CLIPPED)
)
_FULL_ROW_BYTES = ROW_BYTES[MotionFormat.GYRO_ACCEL]


@value
class Samples:
    """One after the other, the oldest first.

    `rows` are little-endian int16, gyroscope xyz then accelerometer xyz, side by side; `ticks` the
    sensor's clock at each; `flags` a byte of `MotionFlag` for each, of what a packet of it alone
    would have.
    """

    rows: bytes
    ticks: Sequence[int]
    flags: bytes

    def check(self) -> None:
        """Refuse columns of different lengths, by a `LocalProtocolError`."""
        if len(self.ticks) == len(self.flags) and len(self.rows) == self.count * _FULL_ROW_BYTES:
            return
        told = f"{len(self.rows)} bytes of rows, {self.count} ticks and {len(self.flags)} flags"
        raise LocalProtocolError(f"{told}: a row has {_FULL_ROW_BYTES} bytes")

    @classmethod
    def one(cls, row: bytes, ticks: int, *, accel: bool = False, gyro: bool = False) -> Samples:
        """A sample alone; `accel` and `gyro` say which half of it is clipped."""
        flags = (_ACCEL_CLIPPED if accel else 0) | (_GYRO_CLIPPED if gyro else 0)
        return cls(row, (ticks,), bytes((flags,)))

    @property
    def count(self) -> int:
        """How many samples there are."""
        return len(self.ticks)

    def part(self, begin: int, end: int) -> Samples:
        """Samples [begin, end)."""
        if begin == 0 and end >= len(self.ticks):
            return self
        rows = self.rows[begin * _FULL_ROW_BYTES : end * _FULL_ROW_BYTES]
        return Samples(rows, self.ticks[begin:end], self.flags[begin:end])

    def flagged(self, flags: bytes) -> Samples:
        """The same with these flags."""
        return Samples(self.rows, self.ticks, flags)

    def followed_by(self, more: Samples) -> Samples:
        """These and then more."""
        if not self.ticks:
            return more
        ticks = (*self.ticks, *more.ticks)
        return Samples(self.rows + more.rows, ticks, self.flags + more.flags)

    def rows_in(self, motion_format: MotionFormat) -> bytes:
        """The rows as this format has them."""
        if motion_format is MotionFormat.GYRO_ACCEL:
            return self.rows
        return b"".join(self.each_row(motion_format))

    def each_row(self, motion_format: MotionFormat) -> Iterator[bytes]:
        """Row by row, as this format has it: the accelerometer is the last half."""
        length = ROW_BYTES[motion_format]
        for end in range(_FULL_ROW_BYTES, len(self.rows) + 1, _FULL_ROW_BYTES):
            yield self.rows[end - length : end]


NO_SAMPLES = Samples(b"", (), b"")
