"""Does the clip still sit as it did when the wearer calibrated?

One sensor can't tell a clip that slipped from a wearer who sits otherwise, so nothing is ever
changed here: a new baseline is offered, and the wearer takes it, or not, by showing the upright
pose. Five things lead to an offer:

- shifted: the median over ten minutes of flexion or side bend at rest is 5 deg off, and even
  the fifth of the rests that is nearest to upright is 3 deg off. Who slouches now and then comes
  back to upright in between; a clip that slipped does not;
- knocked: between two rests the sensor turned by 10 deg or more within half a second and faster
  than 140 deg/s. The fastest of twenty guided strokes of the upper back reaches 137 deg/s, over
  90 deg and more; a short turn as fast is the clip's;
- put on again: the first rest of 3 s after the clip was off is 8 to 45 deg from upright, beyond
  which it may still lie about;
- remounted: at rest for 20 s more than 120 deg from upright, or walking for 5 s at more than
  45 deg: no body does that;
- other seat: in the first minutes of a session (`session/seat_start.py`).

A turn about the vertical changes no angle against gravity, and is not found.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass
from statistics import median

import numpy as np

from sensorapp.model.imu import BoolArray, FloatArray
from sensorapp.model.posture import Alignment, OfferKind, Vector3
from sensorapp.session.readings import Readings
from sensorapp.session.seat_start import Angles, SeatStart
from sensorapp.signal.angles import BodyAxes
from sensorapp.signal.vectors import angle_deg, dot

SHIFT_DEG = 5.0
"""Sitting again differs by 1 deg in the median, by 3 deg in one of ten."""
_BACK_DEG = 3.0
_WINDOW_BINS = 60
_LEAST_BINS = 30
"""Bins of 10 s with rest in them: half of the ten minutes."""
_BIN_S = 10
_BIN_LEAST = 5
"""Seconds of rest that make a bin."""
_PAUSE_NS = 1_800_000_000_000
"""Between two offers of the same kind: half an hour."""
_REST_DEG = 2.0
"""Less than this within a second is rest; typing sways by up to a degree and a half."""
_LYING_DEG = 45.0
_UPSIDE_DOWN_DEG = 120.0
_UPSIDE_DOWN_S = 20
_WALKED_S = 5
_JUMP_COS = math.cos(math.radians(3.0))
_JUMP_FRAMES = 5
_KNOCK_DEG = 10.0
_KNOCK_RADS = math.radians(140.0)
_SETTLE_S = 3
_PUT_ON_DEG = 8.0
_PUT_ON_S = 3
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Shift:
    """What is offered and why; angles are of the rest, away from upright."""

    kind: OfferKind
    flexion_deg: float
    side_bend_deg: float


@dataclass(slots=True)
class _Jump:
    """A fast turn: where it began, its peak, and how many frames it took."""

    begin: Vector3
    peak_rads: float = 0.0
    frames: int = 0
    seconds: int = 0


class SeatWatch:
    """Follows the vertical in sensor axes, once a second, against one alignment."""

    def __init__(self, alignment: Alignment, start: SeatStart | None = None) -> None:
        """With `start` the alignment is what the session began with."""
        self._up = alignment.up
        self._start = start
        self._axes = BodyAxes(alignment)
        self._last: Vector3 | None = None
        self._second_up: Vector3 | None = None
        self._next_ns = 0
        self._restless = True
        self._walked = True
        self._rested_s = self._walking_s = self._upside_down_s = 0
        self._was_off = False
        self._jump: _Jump | None = None
        self._bin: list[Angles] = []
        self._bin_s = 0
        self._bins: deque[Angles | None] = deque(maxlen=_WINDOW_BINS)
        self._offered_ns: dict[OfferKind, int] = {}
        self._open: OfferKind | None = None

    def step(
        self, t_ns: int, up: Vector3, speed_rads: FloatArray, *, busy: bool, walking: bool
    ) -> Shift | None:
        """A frame: `up` in sensor axes, `speed_rads` (n,) = |gyro| of its samples.

        `busy` says that the wearer moves or the angle is uncertain.
        """
        last, self._last = self._last, up
        if last is not None and dot(up, last) < _JUMP_COS:
            self._jumps(last, speed_rads)
        self._restless = self._restless or busy or walking
        self._walked = self._walked and walking
        return None if t_ns < self._next_ns else self._second_over(t_ns, up)

    def stretch(
        self, readings: Readings, places: range, *, busy: BoolArray, walking: BoolArray
    ) -> dict[int, Shift]:
        """What `step` gives for the frames at these places, where it gives something."""
        t_ns, first, stop = readings.t_ns, places.start, places.stop
        ups = readings.ups[first:stop]
        before = ups[:1] if self._last is None else np.array([self._last])
        lasts = np.concatenate((before, ups[:-1]))
        x, y, z = (ups * lasts).T
        jumps = (np.flatnonzero(x + y + z < _JUMP_COS) + first).tolist()
        restless = [0, *np.cumsum(busy | walking).tolist()]
        walked = [0, *np.cumsum(walking).tolist()]
        found: dict[int, Shift] = {}
        begin = first
        while begin < stop:
            place = bisect_left(t_ns, self._next_ns, begin, stop)
            end = min(place + 1, stop)
            while jumps and jumps[0] < end:
                jump = jumps.pop(0)
                self._jumps(_vector(lasts[jump - first]), readings.speeds_rads(jump))
            self._restless = self._restless or restless[end] > restless[begin]
            self._walked = self._walked and walked[end] - walked[begin] == end - begin
            if place < stop:
                shift = self._second_over(t_ns[place], _vector(ups[place - first]))
                if shift is not None:
                    found[place] = shift
            begin = end
        self._last = _vector(ups[-1])
        return found

    def _second_over(self, t_ns: int, up: Vector3) -> Shift | None:
        """A frame a second or more after the last that was looked at."""
        late = t_ns - self._next_ns > _NS
        self._next_ns = t_ns + _NS
        found = self._second(t_ns, up, whole=not late)
        self._restless, self._walked = False, True
        return found

    def taken_off(self) -> None:
        """The clip is not worn, or nothing is known for a while."""
        self._was_off = True
        if self._start is not None:
            self._start.clear()
        self._forget_now()

    def broken(self) -> None:
        """A hole: what was going on is not known to go on."""
        self._forget_now()

    def _forget_now(self) -> None:
        self._last = self._second_up = self._jump = None
        self._restless = True
        self._rested_s = self._walking_s = self._upside_down_s = 0

    def _jumps(self, last: Vector3, speed_rads: FloatArray) -> None:
        if self._jump is None:
            if self._rested_s < 1:
                return
            self._jump = _Jump(last)
        self._jump.frames += 1
        self._jump.peak_rads = max(self._jump.peak_rads, float(speed_rads.max()))

    def _second(self, t_ns: int, up: Vector3, *, whole: bool) -> Shift | None:
        before, self._second_up = self._second_up, up
        near = before is not None and angle_deg(before, up) < _REST_DEG
        rests = whole and near and not self._restless
        lean_deg = angle_deg(self._up, up)
        self._rested_s = self._rested_s + 1 if rests else 0
        self._walking_s = self._walking_s + 1 if self._walked and lean_deg > _LYING_DEG else 0
        if self._start is not None and whole and self._walked and lean_deg <= _LYING_DEG:
            self._start.walked(self._angles(up))
        upside_down = rests and lean_deg > _UPSIDE_DOWN_DEG
        self._upside_down_s = self._upside_down_s + 1 if upside_down else 0
        if self._upside_down_s >= _UPSIDE_DOWN_S or self._walking_s >= _WALKED_S:
            return self._offer(OfferKind.REMOUNTED, t_ns, *self._angles(up))
        if self._jump is not None and self._settled(self._jump, up, rests=rests):
            return self._offer(OfferKind.KNOCKED, t_ns, *self._angles(up))
        if self._was_off and self._rested_s >= _PUT_ON_S and lean_deg <= _LYING_DEG:
            self._was_off = False
            if lean_deg >= _PUT_ON_DEG:
                return self._offer(OfferKind.PUT_ON_AGAIN, t_ns, *self._angles(up))
        return self._gather(t_ns, up if rests and lean_deg <= _LYING_DEG else None)

    def _settled(self, jump: _Jump, up: Vector3, *, rests: bool) -> bool:
        """Whether a fast turn was a knock: rest has to follow at once, in another place."""
        jump.seconds += 1
        if rests or jump.seconds > _SETTLE_S:
            self._jump = None
        return (
            rests
            and jump.frames <= _JUMP_FRAMES
            and jump.peak_rads >= _KNOCK_RADS
            and angle_deg(jump.begin, up) >= _KNOCK_DEG
        )

    def _gather(self, t_ns: int, up: Vector3 | None) -> Shift | None:
        if up is not None:
            self._bin.append(self._angles(up))
        self._bin_s += 1
        if self._bin_s < _BIN_S:
            return None
        angles_deg = _medians(self._bin) if len(self._bin) >= _BIN_LEAST else None
        self._bins.append(angles_deg)
        self._bin, self._bin_s = [], 0
        if self._start is not None:
            self._start.rested(angles_deg)
            early = self._begun_elsewhere(self._start, t_ns)
            if early is not None:
                return early
        rests = [angles for angles in self._bins if angles is not None]
        if len(self._bins) < _WINDOW_BINS or len(rests) < _LEAST_BINS:
            return None
        flexion_deg, side_deg = _medians(rests)
        most_deg = max(abs(flexion_deg), abs(side_deg))
        if self._open is None and (_is_shifted(rests, 0) or _is_shifted(rests, 1)):
            return self._offer(OfferKind.SHIFTED, t_ns, flexion_deg, side_deg)
        if most_deg < _BACK_DEG and self._open is OfferKind.SHIFTED:
            self._open = None
            return Shift(OfferKind.WITHDRAWN, flexion_deg, side_deg)
        return None

    def _begun_elsewhere(self, start: SeatStart, t_ns: int) -> Shift | None:
        """Whether the first minutes show another seat, or no longer do."""
        if self._open is None:
            found = start.found()
            return None if found is None else self._offer(OfferKind.OTHER_SEAT, t_ns, *found)
        if self._open is OfferKind.OTHER_SEAT:
            gone = start.gone()
            if gone is not None:
                self._open = None
                return Shift(OfferKind.WITHDRAWN, *gone)
        return None

    def _angles(self, up: Vector3) -> Angles:
        return self._axes.flexion_deg(up), self._axes.side_bend_deg(up)

    def _offer(
        self, kind: OfferKind, t_ns: int, flexion_deg: float, side_deg: float
    ) -> Shift | None:
        self._rested_s = self._walking_s = self._upside_down_s = 0
        offered_ns = self._offered_ns.get(kind)
        if offered_ns is not None and t_ns - offered_ns < _PAUSE_NS:
            return None
        self._offered_ns[kind] = t_ns
        if kind is OfferKind.OTHER_SEAT:  # what comes after ten minutes would say the same again
            self._offered_ns[OfferKind.SHIFTED] = t_ns
        self._open = kind
        return Shift(kind, flexion_deg, side_deg)


def _vector(values: FloatArray) -> Vector3:
    x, y, z = values.tolist()
    return x, y, z


def _is_shifted(angles_deg: list[Angles], which: int) -> bool:
    middle_deg = median(one[which] for one in angles_deg)
    if abs(middle_deg) <= SHIFT_DEG:
        return False
    away_deg = sorted(math.copysign(1.0, middle_deg) * one[which] for one in angles_deg)
    return away_deg[len(away_deg) // 5] > _BACK_DEG


def _medians(angles_deg: list[Angles]) -> Angles:
    return median(one[0] for one in angles_deg), median(one[1] for one in angles_deg)
