"""What the wearer is doing, roughly: walking, or not wearing the sensor.

Walking: the magnitude of each chunk's mean acceleration, band-passed to 0.5-4 Hz; walking is
an RMS over the last 2 s above 0.5 m/s2. It runs on the 10 Hz grid, whose averaging takes off
part of what is near 4 Hz: precision and recall equal those of a filter for 0.5-3 Hz at the
full rate. It also calls other brisk movement walking, which is right for what it is used for:
to keep quiet while the wearer is on the move.

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

from sensorapp.model.imu import FloatArray
from sensorapp.signal.chunks import Chunk
from sensorapp.signal.filters import ScalarFilter, band_pass_sos

WALKING_MPS2 = 0.5
_WALKING_WINDOW_S = 2.0
_BAND_HZ = (0.5, 4.0)
_LEAST_HZ = 4.0
"""Steps come at up to 2 Hz: slower frames can't show them."""
STILL_MPS2 = 0.003 * 9.80665
STILL_RADS = math.radians(0.1)
_STILL_WINDOW_S = 10.0


class WalkingDetector:
    """Whether the wearer walks, from chunks at up to 10 Hz."""

    def __init__(self, rate_hz: float) -> None:
        frame_hz = min(10.0, rate_hz)
        able = frame_hz >= _LEAST_HZ
        sos = band_pass_sos(*_BAND_HZ, frame_hz) if able else None
        self._band_pass = None if sos is None else ScalarFilter(sos)
        self._squares: deque[float] = deque(maxlen=max(1, round(_WALKING_WINDOW_S * frame_hz)))
        self.rms_mps2 = 0.0

    def step(self, chunk: Chunk) -> bool:
        """True while walking, judged by the last 2 s; never at rates too low for steps."""
        if self._band_pass is None:
            return False
        x, y, z = chunk.accel_mps2.sum(axis=0).tolist()
        mean = math.sqrt(x * x + y * y + z * z) / len(chunk.index)
        self._squares.append(self._band_pass.step((mean,))[0] ** 2)
        self.rms_mps2 = math.sqrt(sum(self._squares) / (self._squares.maxlen or 1))
        return self.rms_mps2 > WALKING_MPS2

    def reset(self) -> None:
        """Start anew, after a hole."""
        if self._band_pass is not None:
            self._band_pass.reset()
        self._squares.clear()


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


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """Count, sums (6,) and sums of squares (6,) of acceleration and angular rate."""

    count: int
    sums: FloatArray
    squares: FloatArray


def _moments(chunks: list[Chunk]) -> _Moments:
    accel = np.concatenate([chunk.accel_mps2 for chunk in chunks])
    gyro = np.concatenate([chunk.gyro_rads for chunk in chunks])
    values = np.concatenate((accel, gyro), axis=1)
    return _Moments(len(values), values.sum(axis=0), (values * values).sum(axis=0))


def _is_worn(seconds: Iterable[_Moments]) -> bool:
    count = sum(moments.count for moments in seconds)
    means = np.sum([moments.sums for moments in seconds], axis=0) / count
    squares = np.sum([moments.squares for moments in seconds], axis=0) / count
    spread = np.sqrt(np.maximum(squares - means * means, 0.0))
    accel_still = bool((spread[:3] < STILL_MPS2).all())
    # Without a gyroscope its columns are NaN and say nothing.
    gyro_still = not bool((spread[3:] >= STILL_RADS).any())
    return not (accel_still and gyro_still)
