"""Which samples never happened: not a number, frozen, or a leap to the end of the range.

Such samples are refused before any filter and count as missing. Others that are clipped stay
in: they are nearer to the truth than none (decision 8). A leap is told from a fast movement by
its size, within one sample more than 0.6 of the value that it ends at; it lasts 50 ms at most and
comes once in 2 s, for a sensor that leaps all the time is being shaken. A sensor is frozen once
all its axes repeat to the last bit for 0.2 s after they did not for 5 s, or for 20 s if what
repeats could be a rest: noise does not stop, but a simulated sensor has none.

What is looked at depends on the samples' own counter alone, so any packets give the same.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.model.imu import BoolArray, FloatArray, ImuBlock
from sensorapp.signal.flags import any_true

LEAP = 0.6
"""Share of a value's magnitude that it took in one sample. Turned by hand as fast as can be,
BROAD's sensor did so in 0.1 % of the samples at 100 Hz, and none of those were clipped."""
FARTHEST_MPS2 = 70.0
FARTHEST_RADS = 30.0
"""Beyond these a leap is one even if the sensor does not say that it clipped: 7 g, 1700 deg/s."""
LONGEST_LEAP_S = 0.05
SELDOM_S = 2.0
FROZEN_CHECKS = 2
_CHECK_S = 0.1
"""How often samples are compared: two repeats in a row are 0.2 s, as much as can be filled."""
_MOVED_S, _NOISY_S = 5.0, 20.0
"""For how long nothing may have repeated before a repeat is doubted, in movement and at rest."""
_REST_RADS = math.radians(2.0)
_REST_MPS2 = (9.3, 10.3)


