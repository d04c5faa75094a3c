"""How strongly the body is shaken, and how alike one step is to the one before.

The input is the length of the acceleration, one value a frame of the 10 Hz grid, band-passed
to 0.6-3 Hz: steps come at 1.2 to 2.6 Hz, and what is faster (laughing, a shaking leg, an
engine) stays out. It is compared with itself of 0.4 to 0.9 s before, the time of one step;
the likeness is their correlation, 1 for a perfect rhythm. All sums fade exponentially, so a
frame costs the same however long they reach back, and rounding errors fade with them.

Autocorrelation of trunk acceleration as a measure of steps: Moe-Nilssen and Helbostad 2004,
J Biomech 37:121, doi 10.1016/S0021-9290(03)00233-1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.signal.activity.fading import FRAME_HZ, FadingSums, fading_share, rounds_alike
from sensorapp.signal.filters import ScalarFilter, band_pass_sos

_BAND_HZ = (0.6, 3.0)
_LONGEST = 9
_LAGS = 7
"""Lags of 9 frames down to 3. The shortest is there as the neighbour of 0.4 s alone: nobody
takes 3.3 steps a second."""
HOLD_S = 0.4
_QUICK_S = 0.6
_SLOW_S = 2.5
"""Time constants. The shortest tells an end soon, the middle one a beginning, the longest
what lasts: with 2.0 s a third more of simulated coughing looked like steps."""
_QUIET_MPS2 = 0.03
"""Far below any step: what is weaker has no likeness, and at rest none is worked out."""
_NEARLY = 0.8
"""Twice the time of a step fits as well as once: the shorter wins if it fits nearly as well."""

FEW = 6
"""Frames for which working on columns costs as much as one by one."""


class Shaking(NamedTuple):
    """Of n frames in a row: root mean squares over about 0.4 s and 2.5 s, and likenesses.

    `quick` and `slow` (n, lags) are the likenesses over about 0.6 s and 2.5 s, -1..1, the longest
    lag first.
    """

    hold_mps2: list[float]
    quick: FloatArray
    slow: FloatArray
    slow_mps2: FloatArray


class StepRhythm:
    """Strength and rhythm of the shaking, updated once a frame."""

    def __init__(self) -> None:
        self._band_pass = ScalarFilter(band_pass_sos(*_BAND_HZ, FRAME_HZ))
        self._hold_share = fading_share(HOLD_S)
        self._slow_share = fading_share(_SLOW_S)
        self.reset()

    def reset(self) -> None:
        """Start anew, as if at rest."""
        self._band_pass.reset()
        self._past = [0.0] * _LONGEST
        self._quick = _Likeness(_QUICK_S)
        self._slow = _Likeness(_SLOW_S)
        self._hold = 0.0
        self.value_mps2 = 0.0
        """The newest value of the band."""
        self.hold_mps2 = 0.0
        """Root mean square over about 0.4 s."""

    def step(self, size_mps2: float) -> None:
        """Take the length of a frame's mean acceleration."""
        self.take(*self._band_pass.step((size_mps2,)))

    def band(self, sizes_mps2: Sequence[float]) -> Sequence[float]:
        """Of many frames that come next, at least one: the values to `take` one by one."""
        return self._band_pass.step(sizes_mps2)

    def take(self, value: float) -> None:
        """Take a frame's value of the band."""
        self.value_mps2 = value
        power = value * value
        self._hold += self._hold_share * (power - self._hold)
        self.hold_mps2 = math.sqrt(self._hold)
        past = self._past
        if power > _QUIET_MPS2**2 or self._slow.power > _QUIET_MPS2**2:
            new = [power, *[value * earlier for earlier in past[:_LAGS]]]
            self._quick.step(new)
            self._slow.step(new)
        del past[0]
        past.append(value)

    def calm(self, values: Sequence[float], most_mps2: float) -> list[float]:
        """Take as many of these values as shake too little to be compared: `hold_mps2` of each.

        For each of them it is not above `most_mps2`; what comes next is for `take`.
        """
        calm: list[float] = []
        if self._slow.power > _QUIET_MPS2**2:
            return calm
        hold, share = self._hold, self._hold_share
        for value in values:
            power = value * value
            held = hold + share * (power - hold)
            hold_mps2 = math.sqrt(held)
            if power > _QUIET_MPS2**2 or hold_mps2 > most_mps2:
                break
            hold = held
            calm.append(hold_mps2)
        if calm:
            self._hold, self.hold_mps2 = hold, calm[-1]
            self.value_mps2 = values[len(calm) - 1]
            self._past = [*self._past, *values[: len(calm)]][-_LONGEST:]
        return calm

    def compared(self, values: Sequence[float]) -> Shaking | None:
        """Take as many of these values as are compared with earlier ones, if there are enough.

        To the bit what `take` leads to; None, with nothing done, for under `FEW`.
        """
        holds: list[float] = []
        hold, slow_power = self._hold, self._slow.power
        share, slow_share = self._hold_share, self._slow_share
        for value in values:
            power = value * value
            if not max(power, slow_power) > _QUIET_MPS2**2:
                break
            hold += share * (power - hold)
            slow_power = slow_share * power + (1.0 - slow_share) * slow_power
            holds.append(math.sqrt(hold))
        count = len(holds)
        if count < FEW or not rounds_alike():
            return None
        self._hold, self.hold_mps2, self.value_mps2 = hold, holds[-1], values[count - 1]
        new = np.array(values[:count])
        line = np.concatenate((self._past, new))
        self._past = line[-_LONGEST:].tolist()
        columns = np.empty((count, 1 + _LAGS))
        columns[:, 0] = new * new
        for lag in range(_LAGS):
            columns[:, 1 + lag] = new * line[lag : lag + count]
        quick, _ = self._quick.steps(columns)
        slow, slow_powers = self._slow.steps(columns)
        return Shaking(holds, quick, slow, np.sqrt(slow_powers))

    @property
    def slow_mps2(self) -> float:
        """Root mean square over about 2.5 s."""
        return math.sqrt(self._slow.power)

    @property
    def quick_likeness(self) -> float:
        """Likeness of one step to the one before, over about 0.6 s: -1..1."""
        return max(self._quick.values()[:-1])

    @property
    def slow_likeness(self) -> float:
        """The same over about 2.5 s."""
        return max(self._slow.values()[:-1])

    @property
    def step_s(self) -> float:
        """Time of one step, by the slow likeness."""
        return step_s_of(self._slow.values())


