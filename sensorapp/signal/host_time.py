"""Host time of a sample: the map from sensor time to this computer's clock.

For links, history and "how old is this": no sample's own time ever follows from it.

Method: a sample can only arrive after it was taken, so the true difference of the clocks lies
under every difference of an arrival. The line that touches the arrivals of the last hour from
below (the edge of their lower convex hull over the middle; Zhang, Liu & Xia 2002, Clock
synchronization algorithms for network measurements, INFOCOM) tells drift and offset but for the
shortest way through the air. A round trip (TIME_SYNC) bounds it from both sides; the shortest one
counts, and ages by what clocks drift.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

_BUCKET_NS = 16_000_000_000
"""One arrival, the least late, is remembered for so long a time."""
_BUCKETS = 225
"""An hour of them."""
_MOST_DRIFT = 100e-6
"""Two crystals differ by less; a larger slope comes from the air."""
_AGES = 50e-6
"""How much worse a round trip gets with its age: drift that is not known yet."""
_TRIPS = 8


@dataclass(frozen=True, slots=True)
class _Point:
    """A sample's time and how much later the host's clock was at its arrival."""

    t_ns: int
    late_ns: int


@dataclass(frozen=True, slots=True)
class _Trip:
    """A round trip: at `t_ns` the difference of the clocks was within `half_ns` of `late_ns`."""

    t_ns: int
    late_ns: int
    half_ns: int


class HostTime:
    """Learns from arrivals and round trips, one by one; bounded in memory and in work."""

    def __init__(self) -> None:
        self._points: deque[_Point] = deque(maxlen=_BUCKETS)
        self._open: _Point | None = None
        self._open_until_ns = 0
        self._trips: list[_Trip] = []
        self._slope = 0.0

    def arrived(self, t_ns: int, host_ns: int) -> None:
        """A packet whose last sample is of `t_ns` arrived at `host_ns`."""
        late_ns = host_ns - t_ns
        if self._open is None or t_ns >= self._open_until_ns:
            if self._open is not None:
                self._points.append(self._open)
                self._slope = _slope_under(self._points)
            self._open = _Point(t_ns, late_ns)
            self._open_until_ns = t_ns + _BUCKET_NS
        elif late_ns < self._open.late_ns:
            self._open = _Point(t_ns, late_ns)

    def round_trip(self, sent_ns: int, heard_ns: int, t_ns: int) -> None:
        """The sensor answered at `t_ns`, between these two instants of the host."""
        if heard_ns < sent_ns:
            return
        half_ns = (heard_ns - sent_ns) // 2
        self._trips.append(_Trip(t_ns, sent_ns + half_ns - t_ns, half_ns))
        if len(self._trips) > _TRIPS:
            self._trips.remove(max(self._trips, key=lambda trip: _width_ns(trip, t_ns)))

    def host_ns(self, t_ns: int) -> int | None:
        """The host's clock when the sample of `t_ns` was taken; None before any arrival."""
        if self._open is None:
            return None
        points = (*self._points, self._open)
        late_ns = min(point.late_ns - self._slope * (point.t_ns - t_ns) for point in points)
        best = self._best(t_ns)
        if best is not None:
            late_ns = min(late_ns, best.late_ns - self._slope * (best.t_ns - t_ns))
        return t_ns + round(late_ns)

    def uncertainty_ns(self, t_ns: int) -> int | None:
        """Half the width of what round trips leave open at `t_ns`; None without any."""
        best = self._best(t_ns)
        return None if best is None else _width_ns(best, t_ns)

    def _best(self, t_ns: int) -> _Trip | None:
        return min(self._trips, key=lambda trip: _width_ns(trip, t_ns), default=None)


def _width_ns(trip: _Trip, t_ns: int) -> int:
    return trip.half_ns + round(_AGES * abs(t_ns - trip.t_ns))


def _slope_under(points: deque[_Point]) -> float:
    """Slope of the lower hull's edge over the middle of the points, within what clocks do."""
    hull: list[_Point] = []
    for point in points:
        while len(hull) > 1 and _turns_down(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    middle_ns = (points[0].t_ns + points[-1].t_ns) // 2
    for left, right in pairwise(hull):
        if right.t_ns >= middle_ns:
            slope = (right.late_ns - left.late_ns) / (right.t_ns - left.t_ns)
            return max(-_MOST_DRIFT, min(_MOST_DRIFT, slope))
    return 0.0


def _turns_down(a: _Point, b: _Point, c: _Point) -> bool:
    """Whether b lies on or above the line from a to c."""
    return (b.late_ns - a.late_ns) * (c.t_ns - a.t_ns) >= (c.late_ns - a.late_ns) * (
        b.t_ns - a.t_ns
    )
