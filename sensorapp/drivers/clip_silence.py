"""What a clip's silence means, and how far a packet's index can be ahead of the last one.

Both are judged by arrivals: "the sensor sends Status but no samples" and "this index can't be of
this time" are seen by nobody else. A link that carries nothing at all is the link's own business.
"""

from __future__ import annotations

from enum import Enum

ASK_AGAIN_NS = 3_000_000_000
"""A stream that is silent for longer may have been forgotten."""
START_ANEW_NS = 6_000_000_000
"""By then what was asked for would be here: only another stream can help."""
HANG_UP_NS = 10_000_000_000
"""Then another connection has better chances."""
_PAUSE_NS = 2_500_000_000
"""Ticks come each second, and so does Status: a longer pause was the program's own or the link's,
a fade. It says nothing about the stream.
"""
_LATEST_S = 8.0
"""No packet is on its way for longer: a link that is silent for 5 s is given up."""
_FASTEST = 1.25
"""A clock that is off by a quarter is broken."""

BARREN_RESUMES = 16
"""A sensor that says it holds samples, but sends none, is asked to go on so often before START.

START makes it forget what it holds. Two a connection, and a connection is given up after 10 s:
in the 90 s of eight of them the reference board's ring (82 s at 100 Hz) has overwritten all that
was missing at first.
"""


class Silence(Enum):
    """What is to be done about it."""

    NOTHING = "nothing"
    ASK_AGAIN = "ask again"
    START_ANEW = "start anew"
    HANG_UP = "hang up"


class Arrivals:
    """Follows when samples came, and how far they had got."""

    def __init__(self) -> None:
        self._looked_ns = self._heard_ns = self._data_ns = 0
        self._seen_ns = self._woke_ns = self._slept_ns = 0
        self._end_index = 0
        self._end_ns: int | None = None
        self._done = Silence.NOTHING

    def begin(self, index: int, host_ns: int, *, again: bool = False) -> None:
        """A stream begins, or goes on, with this index; `again` after silence, which lasts on."""
        self._end_index, self._end_ns = index, host_ns
        if not again:
            self._looked_ns = self._heard_ns = self._data_ns = self._seen_ns = host_ns
            self._done = Silence.NOTHING

    def silent_ns(self, host_ns: int) -> int:
        """How long no samples came while the sensor could be heard."""
        return host_ns - self._data_ns

    def heard(self, host_ns: int) -> None:
        """The sensor said something, be it Status."""
        self._seen(host_ns)
        self._excuse(host_ns - self._heard_ns, host_ns)
        self._heard_ns = host_ns

    def came(self, end_index: int, host_ns: int) -> None:
        """Samples came, up to `end_index`."""
        self._data_ns = host_ns
        self._done = Silence.NOTHING
        if end_index >= self._end_index:
            asleep_ns = self._slept_ns if host_ns - self._woke_ns < _PAUSE_NS else 0
            self._end_index, self._end_ns = end_index, host_ns - asleep_ns

    def in_time(self, index: int, host_ns: int) -> bool:
        """Whether samples that go on with the stream come with nothing to excuse or to doubt."""
        return (
            index <= self._end_index
            and 0 <= host_ns - self._seen_ns <= _PAUSE_NS
            and 0 <= host_ns - self._heard_ns <= _PAUSE_NS
            and host_ns - self._woke_ns >= _PAUSE_NS
        )

    def flowed(self, end_index: int, host_ns: int) -> None:
        """The same as `heard` and `came` for samples that are `in_time`."""
        self._seen_ns = self._heard_ns = self._data_ns = host_ns
        self._done = Silence.NOTHING
        if end_index >= self._end_index:
            self._end_index, self._end_ns = end_index, host_ns

    def plausible(self, index: int, host_ns: int, rate_mhz: int) -> bool:
        """Whether a sensor can have got there by now; another session's stream can be anywhere."""
        if self._end_ns is None:
            return True
        passed_s = max(0, host_ns - self._end_ns) / 1e9
        most = (passed_s * _FASTEST + _LATEST_S) * rate_mhz / 1000.0
        return index - self._end_index <= most

    def look(self, host_ns: int) -> Silence:
        """Judge the silence; each step is told once."""
        self._seen(host_ns)
        self._excuse(host_ns - self._looked_ns, host_ns)
        self._looked_ns = host_ns
        if host_ns - self._heard_ns > _PAUSE_NS:
            return Silence.NOTHING
        due = _due(self.silent_ns(host_ns))
        if due is self._done:
            return Silence.NOTHING
        self._done = due
        return due

    def _seen(self, host_ns: int) -> None:
        """After a sleep of this program packets come that are as old as it was long."""
        if host_ns - self._seen_ns > _PAUSE_NS:
            self._woke_ns, self._slept_ns = host_ns, host_ns - self._seen_ns
        self._seen_ns = host_ns

    def _excuse(self, pause_ns: int, host_ns: int) -> None:
        if pause_ns > _PAUSE_NS:
            self._data_ns = min(host_ns, self._data_ns + pause_ns)


def _due(silent_ns: int) -> Silence:
    if silent_ns > HANG_UP_NS:
        return Silence.HANG_UP
    if silent_ns > START_ANEW_NS:
        return Silence.START_ANEW
    return Silence.ASK_AGAIN if silent_ns > ASK_AGAIN_NS else Silence.NOTHING
