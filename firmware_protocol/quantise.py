"""From physical values to the int16 of a row: one rule for every sensor, real or virtual."""

from __future__ import annotations

import math
import struct

from firmware_protocol.errors import LocalProtocolError

_ROW = struct.Struct("<6h")
_MAX = 32767
_MIN = -32768
_BEYOND = 65536.0


def quantise(value: float, exponent: int) -> int:
    """Nearest multiple of 2**-exponent (half to even), clamped to int16.

    `value` in g or deg/s. A value that is not finite is a `LocalProtocolError`: no int16 means
    'unknown', so the caller has to leave the sample out and name the gap.
    """
    if not math.isfinite(value):
        raise LocalProtocolError("a value that is not finite has no int16")
    # Beyond this every exponent clamps, and a huge value would overflow when scaled.
    limited = max(-_BEYOND, min(_BEYOND, value))
    return max(_MIN, min(_MAX, round(math.ldexp(limited, exponent))))


def dequantise(raw: int, exponent: int) -> float:
    """The value of a raw int16, exact, in g or deg/s."""
    return math.ldexp(raw, -exponent)


def clip_threshold(range_value: float, exponent: int) -> int:
    """Smallest raw magnitude that counts as clipped, at most 32767.

    `range_value` is the sensor's range, one side, in g or deg/s. The rule needs nothing but the
    raw value, so that the host finds the same clipped samples in packets of any size.
    """
    return min(_MAX, round(math.ldexp(range_value, exponent)))


def pack_row(
    gyro_dps: tuple[float, float, float],
    accel_g: tuple[float, float, float],
    gyro_exp: int,
    accel_exp: int,
) -> bytes:
    """A format 0 row of 12 bytes: gyroscope xyz then accelerometer xyz."""
    gyro = (quantise(value, gyro_exp) for value in gyro_dps)
    accel = (quantise(value, accel_exp) for value in accel_g)
    return _ROW.pack(*gyro, *accel)
