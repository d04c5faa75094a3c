"""Cuts the stream into movements, by the speed of turning.

|omega| is low-passed at 6 Hz. A movement is a stretch above 8 deg/s, at least 0.6 s long, with
a peak above 20 deg/s; dips shorter than 0.1 s don't end it. The delay of the filter is taken
out of the borders, and what is kept for judging smoothness is the speed as measured, since
half a second of rest at either end, or a filter, would change that measure.

A movement whose beginning was not seen, or with a hole inside, is dropped. One that lasts
over 30 s is closed there and what follows is a new one, so that memory stays bounded.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from sensorapp.model.imu import FloatArray, IntArray
from sensorapp.model.record import record
from sensorapp.signal.chunks import Chunk, Stretch
from sensorapp.signal.filters import ScalarFilter, low_pass_delay_s, low_pass_sos

CUTOFF_HZ = 6.0
ABOVE_RADS = math.radians(8.0)
PEAK_RADS = math.radians(20.0)
SHORTEST_S = 0.6
DIP_S = 0.1
LONGEST_S = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class MovementSpan:
    """The samples of one movement over [t_start_ns, t_end_ns).

    `speed_rads` (n,) is |gyro| as measured, `quats` (n, 4) sensor to earth (w, x, y, z),
    both at `rate_hz` without a hole.
    """

    t_start_ns: int
    t_end_ns: int
    speed_rads: FloatArray
    quats: FloatArray
    rate_hz: float


@record
class _Kept:
    """Samples that a movement may still need; `index` is the counter of the first."""

    index: int
    t_ns: IntArray
    speed_rads: FloatArray
    quats: FloatArray


class MovementFinder:
    """Watches chunks and hands out movements 0.1 s after they end."""

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        cutoff_hz = min(CUTOFF_HZ, 0.4 * rate_hz)
        self._low_pass = ScalarFilter(low_pass_sos(cutoff_hz, rate_hz))
        self._delay = round(low_pass_delay_s(cutoff_hz) * rate_hz)
        self._shortest = round(SHORTEST_S * rate_hz)
        self._longest = round(LONGEST_S * rate_hz)
        self._dip = math.ceil(DIP_S * rate_hz)
        self._next_index: int | None = None
        self._kept: list[_Kept] = []
        self._blind = True  # until rest is seen: the movement's beginning was not
        self._begin: int | None = None  # index of the first sample above, delayed
        self._last_above = 0
        self._peak_rads = 0.0  # until the movement counts
        self._counts_from: int | None = None  # long and fast enough from this index on

    @property
    def active(self) -> bool:
        """Whether a movement is going on that is already long and fast enough to count."""
        return self._counts_from is not None

    def step(self, chunk: Chunk, speed_rads: FloatArray, quats: FloatArray) -> list[MovementSpan]:
        """Movements that ended with this chunk, oldest first; mostly none.

        `speed_rads` (n,) is |gyro| and `quats` (n, 4) the orientations at its samples.
        """
        first, count = chunk.first_index, len(chunk.index)
        connects = first == self._next_index and chunk.next_index - first == count
        self._next_index = chunk.next_index
        if connects:
            new = _Kept(first, chunk.t_ns, speed_rads, quats)
        else:
            self._drop()
            row = _last_hole(chunk.index)
            new = _Kept(int(chunk.index[row]), chunk.t_ns[row:], speed_rads[row:], quats[row:])
        self._kept.append(new)
        smooth_rads = self._low_pass.step(new.speed_rads.tolist())
        above = [row for row, value in enumerate(smooth_rads) if value > ABOVE_RADS]
        ended = self._follow(new.index, smooth_rads, above)
        if self._begin is None:
            self._forget()
        return [span for _, span in ended]

    def stretch(
        self, stretch: Stretch, speed_rads: FloatArray, quats: FloatArray
    ) -> tuple[list[bool], dict[int, list[MovementSpan]]]:
        """What `step` gives for many chunks that follow the last: `active` after each of them.

        Movements are by the place of the chunk that they ended with.
        """
        first, ends = stretch.index.item(0), stretch.ends
        self._next_index = first + len(stretch.index)
        self._kept.append(_Kept(first, stretch.t_ns, speed_rads, quats))
        smooth_rads = self._low_pass.step(speed_rads.tolist())
        above = np.flatnonzero(np.array(smooth_rads) > ABOVE_RADS).tolist()
        counted: list[tuple[int, int]] = []
        ended: dict[int, list[MovementSpan]] = {}
        for row, span in self._follow(first, smooth_rads, above, counted):
            ended.setdefault(bisect_right(ends, row), []).append(span)
        active = [False] * len(ends)
        for begin, end in counted:
            # Active after a chunk whose last sample lies within.
            places = range(bisect_right(ends, begin), bisect_right(ends, end))
            active[places.start : places.stop] = [True] * len(places)
        if self._begin is None:
            self._forget()
        return active, ended

    def finish(self) -> list[MovementSpan]:
        """The stream ends: a movement still going on ends here."""
        begin = None if self._counts_from is None else self._begin
        ended = [] if begin is None else [self._span(begin)]
        self._drop()
        self._next_index = None
        return ended

    def _follow(
        self,
        index: int,
        smooth_rads: Sequence[float],
        above: list[int],
        counted: list[tuple[int, int]] | None = None,
    ) -> list[tuple[int, MovementSpan]]:
        """Movements that ended within these samples, each with the row it became known at.

        The first sample has this index; `above` are the rows that are above the limit.
        `counted` is told from which row to which one, exclusive, a movement went on that counts.
        """
        ended: list[tuple[int, MovementSpan]] = []
        count, at = len(smooth_rads), 0
        if self._blind:
            while at < len(above) and above[at] == at:
                at += 1
            self._blind = at == count
        while at < len(above) or self._begin is not None:
            if self._begin is None:
                self._begin, self._last_above = index + above[at], index + above[at]
                self._peak_rads, self._counts_from = 0.0, None
            close = self._close(index, above, at)
            after = bisect_left(above, min(close + 1, count), at)
            self._rise(index, smooth_rads, above[at:after])
            if counted is not None and self._counts_from is not None:
                counted.append((max(0, self._counts_from - index), min(close, count)))
            at = after
            if close >= count:
                break
            if self._counts_from is not None:
                ended.append((close, self._span(self._begin)))
            self._begin = self._counts_from = None
        return ended

    def _close(self, index: int, above: list[int], at: int) -> int:
        """The row at which the movement that goes on ends, if nothing comes but these rows."""
        assert self._begin is not None
        last = self._last_above - index
        for row in islice(above, at, None):
            if row - last > self._dip:
                break
            last = row
        return min(last + self._dip, self._begin - index + self._longest)

    def _rise(self, index: int, smooth_rads: Sequence[float], rows: list[int]) -> None:
        """Take the rows of the movement that goes on."""
        if not rows:
            return
        assert self._begin is not None
        if self._counts_from is None:
            peak_rads = self._peak_rads
            enough = self._begin - index + self._shortest - 1
            for row in rows:
                peak_rads = max(peak_rads, smooth_rads[row])
                if row >= enough and peak_rads > PEAK_RADS:
                    self._counts_from = index + row
                    break
            self._peak_rads = peak_rads
        self._last_above = index + rows[-1]

    def _span(self, begin: int) -> MovementSpan:
        """Samples from `begin` to the last one above, with the filter's delay taken out."""
        start = max(begin - self._delay, self._kept[0].index)
        end = self._last_above + 1 - self._delay
        pieces = [
            (kept, slice(max(0, start - kept.index), max(0, end + 1 - kept.index)))
            for kept in self._kept
            if kept.index <= end and kept.index + len(kept.t_ns) > start
        ]
        t_ns = np.concatenate([kept.t_ns[rows] for kept, rows in pieces])
        return MovementSpan(
            t_start_ns=t_ns.item(0),
            t_end_ns=t_ns.item(-1),
            speed_rads=np.concatenate([kept.speed_rads[rows] for kept, rows in pieces])[:-1],
            quats=np.concatenate([kept.quats[rows] for kept, rows in pieces])[:-1],
            rate_hz=self._rate_hz,
        )

    def _forget(self) -> None:
        """Keep only what a movement that begins next could reach back to."""
        newest = self._kept[-1]
        needed = newest.index + len(newest.t_ns) - self._delay
        while len(self._kept) > 1 and self._kept[1].index <= needed:
            del self._kept[0]

    def _drop(self) -> None:
        self._low_pass.reset()
        self._kept.clear()
        self._begin = self._counts_from = None
        self._blind = True


def _last_hole(index: IntArray) -> int:
    """Row of the first sample after the last hole, 0 if there is none."""
    holes = np.flatnonzero(np.diff(index) != 1)
    return int(holes[-1]) + 1 if len(holes) else 0
