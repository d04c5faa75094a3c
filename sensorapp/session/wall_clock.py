"""From sensor time to UTC and to the wearer's own days, by what a recording tells."""

from __future__ import annotations

from collections.abc import Callable

from sensorapp.model.history import Day

_NS = 1_000_000_000
_DAY_S = 86_400
_AGAIN_NS = 10 * _NS
"""The map between the clocks is looked at anew so often: two crystals drift by 1 ms in between."""


class WallClock:
    """One sensor's instants in UTC.

    `started_utc_s` is the instant of the session's first input, which came at `began_ns` of the
    host's clock. `utc_offsets` are (UTC second, offset in seconds from then on), in order.
    """

    def __init__(
        self,
        started_utc_s: int,
        began_ns: int,
        utc_offsets: tuple[tuple[int, int], ...],
        host_ns: Callable[[int], int | None],
    ) -> None:
        self._start_ns = started_utc_s * _NS - began_ns
        self._offsets = utc_offsets or ((0, 0),)
        self._host_ns = host_ns
        self._shift_ns = self._start_ns + began_ns
        self._looked_ns: int | None = None

    def look(self, t_ns: int) -> None:
        """Look at the map between the clocks, if it was not looked at near this instant."""
        if self._looked_ns is not None and 0 <= t_ns - self._looked_ns < _AGAIN_NS:
            return
        host_ns = self._host_ns(t_ns)
        if host_ns is not None:
            self._looked_ns = t_ns
            self._shift_ns = self._start_ns + host_ns - t_ns

    def utc_ms(self, t_ns: int) -> int:
        """Milliseconds of UTC, by the newest look."""
        return (t_ns + self._shift_ns) // 1_000_000

    def day_of(self, utc_ms: int) -> Day:
        """The wearer's day at an instant."""
        utc_s = utc_ms // 1000
        return (utc_s + self.offset_s(utc_s)) // _DAY_S

    def offset_s(self, utc_s: int) -> int:
        """The wall clock's distance from UTC at an instant; before the first known, the first."""
        found = self._offsets[0][1]
        for from_utc_s, offset_s in self._offsets:
            if from_utc_s > utc_s:
                break
            found = offset_s
        return found
