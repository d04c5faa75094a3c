"""A clock for a sensor that has none: arrival times, less whatever delayed them.

A sample can arrive late but never early, so the line that lies below all points (sample index,
arrival) and touches them is the sensor's own clock plus the smallest delay. This is the convex
hull method of Moon, Skelly and Towsley (INFOCOM 1999, doi:10.1109/INFCOM.1999.749287), made
causal: only what arrived so far is used.
"""

from __future__ import annotations

from itertools import pairwise

SPAN = 1024
"""Samples between the indices at which session time looks at a sensor's clock (SPEC.md, 8)."""

TICKS_HZ = 32_768
_WRAP = 1 << 32

SPANS_KEPT = 12
"""Two minutes at 100 Hz: long against delays, short against a part that warms up."""

_WIDEST_SKEW = 50
"""One part in 50: cheap parts run up to some 2 % beside what they declare."""

_Point = tuple[int, int]


class ArrivalClock:
    """The line below the arrivals of one stream, in integers alone."""

    def __init__(self, rate_mhz: int) -> None:
        if rate_mhz <= 0:
            raise ValueError("rate_mhz must be positive")
        self._rate_mhz = rate_mhz
        self._hulls: list[list[_Point]] = []
        self._span = -1

    def heard(self, index: int, host_ns: int) -> None:
        """Take note that sample `index` arrived; indices rise from call to call."""
        if index // SPAN != self._span:
            self._span = index // SPAN
            self._hulls = [*self._hulls[-(SPANS_KEPT - 1) :], []]
        _extend(self._hulls[-1], (index, host_ns))

    def host_ns(self, index: int) -> int:
        """When sample `index` would arrive with the smallest delay, on the host's clock.

        Raises `ValueError` before the first sample.
        """
        hull: list[_Point] = []
        for points in self._hulls:
            for point in points:
                _extend(hull, point)
        if not hull:
            raise ValueError("nothing was heard yet")
        rise, run = self._slope(hull)
        return min(at_ns + (index - at) * rise // run for at, at_ns in hull)

    def ticks(self, index: int) -> int:
        """The same in 1/32768 s modulo 2**32, as a sensor with a clock would tell."""
        return self.host_ns(index) * TICKS_HZ // 10**9 % _WRAP

    def _slope(self, hull: list[_Point]) -> _Point:
        """Rise and run of the edge above the middle, no farther off nominal than parts are."""
        nominal = (10**12, self._rate_mhz)
        middle = (hull[0][0] + hull[-1][0]) / 2
        for (left, left_ns), (right, right_ns) in pairwise(hull):
            if right >= middle:
                rise, run = right_ns - left_ns, right - left
                off = rise * self._rate_mhz - 10**12 * run
                most = 10**12 * run // _WIDEST_SKEW
                if abs(off) <= most:
                    return rise, run
                share = _WIDEST_SKEW + (1 if off > 0 else -1)
                return nominal[0] * share, nominal[1] * _WIDEST_SKEW
        return nominal


def _extend(hull: list[_Point], point: _Point) -> None:
    """Add a point to the right of a lower hull."""
    while len(hull) >= 2:
        (x0, y0), (x1, y1) = hull[-2:]
        if (y1 - y0) * (point[0] - x0) < (point[1] - y0) * (x1 - x0):
            break
        hull.pop()
    hull.append(point)
