"""Whether the sensor is on a body at all.

Not worn: over 10 s, a standard deviation under 3 mg on every axis of the accelerometer and
under 0.1 deg/s on every axis of the gyroscope. The customary 13 mg calls most of quiet
sitting "not worn"; 3 mg called none of it so: breathing alone moves more.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sensorapp.signal.chunks import Chunk

STILL_MPS2 = 0.003 * 9.80665
STILL_RADS = math.radians(0.1)
_STILL_WINDOW_S = 10.0


class WornDetector:
    """Whether the sensor lies as still as on no wearer, judged once a second."""

    def __init__(self, rate_hz: float) -> None:
        self._a_second = max(1, round(min(10.0, rate_hz)))
        self._chunks: list[Chunk] = []
        self._seconds: deque[_Moments] = deque(maxlen=round(_STILL_WINDOW_S))
        self._worn: bool | None = None

    def step(self, chunk: Chunk) -> bool | None:
        """False if the last 10 s were too still to be worn, None before 10 s are seen."""
        self._chunks.append(chunk)
        if len(self._chunks) == self._a_second:
            self._seconds.append(_moments(self._chunks))
            self._chunks.clear()
            if len(self._seconds) == self._seconds.maxlen:
                self._worn = _is_worn(self._seconds)
        return self._worn

    def reset(self) -> None:
        """Start anew, after a hole."""
        self._chunks.clear()
        self._seconds.clear()
        self._worn = None


@dataclass(frozen=True, slots=True)
class _Moments:
    """Count, sums (6) and sums of squares (6) of acceleration and angular rate."""

    count: int
    sums: list[float]
    squares: list[float]


def _moments(chunks: list[Chunk]) -> _Moments:
    accel = np.concatenate([chunk.accel_mps2 for chunk in chunks])
    gyro = np.concatenate([chunk.gyro_rads for chunk in chunks])
    values = np.concatenate((accel, gyro), axis=1)
    squares = (values * values).sum(axis=0)
    return _Moments(len(values), values.sum(axis=0).tolist(), squares.tolist())


def _is_worn(seconds: Iterable[_Moments]) -> bool:
    """In plain numbers: for six columns of ten seconds that is quicker than in arrays."""
    count = sum(moments.count for moments in seconds)
    sums = zip(*[moments.sums for moments in seconds], strict=True)
    squares = zip(*[moments.squares for moments in seconds], strict=True)
    variances = [
        sum(square) / count - (sum(sum_) / count) ** 2
        for sum_, square in zip(sums, squares, strict=True)
    ]
    if any(variance >= STILL_MPS2**2 for variance in variances[:3]):
        return True
    # Without a gyroscope its columns are NaN, which is not above any limit.
    return any(variance >= STILL_RADS**2 for variance in variances[3:])
