"""Poses taken again and averaged.

Sitting down anew moves the neutral pose of the upper back by about 3 deg, more than anything
that is computed from it errs; the mean of three poses moves by 1.9 deg.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from sensorapp.model.posture import Vector3
from sensorapp.signal.vectors import angle_deg, unit

MOST = 3
SERIES_S = 120.0
"""A pose that is taken later begins anew: the wearer may sit otherwise, or the clip."""
ALIKE_DEG = 8.0
"""A pose farther from the mean than this is another pose: two of one kind differ by 3 deg."""


def agreed(ups: Sequence[Vector3]) -> list[Vector3]:
    """The poses that agree, in their order: those alike to the one in the middle.

    The middle is the pose that is nearest to all others together, the first of two. So one odd
    pose among three does not count, whichever it is.
    """
    middle = min(ups, key=lambda up: sum(angle_deg(up, other) for other in ups))
    return [up for up in ups if angle_deg(middle, up) <= ALIKE_DEG]


class PoseSeries:
    """The vertical in sensor axes in the last three poses of one kind."""

    def __init__(self) -> None:
        self._ups: deque[Vector3] = deque(maxlen=MOST)
        self._last_ns = 0

    @property
    def count(self) -> int:
        """How many poses the mean is of."""
        return len(self._ups)

    @property
    def mean(self) -> Vector3:
        """Mean of the poses, a unit vector; `IndexError` without any."""
        x, y, z = self._ups[0]
        if self.count == 1:
            return (x, y, z)
        for up in list(self._ups)[1:]:
            x, y, z = x + up[0], y + up[1], z + up[2]
        return unit((x, y, z))

    def add(self, up: Vector3, t_ns: int) -> Vector3:
        """One more pose, or the first of a new series; the mean with it."""
        late = t_ns - self._last_ns > SERIES_S * 1e9
        if self._ups and (late or not self.is_alike(up)):
            self._ups.clear()
        self._ups.append(up)
        self._last_ns = t_ns
        return self.mean

    def begin_with(self, ups: Sequence[Vector3], t_ns: int) -> None:
        """These poses, the last three of them, and no others."""
        self._ups = deque(ups, maxlen=MOST)
        self._last_ns = t_ns

    def is_alike(self, up: Vector3) -> bool:
        """Whether `up` is another take of the same pose."""
        return bool(self._ups) and angle_deg(self.mean, up) <= ALIKE_DEG

    def clear(self) -> None:
        """Begin anew."""
        self._ups.clear()
