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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.signal.chunks import Chunk, Stretch

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
            accel = np.concatenate([one.accel_mps2 for one in self._chunks])
            gyro = np.concatenate([one.gyro_rads for one in self._chunks])
            self._chunks.clear()
            values = np.concatenate((accel, gyro), axis=1)
            self._judge(*_moments(values, [0, len(values)]))
        return self._worn

    def stretch(self, stretch: Stretch) -> list[bool | None]:
        """What `step` gives for each of many frames."""
        ends, size = stretch.ends, self._a_second
        told: list[bool | None] = []
        place = 0
        while self._chunks and place < len(ends):
            told.append(self.step(stretch.chunk(place)))
            place += 1
        seconds = (len(ends) - place) // size
        if seconds:
            begin = ends[place - 1] if place else 0
            borders = [begin, *ends[place + size - 1 :: size]][: seconds + 1]
            rows = slice(begin, borders[-1])
            values = np.concatenate((stretch.accel_mps2[rows], stretch.gyro_rads[rows]), axis=1)
            for moments in _moments(values, [border - begin for border in borders]):
                told += [self._worn] * (size - 1)
                self._judge(moments)
                told.append(self._worn)
            place += seconds * size
        return told + [self.step(stretch.chunk(left)) for left in range(place, len(ends))]

    def reset(self) -> None:
        """Start anew, after a hole."""
        self._chunks.clear()
        self._seconds.clear()
        self._worn = None

    def _judge(self, second: _Moments) -> None:
        self._seconds.append(second)
        if len(self._seconds) == self._seconds.maxlen:
            self._worn = _is_worn(self._seconds)


@dataclass(frozen=True, slots=True)
class _Moments:
    """Count, sums (6) and sums of squares (6) of acceleration and angular rate."""

    count: int
    sums: list[float]
    squares: list[float]


def _moments(values: FloatArray, borders: Sequence[int]) -> list[_Moments]:
    """Of the rows (n, 6) between each two borders, the last of which is n."""
    begins = borders[:-1]
    counts = np.diff(borders).tolist()
    sums = np.add.reduceat(values, begins).tolist()
    squares = np.add.reduceat(values * values, begins).tolist()
    return [_Moments(*three) for three in zip(counts, sums, squares, strict=True)]


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
