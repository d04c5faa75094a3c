"""Does the clip sit today as it did when the pose was taken that the session begins with?

Who sits down leaning forward can't be told from a clip that sits otherwise, so leaning says
nothing here. Two things do, in the first ten minutes:

- at rest alone: three minutes of it 17 deg aside, and even the fifth that is nearest to upright
  14 deg. Leaning forward does not turn the clip to the side, and nobody was told to sit aside;
- walking and rest together: ten seconds of walking and half a minute of rest, both 7 deg to
  the same side. Nobody walks on an armrest. Forward or back takes more, since people walk 3, 9
  and 16 to 23 deg (p10, p50, p90) from how they sit: 25 deg forward and the rests 18 deg, or 18
  deg back and the rests 10 deg.

Who has walked is judged by that: rest alone does not count then. Limits were chosen on made-up
mornings and judged on others (`python -m tests.long.mornings`).
"""

from __future__ import annotations

from collections import deque
from statistics import fmean, median

Angles = tuple[float, float]
"""Flexion and side bend in degrees, away from upright."""

_FLEXION, _SIDE = 0, 1
_MOST_BINS = 59
"""After ten minutes the median of ten minutes is looked at instead."""
_WINDOW_BINS = 18
_LEAST_BINS = 14
_ASIDE_DEG = 17.0
_NEAREST_DEG = 14.0
_WALK_S = 10
_WALK_MOST_S = 60
_REST_BINS = 3
_SIDE_DEG = 7.0
_FORWARD_DEG = (25.0, 18.0)
_BACK_DEG = (18.0, 10.0)
"""Walking and at rest."""
_GONE_DEG = 4.0
"""Walking or three minutes of rest nearer to upright than this: it was the wearer."""


class SeatStart:
    """Gathers walking and rests of the first minutes, in bins of ten seconds."""

    def __init__(self) -> None:
        self._walks: deque[Angles] = deque(maxlen=_WALK_MOST_S)
        self._rests: deque[Angles | None] = deque(maxlen=_WINDOW_BINS)
        self._bins = 0
        self._which = _SIDE

    def clear(self) -> None:
        """Begin anew: the clip was off."""
        self._walks.clear()
        self._rests.clear()
        self._bins = 0

    def walked(self, angles_deg: Angles) -> None:
        """A second of nothing but walking."""
        self._walks.append(angles_deg)

    def rested(self, angles_deg: Angles | None) -> None:
        """Ten seconds are over; the median of the rest in them, None with hardly any."""
        self._rests.append(angles_deg)
        self._bins += 1

    def found(self) -> Angles | None:
        """How far upright seems to be off, if it does; None else, and after ten minutes."""
        rests = self._known()
        if self._bins > _MOST_BINS or len(rests) < _REST_BINS:
            return None
        resting = _medians(rests)
        if len(self._walks) < _WALK_S:
            self._which = _SIDE
            return resting if _stays_aside(rests, resting[_SIDE]) else None
        walking = self._walking()
        self._which = _SIDE if _both_aside(walking[_SIDE], resting[_SIDE]) else _FLEXION
        if self._which is _SIDE or _both_far(walking[_FLEXION], resting[_FLEXION]):
            return walking
        return None

    def gone(self) -> Angles | None:
        """What is rested at, if walking or rest no longer show what was found."""
        rests, which = self._known(), self._which
        if len(rests) < _REST_BINS:
            return None
        resting = _medians(rests)
        back = len(rests) >= _LEAST_BINS and abs(resting[which]) < _GONE_DEG
        walks = len(self._walks) >= _WALK_S and abs(self._walking()[which]) < _GONE_DEG
        return resting if back or walks else None

    def _known(self) -> list[Angles]:
        return [angles for angles in self._rests if angles is not None]

    def _walking(self) -> Angles:
        return fmean(one[0] for one in self._walks), fmean(one[1] for one in self._walks)


def _stays_aside(rests: list[Angles], middle_deg: float) -> bool:
    if len(rests) < _LEAST_BINS or abs(middle_deg) < _ASIDE_DEG:
        return False
    away_deg = sorted(one[_SIDE] if middle_deg > 0.0 else -one[_SIDE] for one in rests)
    return away_deg[len(away_deg) // 5] > _NEAREST_DEG


def _both_aside(walking_deg: float, resting_deg: float) -> bool:
    same = walking_deg * resting_deg > 0.0
    return same and min(abs(walking_deg), abs(resting_deg)) > _SIDE_DEG


def _both_far(walking_deg: float, resting_deg: float) -> bool:
    forward = walking_deg > _FORWARD_DEG[0] and resting_deg > _FORWARD_DEG[1]
    back = -walking_deg > _BACK_DEG[0] and -resting_deg > _BACK_DEG[1]
    return forward or back


def _medians(rests: list[Angles]) -> Angles:
    return median(one[0] for one in rests), median(one[1] for one in rests)
