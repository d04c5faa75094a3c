"""Sums that fade exponentially, value by value or for many values at once, to the same bit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from sensorapp.model.imu import FloatArray

FRAME_HZ = 10.0


def fading_share(time_constant_s: float) -> float:
    """Share of a new frame in a sum that fades with `time_constant_s`."""
    return 1.0 - math.exp(-1.0 / (time_constant_s * FRAME_HZ))


class FadingSums:
    """Means of some columns in which what is old counts ever less; they begin with zero."""

    def __init__(self, columns: int, time_constant_s: float) -> None:
        self._share = fading_share(time_constant_s)
        self._keep = 1.0 - self._share
        self.values = [0.0] * columns

    def step(self, new: Sequence[float]) -> None:
        """Take one value for each column."""
        share, keep = self._share, self._keep
        self.values = [
            share * one + keep * sum_ for one, sum_ in zip(new, self.values, strict=True)
        ]

    def steps(self, new: FloatArray) -> FloatArray:
        """The sums after each of n rows, (n, columns); only where `rounds_alike`."""
        from scipy import signal

        state = np.array([[self._keep * value for value in self.values]])
        sums, _ = signal.lfilter((self._share,), (1.0, -self._keep), new, axis=0, zi=state)
        self.values = sums[-1].tolist()
        return np.asarray(sums)


@cache
def rounds_alike() -> bool:
    """Whether many values at once give the same bits as one by one.

    They do unless SciPy's compiler made one operation of a product and a sum, as on ARM.
    """
    new = np.random.default_rng(1).normal(size=(500, 2))
    one_by_one, together = FadingSums(2, 0.6), FadingSums(2, 0.6)
    sums = together.steps(new)
    for row, values in zip(sums.tolist(), new.tolist(), strict=True):
        one_by_one.step(values)
        if one_by_one.values != row:
            return False
    return True
