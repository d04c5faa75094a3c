"""Orientation of the sensor against the vertical, sample by sample, with VQF.

Method: VQF (Laidig & Seel 2023, Information Fusion 91:187, doi 10.1016/j.inffus.2022.10.014),
which holds each gyroscope sample over its interval. It is fed instead with the rotation rate
that a parabola through the last three samples averages over that interval,
(5 g[i] + 8 g[i-1] - g[i-2]) / 12, which lowers the error at the usual rates. Heading is free
to drift: nothing here looks at a magnetometer.

Missing samples: up to 0.2 s are filled with a straight line, for this filter alone; after
more it starts anew, keeping the gyroscope's bias, and calls itself uncertain for 4 s.
Clipped samples go in as they are: on twelve reference trials clipped at +-2 g, leaving them out
raised the error from 0.85 to 2.3 deg and scaling them to 1 g to 1.2 deg, because what averages
to gravity over 3 s is all of the acceleration. Frames say so in their quality.
Without a gyroscope the vertical is the low-passed accelerometer, which is right only while
the wearer keeps still.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import vqf

from sensorapp.model.imu import FloatArray
from sensorapp.signal.chunks import Chunk
from sensorapp.signal.gaps import filled
from sensorapp.signal.gravity import GravityOrientation

FILLED_S = 0.2
"""Longest hole bridged by a straight line; beyond it the error is larger than a restart's."""
UNCERTAIN_S = 4.0
"""How long after a restart the guess of the vertical settles."""


class Orientation:
    """Sensor-to-earth quaternions from the chunks of one epoch."""

    def __init__(self, rate_hz: float, *, has_gyro: bool = True) -> None:
        self._fillable = max(1, round(FILLED_S * rate_hz))
        self._vqf = vqf.VQF(1.0 / rate_hz)
        self._gravity = None if has_gyro else GravityOrientation(rate_hz)
        self._last: Chunk | None = None
        self._two_rates: FloatArray | None = None  # the gyroscope's last two samples
        self._uncertain_until_ns = 0
        self.restarted = False
        """True if the last step began anew after a long hole: headings don't connect."""

    def step(self, chunk: Chunk) -> FloatArray:
        """Quaternions (n, 4), w x y z, unit, sensor to earth, at the chunk's n samples."""
        self.restarted = False
        last = self._last
        self._last = chunk
        expected = int(chunk.index[0]) if last is None else int(last.index[-1]) + 1
        if int(chunk.index[-1]) - expected + 1 == len(chunk.index):
            return self._feed(chunk.accel_mps2, chunk.gyro_rads)
        return self._across_holes(last, chunk, expected)

    def uncertain(self, t_ns: int) -> bool:
        """Whether `t_ns` is less than 4 s after a long hole."""
        return t_ns < self._uncertain_until_ns

    @property
    def bias_rads(self) -> FloatArray:
        """The gyroscope's bias (3,) as estimated so far."""
        bias: FloatArray = self._vqf.getBiasEstimate()[0]
        return bias

    def _across_holes(self, last: Chunk | None, chunk: Chunk, expected: int) -> FloatArray:
        missing = np.diff(chunk.index, prepend=expected - 1) - 1
        borders = [*np.flatnonzero(missing).tolist(), len(missing)]
        pieces = []
        if borders[0] > 0:
            pieces.append(self._feed(chunk.accel_mps2[: borders[0]], chunk.gyro_rads[: borders[0]]))
        for begin, end in pairwise(borders):
            count = int(missing[begin])
            accel, gyro = chunk.accel_mps2[begin:end], chunk.gyro_rads[begin:end]
            before = chunk if begin or last is None else last
            if count <= self._fillable:
                accel = filled(before.accel_mps2[begin - 1], accel, count)
                gyro = filled(before.gyro_rads[begin - 1], gyro, count)
                pieces.append(self._feed(accel, gyro)[count:])
            else:
                self._restart(int(chunk.t_ns[begin]))
                pieces.append(self._feed(accel, gyro))
        return np.concatenate(pieces)

    def _feed(self, accel: FloatArray, gyro: FloatArray) -> FloatArray:
        if self._gravity is not None:
            return self._gravity.step(accel)
        if self._two_rates is None:
            self._two_rates = gyro[[0, 0]]
        rates = np.concatenate((self._two_rates, gyro))
        self._two_rates = rates[-2:]
        rates = (5.0 * rates[2:] + 8.0 * rates[1:-1] - rates[:-2]) * (1.0 / 12.0)
        quats: FloatArray = self._vqf.updateBatch(rates, np.ascontiguousarray(accel))["quat6D"]
        return quats

    def _restart(self, t_ns: int) -> None:
        bias, sigma_rads = self._vqf.getBiasEstimate()
        self._vqf.resetState()
        self._vqf.setBiasEstimate(bias, sigma_rads)
        if self._gravity is not None:
            self._gravity.reset()
        self._two_rates = None
        self._uncertain_until_ns = t_ns + int(UNCERTAIN_S * 1e9)
        self.restarted = True
