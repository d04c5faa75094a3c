"""Walking, its steps a minute, and other brisk movement.

Walking is a shaking of the trunk with a rhythm, and it goes in all three directions. A sign of
it, in something that has been shaking for 0.7 s, is one of two:
- a rhythm that lasts and is strong enough; 0.59 of likeness is asked of what shakes in a
  plane as coughs do, 0.51 of who sways as much to the sides as up and down;
- a shaking that goes in all directions (0.24 m/s2 in the least of them) with a trace of a
  rhythm (0.46): the weak, uneven steps of who turns, or steps over things.
It goes on for a fifth of a second after each sign, so that a single frame without one is no
end; from 1.2 s of walking on for 2 s, if something still shakes as much as 0.5 m/s2. Its
end is told some 2 s after the last step.

Brisk is any movement with a root mean square above 0.4 m/s2 over 2 s, walking or not: it is
no time to judge a posture, but no claim about steps either. Coughing is often brisk and
seldom walking; so are the weakest steps of some walkers.

The figures were chosen by trial: docs/decisions/0015-activities.md.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from functools import reduce
from itertools import groupby
from operator import add
from typing import NamedTuple

import numpy as np

from sensorapp.model.posture import Vector3
from sensorapp.signal.activity.rhythm import FEW, Shaking, StepRhythm, step_s_of
from sensorapp.signal.activity.sway import Sway, axes_of

_LEAST_HZ = 9.0
"""Slower sensors can't show steps: their frames are further apart."""

_SHAKEN_MPS2 = 0.1
_SHAKEN_FRAMES = 7
"""A bump is over sooner."""
_TRACE_LIKENESS = 0.46
_LEAST_MPS2 = 0.24
"""In the direction of the least shaking; with 0.3 a fifth of the weak steps is lost."""
_LEAST_SHARE = 0.22
"""Of the least in the most direction; walkers have 0.3 to 0.6."""
_RHYTHM_LIKENESS = 0.59
_SWAY_BONUS = 0.16
"""Times the share of the least direction is added to the likeness."""
_RHYTHM_STRENGTH_MPS2 = 0.19
"""Of strength times likeness: a weak shaking needs a better rhythm."""
_RHYTHM_MPS2 = 0.3
_FRESH_LIKENESS = 0.5
"""The rhythm has to be in the last steps, too: right after a walk, sitting down would find the
slow one still there."""

_SIGN_FRAMES = 2
_SIGN_MPS2 = 0.2
_SETTLED_FRAMES = 12
_LOST_FRAMES = 20
_LOST_MPS2 = 0.5
"""Of all directions together: turning on the spot shakes more; at 0.2 ends are told 0.4 s later."""

_CADENCE_FRAMES = 20
_CADENCE_LIKENESS = 0.4
"""Less is no rhythm to count by: one bout of 83 steps a minute was told as 141."""

BRISK_MPS2 = 0.4
_BRISK_FRAMES = 20
_BRISK_SUM = _BRISK_FRAMES * BRISK_MPS2**2
_OVER_MPS2 = 0.2
"""Brisk is over when the last half second is calmer than this, not when the 2 s are."""

_SURE_LIKENESS = 0.8


class Steps(NamedTuple):
    """What `take` leaves behind for each of many frames; where it walks, how surely and fast."""

    walks: list[bool]
    brisk: list[bool]
    shaking_mps2: list[float]
    walking: dict[int, tuple[float, float | None]]


