"""What the gyroscope's samples say about the turn over each sampling interval.

A strapdown integrator such as VQF holds a rate over an interval. Fed with the samples
themselves it lags by half an interval and misses what bends in between. Here the rate is read
off a parabola through the last three samples, averaged over the interval,
(5 g[i] + 8 g[i-1] - g[i-2]) / 12, and the coning term (g[i-1] x g[i]) dt / 12 is added: turns
about an axis that moves don't commute (Savage 1998, J Guid Control Dyn 21:19, doi
10.2514/2.4228). Errors of scale and axes of the gyroscope are taken out on the way.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import as_strided

from sensorapp.model.imu import FloatArray

PARABOLA = (-1.0 / 12.0, 8.0 / 12.0, 5.0 / 12.0)
"""Weights of the samples i-2, i-1 and i; exact for a rate that is quadratic in time."""

_CONING = 1.0 / 12.0
_LEAST_CONING_RADS = 1e-4
"""Coning below 0.006 deg/s is left out, so that sitting still costs little: on the twelve trials
of BROAD that changed the error by less than 0.0001 deg, at 100 and at 48 Hz."""
_WITHIN = 16.0
"""Whether there can be more within a chunk is told by its ends, from a quarter of that speed on."""
_YZX, _ZXY = np.array([1, 2, 0]), np.array([2, 0, 1])
_ROOM = 2048
"""Samples side by side before the last two go to the front again: 50 kB."""


class IntervalRates:
    """Rates for a strapdown integrator; keeps two samples between calls.

    All samples of a call share one product of matrices, for this runs for every packet.
    """

    def __init__(self, rate_hz: float) -> None:
        self._least_square = _LEAST_CONING_RADS * rate_hz / _CONING / _WITHIN
        self._square = 0.0  # of the last sample
        self.newest_rads = [0.0, 0.0, 0.0]
        """The last sample of the last single chunk."""
        self._turned = np.zeros((3, 3))
        for column, row in enumerate(_YZX):
            self._turned[row, column] = _CONING / rate_hz
        self._fresh = True
        self._samples: FloatArray = np.zeros((0, 3))
        self._at = 0  # row of the last sample but one
        self._make_room(_ROOM)
        self.set_errors(np.zeros((3, 3)))

    def set_errors(self, errors: FloatArray) -> None:
        """From now on true rates are taken to be (1 + `errors` (3, 3)) times the measured."""
        true = (np.eye(3) + errors).T
        self._weights = np.concatenate([weight * true for weight in PARABOLA])

    def step(self, gyro_rads: FloatArray, ends: Sequence[int] = ()) -> FloatArray:
        """Mean rates (n, 3) rad/s, C-contiguous, from each sample's predecessor to it.

        `gyro_rads` (n, 3), n >= 1, finite, goes on where the last call ended. Before the first
        sample the rate is taken to have been the same. Of several chunks at once `ends` has the
        end of each one's rows, n the last of them.
        """
        count, at = len(gyro_rads), self._at
        last = at + count
        if last + 3 > len(self._samples):
            self._make_room(count)
            at, last = 0, count
        samples, self._at = self._samples, last
        if self._fresh:
            samples[at : at + 2] = gyro_rads[0]
            self._fresh = False
        samples[at + 2 : last + 2] = gyro_rads
        # Not a row alone, for which numpy takes another way that rounds otherwise.
        rates: FloatArray = self._triples[at : last if count > 1 else last + 1].dot(self._weights)
        rates = rates if count > 1 else rates[:1]
        if len(ends) > 1:
            self._add_some_coning(rates, samples[at + 1 : last + 2], ends)
            return rates
        self.newest_rads = x, y, z = gyro_rads[-1].tolist()
        before, self._square = self._square, x * x + y * y + z * z
        if before >= self._least_square or self._square >= self._least_square:
            one, other = self._coning(samples[at + 1 : last + 2])
            rates += one
            rates -= other
        return rates

    def _coning(self, samples: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What to add to the rates between successive samples (n + 1, 3), and what to take off."""
        one, other = samples.dot(self._turned), samples.take(_ZXY, axis=1)
        # Both halves of the vector product; `one` carries the factor.
        return one[:-1] * other[1:], other[:-1] * one[1:]

    def _add_some_coning(self, rates: FloatArray, samples: FloatArray, ends: Sequence[int]) -> None:
        """The same chunk by chunk, for each as for a chunk that comes alone."""
        x, y, z = samples[[0, *ends]].T
        squares = x * x + y * y + z * z
        squares[0], self._square = self._square, squares.item(-1)
        ends_fast = squares >= self._least_square
        fast = ends_fast[:-1] | ends_fast[1:]
        if fast.any():
            rows = np.flatnonzero(np.repeat(fast, np.diff(ends, prepend=0)))
            one, other = self._coning(samples)
            rates[rows] += one[rows]
            rates[rows] -= other[rows]

    def reset(self) -> None:
        """Forget the last samples, not the errors."""
        self._fresh = True
        self._square = 0.0

    def _make_room(self, count: int) -> None:
        """For so many samples after the last two."""
        before = self._samples[self._at : self._at + 2].copy()
        if count + 3 > len(self._samples):
            self._samples = np.zeros((max(_ROOM, count + 3), 3))
            row, column = self._samples.strides
            # Three successive samples as one row of nine, without copying.
            self._triples = as_strided(self._samples, (len(self._samples) - 2, 9), (row, column))
        self._samples[: len(before)] = before
        self._at = 0
