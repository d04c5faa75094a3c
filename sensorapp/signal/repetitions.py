"""Counts the repetitions of a movement that is known: there and back, again and again.

What is watched is the one angle that the movement is about, positive in its direction
(flexion for bends; |side bend| or |twist| where both sides take turns). It is reduced to
turning points, and the points to repetitions: the smallest swings are taken out, one after
the other, until those that are left exceed half of a typical repetition of the same set.
So a hesitation half way, trembling at the top, or a return that stops short are part of a
repetition, and a fidget before or after the set is none; nobody has to say how far the
movement should go.

The answer depends on the angles alone, not on when it is asked for; a later one may correct
an earlier, since what is typical becomes clear with the set. Unknown angles are passed over.
Sets made up with such irregularities: docs/decisions/0013-smoothness-and-repetitions.md.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from itertools import pairwise

TURN_DEG = 3.0
"""A swing counts as one from here on; breath moves the upper back by about 1 deg."""
LEAST_DEG = 8.0
"""Nobody's repetition is smaller: the 5th percentile of guided movements is 31 deg."""
ROUGH_SHARE = 0.3
"""Of the largest swing: what surely is no repetition, while the typical one is sought."""
TYPICAL_SHARE = 0.5
"""Of the typical repetition: a smaller swing belongs to another one."""
_MOST_POINTS = 1024
"""Of turning points kept; then the smallest swing is forgotten. A set has some dozens."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """Away and back: turning points at its ends and where it was farthest.

    `range_deg` is from the start to the farthest point.
    """

    t_start_ns: int
    t_peak_ns: int
    t_end_ns: int
    range_deg: float


@dataclass(frozen=True, slots=True)
class _Turn:
    t_ns: int
    angle_deg: float


class RepetitionCounter:
    """Follows one angle through a set."""

    def __init__(self) -> None:
        self._turns: list[_Turn] = []
        self._lowest: _Turn | None = None
        self._highest: _Turn | None = None
        self._rising: bool | None = None  # None until the first swing

    def add(self, t_ns: int, angle_deg: float | None) -> None:
        """One more angle; None or NaN is unknown."""
        if angle_deg is None or math.isnan(angle_deg):
            return
        now = _Turn(t_ns, angle_deg)
        lowest, highest = self._lowest or now, self._highest or now
        self._lowest = lowest = now if angle_deg < lowest.angle_deg else lowest
        self._highest = highest = now if angle_deg > highest.angle_deg else highest
        if self._rising is not False and angle_deg < highest.angle_deg - TURN_DEG:
            self._turned(highest, lowest)
            self._rising, self._lowest = False, now
        elif self._rising is not True and angle_deg > lowest.angle_deg + TURN_DEG:
            self._turned(lowest, highest)
            self._rising, self._highest = True, now

    @property
    def count(self) -> int:
        """Repetitions so far: those whose way back has begun for good."""
        return len(self.repetitions())

    def repetitions(self) -> tuple[Repetition, ...]:
        """The repetitions so far, oldest first."""
        newest = self._highest if self._rising else self._lowest
        turns = [*self._turns, newest] if newest is not None else []
        rough_deg = ROUGH_SHARE * max(_swings(turns), default=0.0)
        found = _peaks(_without_swings_under(turns, max(LEAST_DEG, rough_deg)))
        if not found:
            return ()
        typical_deg = statistics.median(
            peak.angle_deg - max(before.angle_deg, after.angle_deg) for before, peak, after in found
        )
        least_deg = max(LEAST_DEG, TYPICAL_SHARE * typical_deg)
        return tuple(
            Repetition(before.t_ns, peak.t_ns, after.t_ns, peak.angle_deg - before.angle_deg)
            for before, peak, after in _peaks(_without_swings_under(turns, least_deg))
        )

    def _turned(self, turn: _Turn, other: _Turn) -> None:
        """`turn` is one; before the first swing its other end came first, or is no turn."""
        if self._rising is None and other.t_ns < turn.t_ns:
            self._turns.append(other)
        self._turns.append(turn)
        if len(self._turns) > _MOST_POINTS:
            self._turns = _without_smallest(self._turns)


def _swings(turns: list[_Turn]) -> list[float]:
    return [abs(after.angle_deg - before.angle_deg) for before, after in pairwise(turns)]


def _without_swings_under(turns: list[_Turn], least_deg: float) -> list[_Turn]:
    """Turning points between swings of at least `least_deg`; smaller ones melt away."""
    while len(turns) > 1 and min(_swings(turns)) < least_deg:
        turns = _without_smallest(turns)
    return turns


def _without_smallest(turns: list[_Turn]) -> list[_Turn]:
    """The turning points without the smallest swing: both of its ends, or the outer one."""
    swings = _swings(turns)
    place = swings.index(min(swings))
    if place == 0:
        return turns[1:]
    if place == len(swings) - 1:
        return turns[:-1]
    return turns[:place] + turns[place + 2 :]


def _peaks(turns: list[_Turn]) -> list[tuple[_Turn, _Turn, _Turn]]:
    """(before, farthest, after) of each turning point that is higher than its neighbours."""
    triples = zip(turns, turns[1:], turns[2:], strict=False)
    return [three for three in triples if three[1].angle_deg > three[0].angle_deg]