class BadSamples:
    """Looks at every block of one epoch, in order."""

    def __init__(self) -> None:
        self._last: tuple[ImuBlock, int] | None = None  # the last good sample
        self._leaping = False
        self._leapt: int | None = None  # index of the first sample of the last leap
        self._checked: tuple[ImuBlock, int] | None = None
        self._checked_mps2 = float("nan")  # the first value of that sample
        self._repeats = 0
        self._fresh = 0  # checks without a repeat, so far; back to 0 after a repeat that counts
        self._frozen = False
        self._rate_mhz, self._every = 0, 1

    def good(self, block: ImuBlock) -> BoolArray | None:
        """(n,) False at the samples to refuse; None, mostly, if there are none."""
        # A sum of squares is below a limit only if every value is, and is a number.
        near = bool(np.vdot(block.accel_mps2, block.accel_mps2) < FARTHEST_MPS2**2)
        if block.has_gyro:
            near = near and bool(np.vdot(block.gyro_rads, block.gyro_rads) < FARTHEST_RADS**2)
        good = None
        if near and not any_true(block.clipped):
            self._near(block, -1)
        else:
            good = self._look_closer(block)
        frozen = self._frozen_rows(block)
        if frozen is None:
            return good
        return ~frozen if good is None else good & ~frozen

    def are_none(self, block: ImuBlock) -> bool:
        """For a long block of six axes, nothing of it clipped: whether no sample raises a doubt.

        If one does, nothing is remembered, and `good` has to look at the packets one by one.
        """
        if self._frozen or not (
            np.abs(block.accel_mps2).max() < FARTHEST_MPS2  # False for what is not a number
            and np.abs(block.gyro_rads).max() < FARTHEST_RADS
        ):
            return False
        every = self._checks_every(block)
        first = -block.first_index % every
        accel, gyro = block.accel_mps2[first::every], block.gyro_rads[first::every]
        if not len(accel) or (self._checked is not None and _same(self._checked, (block, first))):
            return False
        repeats = (accel[1:] == accel[:-1]).all(axis=1)
        repeats &= (gyro[1:] == gyro[:-1]).all(axis=1)
        if repeats.any():
            return False
        self._near(block, -1)
        self._fresh_again()
        self._fresh += len(accel) - 1
        self._checked = (block, first + (len(accel) - 1) * every)
        self._checked_mps2 = accel.item(-3)
        return True

    def _near(self, block: ImuBlock, row: int) -> None:
        """The last sample that raised no doubt."""
        self._leaping = False
        self._last = (block, row)

    def _look_closer(self, block: ImuBlock) -> BoolArray | None:
        good: BoolArray = np.asarray(np.isfinite(block.accel_mps2).all(axis=1))
        beyond: BoolArray = block.clipped | (np.abs(block.accel_mps2).max(axis=1) >= FARTHEST_MPS2)
        if block.has_gyro:
            good &= np.isfinite(block.gyro_rads).all(axis=1)
            beyond |= np.abs(block.gyro_rads).max(axis=1) >= FARTHEST_RADS
        rows = np.flatnonzero(good)
        far = beyond[rows]
        for place in np.flatnonzero(far).tolist():
            if place and not far[place - 1]:
                self._near(block, int(rows[place - 1]))
            row = int(rows[place])
            if self._leaps(block, row):
                good[row] = False
            else:
                self._last = (block, row)
        if len(rows) and not far[-1]:
            self._near(block, int(rows[-1]))
        return None if good.all() else good

    def _leaps(self, block: ImuBlock, row: int) -> bool:
        """Whether a sample at the end of the range leapt there, or stays where the last one did."""
        index, rate_hz = block.first_index + row, block.rate_mhz / 1000.0
        since = None if self._leapt is None else (index - self._leapt) / rate_hz
        if self._leaping:
            self._leaping = since is not None and since < LONGEST_LEAP_S
        elif self._last is not None and (since is None or since >= SELDOM_S):
            self._leaping = _far_apart(_sample(self._last), _sample((block, row)))
            if self._leaping:
                self._leapt = index
        return self._leaping

    def _frozen_rows(self, block: ImuBlock) -> BoolArray | None:
        """(n,) True where the sensor is frozen; None if it is nowhere."""
        every = self._checks_every(block)
        first = -block.first_index % every
        frozen = np.full(block.count, True) if self._frozen else None
        for row in range(first, block.count, every):
            was = self._frozen
            self._check(block, row)
            if self._frozen != was:
                frozen = np.full(block.count, False) if frozen is None else frozen
                frozen[row:] = self._frozen
        return frozen

    def _checks_every(self, block: ImuBlock) -> int:
        if block.rate_mhz != self._rate_mhz:
            self._rate_mhz = block.rate_mhz
            self._every = max(1, round(_CHECK_S * block.rate_mhz / 1000.0))
        return self._every

    def _fresh_again(self) -> None:
        """A sample that repeats none."""
        if self._repeats >= FROZEN_CHECKS and not self._frozen:
            self._fresh = 0
        self._fresh += 1
        self._repeats = 0
        self._frozen = False

    def _check(self, block: ImuBlock, row: int) -> None:
        before, first_mps2 = self._checked, block.accel_mps2.item(3 * row)
        self._checked = (block, row)
        # Nearly always this one number tells; the others are looked at only if it repeats.
        repeats = first_mps2 == self._checked_mps2
        self._checked_mps2 = first_mps2
        if before is None or not repeats or not _same(before, (block, row)):
            self._fresh_again()
            return
        self._repeats += 1
        needed_s = _NOISY_S if _rests(block, row) else _MOVED_S
        self._frozen = self._repeats >= FROZEN_CHECKS and self._fresh * _CHECK_S >= needed_s


def _sample(place: tuple[ImuBlock, int]) -> tuple[FloatArray, FloatArray]:
    block, row = place
    return block.accel_mps2[row], block.gyro_rads[row]


def _far_apart(last: tuple[FloatArray, FloatArray], new: tuple[FloatArray, FloatArray]) -> bool:
    for before, after in zip(last, new, strict=True):
        step, size = np.abs(after - before).max(), np.abs(after).max()
        if step >= LEAP * size > 0.0:  # False for a gyroscope's NaN
            return True
    return False


def _same(one: tuple[ImuBlock, int], other: tuple[ImuBlock, int]) -> bool:
    (accel, gyro), (accel_too, gyro_too) = _sample(one), _sample(other)
    return np.array_equal(accel, accel_too) and np.array_equal(gyro, gyro_too, equal_nan=True)


def _rests(block: ImuBlock, row: int) -> bool:
    low, high = _REST_MPS2
    gravity = math.sqrt(sum(value * value for value in block.accel_mps2[row].tolist()))
    rates = block.gyro_rads[row].tolist() if block.has_gyro else [0.0]
    return low <= gravity <= high and max(map(abs, rates)) <= _REST_RADS
