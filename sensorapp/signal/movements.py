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
from collections.abc import Sequence
from dataclasses import dataclass

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
        self._dip = DIP_S * rate_hz
        self._next_index: int | None = None
        self._kept: list[_Kept] = []
        self._blind = True  # until rest is seen: the movement's beginning was not
        self._begin: int | None = None  # index of the first sample above, delayed
        self._last_above = 0
        self._peak_rads = 0.0

    @property
    def active(self) -> bool:
        """Whether a movement is going on that is already long and fast enough to count."""
        return self._begin is not None and self._counts(self._begin)

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
        if self._begin is None and max(smooth_rads) <= ABOVE_RADS:
            self._blind = False
            self._forget()
            return []
        return self._follow(new.index, smooth_rads)

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
        fast = np.maximum.reduceat(smooth_rads, [0, *ends[:-1]]) > ABOVE_RADS
        active, ended = [False] * len(ends), {}
        place = 0
        if self._begin is None:
            place = int(fast.argmax()) if fast.any() else len(ends)
            self._blind = self._blind and not place
        while place < len(ends):
            if self._begin is None and not fast[place]:
                self._blind = False
                place += 1
                continue
            begin, end = ends[place - 1] if place else 0, ends[place]
            spans = self._follow(first + begin, smooth_rads[begin:end], forget=False)
            if spans:
                ended[place] = spans
            active[place] = self.active
            place += 1
        if self._begin is None:
            self._forget()
        return active, ended

    def finish(self) -> list[MovementSpan]:
        """The stream ends: a movement still going on ends here."""
        begin = self._begin
        self._begin = None
        ended = [self._span(begin)] if begin is not None and self._counts(begin) else []
        self._drop()
        self._next_index = None
        return ended

    def _follow(
        self, index: int, smooth_rads: Sequence[float], *, forget: bool = True
    ) -> list[MovementSpan]:
        ended = []
        for value in smooth_rads:
            if value <= ABOVE_RADS:
                self._blind = False
            elif not self._blind:
                if self._begin is None:
                    self._begin = index
                    self._peak_rads = 0.0
                self._last_above = index
                self._peak_rads = max(self._peak_rads, value)
            begin = self._begin
            if begin is not None and (
                index - self._last_above >= self._dip or index - begin >= self._longest
            ):
                if self._counts(begin):
                    ended.append(self._span(begin))
                self._begin = None
            index += 1
        if forget and self._begin is None:
            self._forget()
        return ended

    def _counts(self, begin: int) -> bool:
        long_enough = self._last_above + 1 - begin >= self._shortest
        return long_enough and self._peak_rads > PEAK_RADS

    def _span(self, begin: int) -> MovementSpan:
        """Samples from `begin` to the last one above, with the filter's delay taken out."""
        oldest = self._kept[0].index
        start = max(begin - self._delay, oldest) - oldest
        end = self._last_above + 1 - self._delay - oldest
        t_ns = np.concatenate([kept.t_ns for kept in self._kept])
        return MovementSpan(
            t_start_ns=int(t_ns[start]),
            t_end_ns=int(t_ns[end]),
            speed_rads=np.concatenate([kept.speed_rads for kept in self._kept])[start:end],
            quats=np.concatenate([kept.quats for kept in self._kept])[start:end],
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
        self._begin = None
        self._blind = True


def _last_hole(index: IntArray) -> int:
    """Row of the first sample after the last hole, 0 if there is none."""
    holes = np.flatnonzero(np.diff(index) != 1)
    return int(holes[-1]) + 1 if len(holes) else 0
