"""What earns a break: each rule counts measured movement or rest, and idleness never does.

A rule sees one frame at a time and says since when it holds, None while it doesn't. Spans are
integers of nanoseconds that were measured: a gap adds nothing to any of them.
"""

from __future__ import annotations

from collections import deque

from sensorapp.metrics.holds import APART_DEG, AWAY_NS

WIDE_DEG = 2.0 * APART_DEG
"""There and back across what counts as another posture (`metrics/holds.py`)."""

_LEAST_DIRECTIONS = 2
"""Of flexion, side bend and twist: reaching for one thing again and again is one."""

_REST_BRIDGED_NS = 15_000_000_000
"""A knock on the table that the clip lies on makes it look worn for 10 s and no break less."""

UNKNOWN_BRIDGED_NS = 60_000_000_000
"""After a longer gap nobody knows that it is the same rest (our choice)."""

_Angles = tuple[float | None, float | None, float | None]


class WalkRule:
    """Enough walking within the last minutes, in one piece or several."""

    def __init__(self, walk_ns: int, within_ns: int) -> None:
        self._walk_ns = walk_ns
        self._within_ns = within_ns
        self._steps: deque[tuple[int, int]] = deque()
        self._walked_ns = 0

    def step(self, t_ns: int, span_ns: int) -> int | None:
        """Take a frame of walking; the others can make the rule hold no sooner."""
        steps = self._steps
        steps.append((t_ns, span_ns))
        self._walked_ns += span_ns
        while steps[0][0] <= t_ns - self._within_ns:
            self._walked_ns -= steps.popleft()[1]
        return steps[0][0] - steps[0][1] if self._walked_ns >= self._walk_ns else None

    def reset(self) -> None:
        """What was walked so far is spent."""
        self._steps.clear()
        self._walked_ns = 0


class LeftSeatRule:
    """Standing up, then moving away: brisk for a while, and some of it in steps.

    Brisk counts because weak and uneven steps are often no more than that; steps are asked for
    because a laugh is brisk, too. Sitting down again ends it.
    """

    def __init__(self, moving_ns: int, walking_ns: int, within_ns: int) -> None:
        self._least_ns = moving_ns, walking_ns
        self._within_ns = within_ns
        self._stood_ns: int | None = None
        self._moved_ns = self._walked_ns = 0

    def stood_up(self, t_ns: int) -> None:
        """The wearer has just stood up."""
        self._stood_ns, self._moved_ns, self._walked_ns = t_ns, 0, 0

    def reset(self) -> None:
        """The wearer sat down again, or the break is credited."""
        self._stood_ns = None

    def step(self, t_ns: int, span_ns: int, *, walks: bool) -> int | None:
        """Take a frame of walking or of brisk movement."""
        if self._stood_ns is None or t_ns - self._stood_ns > self._within_ns:
            return None
        self._moved_ns += span_ns
        self._walked_ns += span_ns * walks
        moving_ns, walking_ns = self._least_ns
        holds = self._moved_ns >= moving_ns and self._walked_ns >= walking_ns
        return self._stood_ns if holds else None


class RestRule:
    """Lying, or the clip off, for long enough."""

    def __init__(self, rest_ns: int) -> None:
        self._rest_ns = rest_ns
        self.began_ns: int | None = None
        """Since when there is rest, None without."""
        self._rested_ns = self._other_ns = 0

    def step(self, t_ns: int, span_ns: int) -> int | None:
        """Take a frame of rest."""
        if self.began_ns is None:
            self.began_ns = t_ns - span_ns
        self._other_ns = 0
        self._rested_ns += span_ns
        return self.began_ns if self._rested_ns >= self._rest_ns else None

    def other(self, span_ns: int) -> None:
        """Take a frame of anything else; a little of it doesn't end the rest."""
        if self.began_ns is not None:
            self._other_ns += span_ns
            if self._other_ns > _REST_BRIDGED_NS:
                self.reset()

    def reset(self) -> None:
        """A rest begins anew."""
        self.began_ns = None
        self._rested_ns = self._other_ns = 0


class MicroRule:
    """Moving on the spot, in several directions, hardly interrupted.

    A stretch of movement ends with 2 s of quiet, as a hold does. It has to turn the upper back
    by `WIDE_DEG` about at least two of its axes: typing and fidgeting don't.
    """

    def __init__(self, micro_ns: int) -> None:
        self._micro_ns = micro_ns
        self.began_ns: int | None = None
        """Since when there is movement, None without."""
        self._moved_ns = self._quiet_ns = 0
        self._spent = False
        self._low: list[float] = []
        self._high: list[float] = []

    def step(self, t_ns: int, span_ns: int, angles_deg: _Angles, *, stirs: bool) -> int | None:
        """Take any frame whose angles are certain."""
        if self.began_ns is None and not stirs:
            return None
        flexion, side, twist = angles_deg
        if flexion is None or side is None or twist is None:
            self.reset()
            return None
        if self.began_ns is None:
            self.began_ns = t_ns - span_ns
            self._low, self._high = [flexion, side, twist], [flexion, side, twist]
        if not stirs:
            self._quiet_ns += span_ns
            if self._quiet_ns >= AWAY_NS:
                self.reset()
            return None
        self._quiet_ns = 0
        self._moved_ns += span_ns
        for axis, angle_deg in enumerate((flexion, side, twist)):
            if angle_deg < self._low[axis]:
                self._low[axis] = angle_deg
            elif angle_deg > self._high[axis]:
                self._high[axis] = angle_deg
        if self._spent or self._moved_ns < self._micro_ns:
            return None
        ranges = zip(self._low, self._high, strict=True)
        if sum(high - low >= WIDE_DEG for low, high in ranges) < _LEAST_DIRECTIONS:
            return None
        self._spent = True
        return self.began_ns

    def reset(self) -> None:
        """The stretch of movement is over; the next one may be a micro-break of its own."""
        self.began_ns = None
        self._moved_ns = self._quiet_ns = 0
        self._spent = False