class WalkingDetector:
    """Whether the wearer walks, judged once a frame of the 10 Hz grid."""

    def __init__(self, rate_hz: float) -> None:
        self._rhythm = StepRhythm() if rate_hz >= _LEAST_HZ else None
        self._sway = Sway()
        self._squares: deque[float] = deque(maxlen=_BRISK_FRAMES)
        self._shaken_frames = self._walked_frames = 0
        self._signless_frames = _LOST_FRAMES
        self.reset()

    def reset(self) -> None:
        """Start anew, after a hole."""
        if self._rhythm is not None:
            self._rhythm.reset()
        self._squares.clear()
        self._calm()
        self.brisk = False
        """Whether the wearer moves briskly, walking or not."""
        self.shaking_mps2 = 0.0
        """Root mean square of the shaking over about 0.4 s, 0 at rates too low for steps."""

    def step(self, accel_mps2: Vector3) -> bool:
        """True while walking; never at rates too low for steps.

        `accel_mps2` is the frame's mean acceleration, in the sensor's axes.
        """
        if self._rhythm is None:
            return False
        x, y, z = accel_mps2
        (value,) = self._rhythm.band((math.sqrt(x * x + y * y + z * z),))
        return self.take(value, accel_mps2)

    def band(self, sizes_mps2: Sequence[float]) -> Sequence[float]:
        """Of many frames that come next, at least one: the values to `take` one by one."""
        return sizes_mps2 if self._rhythm is None else self._rhythm.band(sizes_mps2)

    def take(self, value: float, accel_mps2: Vector3) -> bool:
        """The answer of `step` for a frame whose value of the band is known."""
        rhythm = self._rhythm
        if rhythm is None:
            return False
        rhythm.take(value)
        self.shaking_mps2 = hold_mps2 = rhythm.hold_mps2
        self._squares.append(value * value)
        # Added up one by one: `sum` would round otherwise, from Python 3.12 on.
        self.brisk = hold_mps2 > _OVER_MPS2 and reduce(add, self._squares) > _BRISK_SUM
        if hold_mps2 <= _SHAKEN_MPS2:
            if self._shaken_frames:
                self._calm()
            return False
        self._shaken_frames += 1
        self._sway.step(accel_mps2)
        sign = False
        if hold_mps2 > _SIGN_MPS2:
            quick_likeness = rhythm.quick_likeness
            sign = self._may_be_sign(hold_mps2, quick_likeness) and _is_sign(
                self._sway.axes_mps2(),
                hold_mps2,
                quick_likeness,
                rhythm.slow_likeness,
                rhythm.slow_mps2,
            )
        return self._walks(sign, hold_mps2, self._sway.hold_mps2)

    def _walks(self, sign: bool, hold_mps2: float, all_mps2: float) -> bool:
        """Whether the wearer walks in a frame with or without a sign of it."""
        self._signless_frames = 0 if sign else self._signless_frames + 1
        walks = (self._signless_frames < _SIGN_FRAMES and hold_mps2 > _SIGN_MPS2) or (
            self._walked_frames > _SETTLED_FRAMES
            and self._signless_frames <= _LOST_FRAMES
            and all_mps2 > _LOST_MPS2
        )
        self._walked_frames = self._walked_frames + 1 if walks else 0
        return walks

    def stretch(self, values: Sequence[float], accel_mps2: Sequence[Vector3]) -> Steps:
        """What `take` gives for many frames that come next."""
        count = len(values)
        steps = Steps([False] * count, [False] * count, [], {})
        singly = 0
        while (place := len(steps.shaking_mps2)) < count:
            calm = self._calm_through(values[place:])
            if calm:
                steps.shaking_mps2.extend(calm)
                continue
            if place >= singly and not self._compared_through(values, accel_mps2, steps):
                singly = place + FEW
            if place == len(steps.shaking_mps2):
                if self.take(values[place], accel_mps2[place]):
                    steps.walks[place] = True
                    steps.walking[place] = self.confidence, self.cadence_spm
                steps.brisk[place] = self.brisk
                steps.shaking_mps2.append(self.shaking_mps2)
        return steps

    def _compared_through(
        self, values: Sequence[float], accel_mps2: Sequence[Vector3], steps: Steps
    ) -> bool:
        """Take as many frames as have a rhythm, from where `steps` are; False for too few."""
        rhythm, place = self._rhythm, len(steps.shaking_mps2)
        shaking = None if rhythm is None else rhythm.compared(values[place:])
        if shaking is None:
            return False
        holds_mps2 = shaking.hold_mps2
        count = len(holds_mps2)
        steps.brisk[place : place + count] = self._brisk_through(
            values[place : place + count], holds_mps2
        )
        begin = 0
        for shakes, run in groupby(hold_mps2 > _SHAKEN_MPS2 for hold_mps2 in holds_mps2):
            rows = range(begin, begin + sum(1 for _ in run))
            if shakes:
                self._shaken(accel_mps2, shaking, rows, steps)
            elif self._shaken_frames:
                self._calm()
            begin = rows.stop
        steps.shaking_mps2.extend(holds_mps2)
        self.shaking_mps2 = holds_mps2[-1]
        return True

    def _shaken(
        self, accel_mps2: Sequence[Vector3], shaking: Shaking, rows: range, steps: Steps
    ) -> None:
        """Take these rows of what was compared, all shaken."""
        first, some = len(steps.shaking_mps2), slice(rows.start, rows.stop)
        sway_mps2, sums = self._sway.steps(accel_mps2[first + rows.start : first + rows.stop])
        quick, slow = (
            like[some, :-1].max(axis=1).tolist() for like in (shaking.quick, shaking.slow)
        )
        slow_mps2 = shaking.slow_mps2[some].tolist()
        for place, row in enumerate(rows):
            self._shaken_frames += 1
            hold_mps2, quickly, slowly = shaking.hold_mps2[row], quick[place], slow[place]
            sign = self._may_be_sign(hold_mps2, quickly) and _is_sign(
                axes_of(sums[place]), hold_mps2, quickly, slowly, slow_mps2[place]
            )
            if self._walks(sign, hold_mps2, sway_mps2[place]):
                steps.walks[first + row] = True
                cadence_spm = None
                if self._may_count(slowly):
                    cadence_spm = 60.0 / step_s_of(shaking.slow[row].tolist())
                steps.walking[first + row] = _sure(max(slowly, quickly)), cadence_spm

    def _brisk_through(self, values: Sequence[float], holds_mps2: Sequence[float]) -> list[bool]:
        """`brisk` after each of these frames."""
        count = len(values)
        new = np.array(values)
        missing = [0.0] * (_BRISK_FRAMES - 1 - len(self._squares))
        past = [*missing, *self._squares][1 - _BRISK_FRAMES :]
        squares = np.concatenate((past, new * new))
        sums = np.zeros(count)
        for before in range(_BRISK_FRAMES):  # the oldest first, as one by one
            sums += squares[before : before + count]
        brisk = (np.array(holds_mps2) > _OVER_MPS2) & (sums > _BRISK_SUM)
        self._squares.extend(squares[-_BRISK_FRAMES:].tolist())
        self.brisk = brisk.item(-1)
        told: list[bool] = brisk.tolist()
        return told

    def _calm_through(self, values: Sequence[float]) -> list[float]:
        """Take as many of these as shake nothing: `shaking_mps2` after each of them.

        For each `take` would find no walking and nothing brisk.
        """
        if self._rhythm is None:
            return [0.0] * len(values)
        if self._shaken_frames:
            return []
        calm = self._rhythm.calm(values, _SHAKEN_MPS2)
        if calm:
            newest = values[max(0, len(calm) - _BRISK_FRAMES) : len(calm)]
            self._squares.extend([value * value for value in newest])
            self.brisk, self.shaking_mps2 = False, calm[-1]
        return calm

    @property
    def cadence_spm(self) -> float | None:
        """Steps a minute; None when not walking, not for two seconds yet, or without a rhythm."""
        if self._rhythm is None or not self._may_count(self._rhythm.slow_likeness):
            return None
        return 60.0 / self._rhythm.step_s

    @property
    def confidence(self) -> float:
        """How sure walking is while it is said, 0.5 to 1: a rhythm of 0.8 is as sure as any."""
        if self._rhythm is None:
            return 0.0
        return _sure(max(self._rhythm.slow_likeness, self._rhythm.quick_likeness))

    def _calm(self) -> None:
        """Nothing shakes: the sway begins anew with what comes next, and rest costs nothing."""
        self._sway.reset()
        self._shaken_frames = self._walked_frames = 0
        self._signless_frames = _LOST_FRAMES

    def _may_be_sign(self, hold_mps2: float, quick_likeness: float) -> bool:
        shakes = hold_mps2 > _SIGN_MPS2 and self._shaken_frames >= _SHAKEN_FRAMES
        return shakes and quick_likeness >= _TRACE_LIKENESS

    def _may_count(self, slow_likeness: float) -> bool:
        return self._walked_frames > _CADENCE_FRAMES and slow_likeness >= _CADENCE_LIKENESS


def _is_sign(
    axes_mps2: tuple[float, float],
    hold_mps2: float,
    quick_likeness: float,
    slow_likeness: float,
    slow_mps2: float,
) -> bool:
    """Whether a frame that may be a sign of walking is one."""
    least_mps2, most_mps2 = axes_mps2
    share = least_mps2 / max(most_mps2, _SHAKEN_MPS2)
    if least_mps2 > _LEAST_MPS2 and share > _LEAST_SHARE:
        return True
    if hold_mps2 <= _RHYTHM_MPS2 or quick_likeness <= _FRESH_LIKENESS:
        return False
    return (
        slow_likeness + _SWAY_BONUS * share > _RHYTHM_LIKENESS
        and slow_likeness * slow_mps2 > _RHYTHM_STRENGTH_MPS2
    )


def _sure(likeness: float) -> float:
    return min(1.0, 0.5 + 0.5 * max(0.0, likeness) / _SURE_LIKENESS)
