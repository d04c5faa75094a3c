"""Whether the sensor is on a body at all.

Not worn: over 10 s, a standard deviation under 3 mg on every axis of the accelerometer and
under 0.1 deg/s on every axis of the gyroscope. The customary 13 mg calls most of quiet
sitting "not worn"; 3 mg called none of it so: breathing alone moves more. It is the gyroscope
that feels shallow breath; without one the accelerometer has to be still for a minute, in which
a sitting back drifts by more than 3 mg (0.2 deg).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sensorapp.signal.chunks import Chunk

DEAD_MPS2 = 0.003 * 9.80665
DEAD_RADS = math.radians(0.1)
"""Standard deviations under which nothing breathes beneath the sensor; poses ask for more, too."""
_COLUMNS = (3, 4, 5, 0, 1, 2)
"""The gyroscope first: it feels breath best."""
_STILL_WINDOW_S = 10
_ACCEL_ONLY_WINDOW_S = 60


class WornDetector:
    """Whether the sensor lies as still as on no wearer, judged once a second."""

    def __init__(self, rate_hz: float, *, has_gyro: bool = True) -> None:
        window_s = _STILL_WINDOW_S if has_gyro else _ACCEL_ONLY_WINDOW_S
        self._a_second = max(1, round(min(10.0, rate_hz)))
        self._chunks: list[Chunk] = []
        self._seconds: deque[_Moments] = deque(maxlen=window_s)
        self._worn: bool | None = None

    def step(self, chunk: Chunk) -> bool | None:
        """False if the last 10 s (60 s) were too still to be worn, None before they are seen."""
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
    parts = [chunk.accel_mps2 for chunk in chunks] + [chunk.gyro_rads for chunk in chunks]
    values = np.concatenate(parts).reshape(2, -1, 3)
    sums, squares = values.sum(axis=1), (values * values).sum(axis=1)
    return _Moments(values.shape[1], sums.ravel().tolist(), squares.ravel().tolist())


def _is_worn(seconds: Iterable[_Moments]) -> bool:
    """In plain numbers: up to the first column that moves, that is quicker than in arrays."""
    count = sum(moments.count for moments in seconds)
    for column in _COLUMNS:
        mean = sum([moments.sums[column] for moments in seconds]) / count
        square = sum([moments.squares[column] for moments in seconds]) / count
        # Without a gyroscope its columns are NaN, which is not above any limit.
        if square - mean * mean >= (DEAD_MPS2 if column < 3 else DEAD_RADS) ** 2:
            return True
    return False
