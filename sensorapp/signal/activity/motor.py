"""The clip's own motor, felt by its own sensor: a strong vibration of one frequency.

A sensor may say that its motor runs; this is for those that have one and don't. A pure tone
obeys x[k+1] + x[k-1] = c x[k] with c = 2 cos(2 pi f / rate), whatever its phase, so one frame
is enough to tell it from the noise of a blow. A motor of 150 to 230 Hz appears folded to any
frequency below half the rate; where that is under 15 Hz it is left alone, since bodies shake
there, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.signal.chunks import Stretch

_LEAST_MPS2 = 1.0
"""Root mean square of the vector: a 10 mm coin motor shakes its clip by some g, an idling bus
its seats by a tenth of a m/s2."""
_LEAST_HZ = 15.0
_LEAST_ROWS = 6
_RESIDUE = 0.15
"""Share of the energy that the tone may leave unexplained; of noise it leaves a half and more."""
_FRAMES = 3
"""In a row: steps and blows are over sooner."""


class MotorDetector:
    """Whether a motor shakes the sensor, from the samples of each frame."""

    def __init__(self, rate_hz: float) -> None:
        able = rate_hz * 0.1 >= _LEAST_ROWS
        self._most_c = 2.0 * math.cos(2.0 * math.pi * _LEAST_HZ / rate_hz) if able else None
        self._frames = 0

    def step(self, accel_mps2: FloatArray, size_mps2: float) -> bool:
        """True from the third frame (n, 3) of a vibration on; `size_mps2` is its mean's length.

        Never at rates under 60 Hz, where a frame is too short to tell.
        """
        if self._most_c is None:
            return False
        values = accel_mps2.ravel()
        rows = len(accel_mps2)
        power = float(values.dot(values)) / rows - size_mps2 * size_mps2
        if power < _LEAST_MPS2**2 or rows < _LEAST_ROWS:
            self._frames = 0
            return False
        self._frames = self._frames + 1 if _is_tone(accel_mps2, self._most_c) else 0
        return self._frames >= _FRAMES

    def stretch(self, stretch: Stretch, sizes_mps2: Sequence[float]) -> list[bool]:
        """What `step` gives for each of many frames."""
        begins = [0, *stretch.ends[:-1]]
        squares = np.add.reduceat((stretch.accel_mps2**2).sum(axis=1), begins)
        power = squares / np.diff(stretch.ends, prepend=0) - np.square(sizes_mps2)
        calm = (power < 0.99 * _LEAST_MPS2**2).tolist()  # beyond all doubt of rounding
        runs = []
        for place, (is_calm, size_mps2) in enumerate(zip(calm, sizes_mps2, strict=True)):
            if is_calm:
                self._frames = 0
                runs.append(False)
            else:
                runs.append(self.step(stretch.chunk(place).accel_mps2, size_mps2))
        return runs

    def reset(self) -> None:
        """Start anew, after a hole."""
        self._frames = 0


def _is_tone(accel_mps2: FloatArray, most_c: float) -> bool:
    values = accel_mps2 - accel_mps2.mean(axis=0)
    middle = values[1:-1]
    around = values[2:] + values[:-2]
    power = float((middle * middle).sum())
    c = float((around * middle).sum()) / power
    if not -2.0 <= c <= most_c:
        return False
    left = around - c * middle
    return float((left * left).sum()) < _RESIDUE * (2.0 + c * c) * power