def step_s_of(values: Sequence[float]) -> float:
    """Time of one step: where these likenesses peak, between frames by a parabola."""
    enough = _NEARLY * max(values[:-1])
    for k in range(len(values) - 2, 0, -1):
        longer, here, shorter = values[k - 1 : k + 2]
        if here >= enough and longer < here >= shorter:
            past_lag = 0.5 * (longer - shorter) / (2.0 * here - longer - shorter)
            return (_LONGEST - k + past_lag) / FRAME_HZ
    return _LONGEST / FRAME_HZ


class _Likeness:
    """Fading sums of a signal's products with its own past, the longest lag first."""

    def __init__(self, time_constant_s: float) -> None:
        self._sums = FadingSums(1 + _LAGS, time_constant_s)
        self._powers = [0.0] * (_LONGEST + 1)

    @property
    def power(self) -> float:
        """Mean square of the signal."""
        return self._powers[-1]

    def step(self, new: Sequence[float]) -> None:
        """Take the square of a value and its products with earlier ones."""
        self._sums.step(new)
        powers = self._powers
        del powers[0]
        powers.append(self._sums.values[0])

    def steps(self, new: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Take such rows, (n, 1 + lags): `values` and `power` after each."""
        sums = self._sums.steps(new)
        power = sums[:, 0]
        line = np.concatenate((self._powers[1:], power))
        self._powers = line[-_LONGEST - 1 :].tolist()
        then = np.stack([line[lag : lag + len(power)] for lag in range(_LAGS)], axis=1)
        sizes = np.sqrt(power[:, np.newaxis] * then) + _QUIET_MPS2**2
        return sums[:, 1:] / sizes, power

    def values(self) -> list[float]:
        """Correlations at all lags; only asked for while something shakes."""
        power, *products = self._sums.values
        return [
            product / (math.sqrt(power * then) + _QUIET_MPS2**2)
            for product, then in zip(products, self._powers[:_LAGS], strict=True)
        ]
