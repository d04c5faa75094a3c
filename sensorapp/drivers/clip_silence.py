"""What a clip's silence means, and how far a packet's index can be ahead of the last one.

Both are judged by arrivals: "the sensor sends Status but no samples" and "this index can't be of
this time" are seen by nobody else.
"""

from __future__ import annotations

from enum import Enum

ASK_AGAIN_NS = 3_000_000_000
"""A stream that is silent for longer may have been forgotten; a fade is mostly over by then."""
HANG_UP_NS = 8_000_000_000
"""Then another connection has better chances; the link itself ends a dead one after 5 s."""
_PAUSE_NS = 2_500_000_000
"""Inputs come each second at least: a longer pause was the program's own."""
_SLACK_S = 30.0
_FASTEST = 1.25
"""A clock that is off by a quarter is broken."""


class Silence(Enum):
    """What is to be done about it."""

    NOTHING = "nothing"
    ASK_AGAIN = "ask again"
    HANG_UP = "hang up"


class Arrivals:
    """Follows when samples came, and how far they had got."""

    def __init__(self) -> None:
        self._seen_ns = 0
        self._data_ns = 0
        self._end_index = 0
        self._end_ns = 0
        self._asked = False

    def begin(self, index: int, host_ns: int) -> None:
        """A stream begins, or goes on, with this index."""
        self._seen_ns = self._data_ns = self._end_ns = host_ns
        self._end_index = index
        self._asked = False

    def came(self, end_index: int, host_ns: int) -> None:
        """Samples came, up to `end_index`."""
        self._data_ns = host_ns
        self._asked = False
        if end_index >= self._end_index:
            self._end_index, self._end_ns = end_index, host_ns

    def plausible(self, end_index: int, host_ns: int, rate_mhz: int) -> bool:
        """Whether a sensor can have got there by now."""
        passed_s = max(0, host_ns - self._end_ns) / 1e9
        most = (passed_s * _FASTEST + _SLACK_S) * rate_mhz / 1000.0
        return end_index - self._end_index <= most

    def look(self, host_ns: int) -> Silence:
        """Judge the silence; each is asked about once."""
        if host_ns - self._seen_ns > _PAUSE_NS:
            self._data_ns += host_ns - self._seen_ns
        self._seen_ns = host_ns
        silent_ns = host_ns - self._data_ns
        if silent_ns > HANG_UP_NS:
            return Silence.HANG_UP
        if silent_ns > ASK_AGAIN_NS and not self._asked:
            self._asked = True
            return Silence.ASK_AGAIN
        return Silence.NOTHING
