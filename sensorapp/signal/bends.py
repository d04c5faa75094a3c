"""Slow forward bends show which way forward is.

An excursion leaves the pose in which the wearer last sat still (under 8 deg; see `seat`), leans
15 to 100 deg and comes back under a third of that, within 1 to 12 s and never faster than 100
deg/s. Its rotation runs about one axis, from the wearer's right to the left: the first principal
component of the angular rate (share of energy > 0.93, within 5 deg of the horizon, or the motion
was of another kind: a twist, a bend with a turn). The horizon is that of the mean pose from which
the bends began: one pose alone leans aside by 2 deg.

People also reach sideways, and one such reach looks just like a bend. So two excursions in a
row in the same direction (within 20 deg) are required, within 90 s after the rest: what a
wearer does who was asked to bend forward twice, and seldom anybody else. Nobody bends quite
straight: while the axis of a row of bends is not good enough, the next alike one is added to
it and they are looked at together. From the third on the axis may tilt by 8 deg, since a part
whose accelerometer is 40 mg off shows every axis 2.3 deg from where it is; the share of energy
still refuses a turn. The first lean of the row is taken as forward.

Two alike side bends look the same. What can hint at them is how the wearer rocks at rest: breath
and sway tip the upper back forward and backward more than to the sides (`rocking`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.signal.rocking import Rocking
from sensorapp.signal.seat import Seat
from sensorapp.signal.upright import STILL_RADS
from sensorapp.signal.vectors import angle_deg, cross, dot, perpendicular, unit

WINDOW_S = 90.0
_BEGIN_DEG = 8.0
"""Who leans less has not begun to bend, or is back."""
_UNKNOWN_DEG = -180.0
"""Lowest lean on the way back while nobody is on the way back: any lean begins a new one."""
_NOTICED_DEG = 10.0
"""Leans smaller than this are no attempt at a bend."""
_PEAK_DEG = (15.0, 100.0)
_LASTS_S = (1.0, 12.0)
_FASTEST_RADS = math.radians(100.0)
_ALIKE_DEG = 20.0
_ENERGY_SHARE = 0.93
_AXIS_TILT_DEG = 5.0
_PATIENT_TILT_DEG = 8.0
"""From the third bend of a row on."""


class BendTrouble(StrEnum):
    """Why a lean that just ended was no use."""

    SMALL = "small"
    DEEP = "deep"
    FAST = "fast"
    SHORT = "short"
    LONG = "long"
    NOT_UPRIGHT = "not_upright"
    UNLIKE = "unlike"
    CROOKED = "crooked"


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """Alike leans: the horizontal direction of the first, the moments of all angular rates.

    `up_sum` adds up the poses from which they began.
    """

    direction: Vector3
    moments: FloatArray
    up_sum: Vector3
    bends: int = 1

    def and_one(self, other: _Row) -> _Row:
        """The row with one more."""
        x, y, z = self.up_sum
        up_sum = (x + other.up_sum[0], y + other.up_sum[1], z + other.up_sum[2])
        return _Row(self.direction, self.moments + other.moments, up_sum, self.bends + 1)


class BendFinder:
    """Watches the chunks after the rest; needs a gyroscope."""

    def __init__(self, up: Vector3, t_ns: int, window_s: float = WINDOW_S) -> None:
        """`up` is the upright pose (sensor axes); bends count for `window_s` from `t_ns` on."""
        self._up = up
        self._seat = Seat(up)
        self._until_ns = t_ns + int(window_s * 1e9)
        self._row: _Row | None = None
        self._rocking = Rocking()
        self._from_up = up
        self._small_from: Vector3 | None = None
        self._begin_ns: int | None = None
        self._spoilt: BendTrouble | None = BendTrouble.NOT_UPRIGHT  # until seen upright
        self._lowest_deg = _UNKNOWN_DEG
        self._peak_deg = 0.0
        self._peak_up = up
        self._before = np.zeros((0, 3))
        self._moments = np.zeros((3, 3))
        self.done = False
        """True once forward was found or the time is up: no need to call `step` any more."""
        self.ended = False
        """True if a lean of 10 deg or more ended at the last step."""
        self.trouble: BendTrouble | None = None
        """What was wrong with the lean that ended at the last step."""

    @property
    def bends(self) -> int:
        """Alike bends in a row so far."""
        return 0 if self._row is None else self._row.bends

    def rocking(self, forward: Vector3) -> float | None:
        """How much more the wearer rocks along `forward` than across at rest; None if unknown."""
        return self._rocking.ratio(forward, cross(forward, self._up))

    def step(
        self, t_ns: int, up: Vector3, gyro_rads: FloatArray, speed_rads: FloatArray
    ) -> Vector3 | None:
        """Forward (unit vector, sensor axes, horizontal in the upright pose) when found.

        `t_ns` and `up` belong to the chunk's frame, `gyro_rads` (n, 3) and `speed_rads`
        (n,) = |gyro| to its samples.
        """
        self.ended, self.trouble = False, None
        if self.done:
            return None
        if t_ns >= self._until_ns:
            self.done = True
            return None
        seated = self._seat.step(t_ns, up, speed_rads)
        if self._begin_ns is None:
            self._from_up = self._seat.up
        lean_deg = angle_deg(up, self._from_up)
        if self._begin_ns is None:
            if seated or lean_deg < _BEGIN_DEG:
                self._spoilt, self._lowest_deg = None, _UNKNOWN_DEG
                self._before = gyro_rads
                self._rocking.step(up, still=float(speed_rads[-1]) < STILL_RADS)
                return None
            self._rocking.end()
            if lean_deg < self._lowest_deg + _NOTICED_DEG:
                self._lowest_deg = min(self._lowest_deg, lean_deg)
                return None  # still on the way back from the last one
            self._begin_ns = t_ns
            self._peak_deg = 0.0
            self._moments = self._before.T @ self._before
        if self._spoilt is None and (t_ns - self._begin_ns) * 1e-9 > _LASTS_S[1]:
            self._spoilt = BendTrouble.LONG
        self._follow(up, lean_deg, gyro_rads, speed_rads)
        if lean_deg < _BEGIN_DEG or self._is_back(lean_deg, seated=seated):
            return self._finish(t_ns, lean_deg)
        if seated and self._peak_deg < _PEAK_DEG[0]:
            self._rest_after_a_small_lean()
        return None

    def reset(self) -> None:
        """Forget the excursion under way, after a hole."""
        self._begin_ns = None
        self._spoilt = BendTrouble.NOT_UPRIGHT
        self._seat.left()
        self._rocking.end()

    def _rest_after_a_small_lean(self) -> None:
        """A bend that stays small, its way back, or another seat: the next begins from here."""
        small_from = self._small_from
        is_way_back = small_from is not None and angle_deg(self._seat.up, small_from) < _BEGIN_DEG
        self._small_from = None if is_way_back else self._from_up
        self._begin_ns = None
        self.ended = self._peak_deg >= _NOTICED_DEG and not is_way_back
        self.trouble = BendTrouble.SMALL if self.ended else None

    def _follow(
        self,
        up: Vector3,
        lean_deg: float,
        gyro_rads: FloatArray,
        speed_rads: FloatArray,
    ) -> None:
        if lean_deg > self._peak_deg:
            self._peak_deg = lean_deg
            self._peak_up = up
        if self._spoilt is not None:
            return  # nobody will ask for the rest of it
        self._moments = self._moments + gyro_rads.T @ gyro_rads
        if float(speed_rads.max()) > _FASTEST_RADS:
            self._spoilt = BendTrouble.FAST
        elif lean_deg > _PEAK_DEG[1]:
            self._spoilt = BendTrouble.DEEP

    def _is_back(self, lean_deg: float, *, seated: bool) -> bool:
        # Who sat up well forward of before is back, too, once at rest.
        back_deg = self._peak_deg / (2.0 if seated else 3.0)
        return self._peak_deg >= _PEAK_DEG[0] and lean_deg < back_deg

    def _finish(self, t_ns: int, lean_deg: float) -> Vector3 | None:
        assert self._begin_ns is not None
        trouble = self._judged((t_ns - self._begin_ns) * 1e-9)
        self._begin_ns = None
        if lean_deg >= _BEGIN_DEG:  # the next one begins upright, too
            self._spoilt, self._lowest_deg = BendTrouble.NOT_UPRIGHT, lean_deg
        else:
            self._spoilt = None
        self.ended = self._peak_deg >= _NOTICED_DEG
        if trouble is not None:
            if self._peak_deg >= _PEAK_DEG[0]:
                self._row = None
            self.trouble = trouble if self.ended else None
            return None
        # Forward points down in a forward bend: up then has a part against it.
        x, y, z = self._peak_up
        direction = perpendicular((-x, -y, -z), self._from_up)
        bend = _Row(direction, self._moments, self._from_up)
        row = self._row
        if row is None or angle_deg(row.direction, direction) > _ALIKE_DEG:
            self._row = bend
            self.trouble = None if row is None else BendTrouble.UNLIKE
            return None
        self._row = row.and_one(bend)
        forward = _forward(self._row, self._up)
        self.done = forward is not None
        self.trouble = None if self.done else BendTrouble.CROOKED
        return forward

    def _judged(self, lasted_s: float) -> BendTrouble | None:
        if self._peak_deg < _PEAK_DEG[0]:
            return BendTrouble.SMALL
        if self._spoilt is not None:
            return self._spoilt
        return BendTrouble.SHORT if lasted_s < _LASTS_S[0] else None


def _forward(bends: _Row, up: Vector3) -> Vector3 | None:
    energies, axes = np.linalg.eigh(bends.moments)
    total = float(energies.sum())
    if total <= 0.0 or float(energies[2]) / total <= _ENERGY_SHARE:
        return None
    x, y, z = axes[:, 2].tolist()
    lateral = unit((x, y, z))
    sine = dot(lateral, unit(bends.up_sum))
    tilt_deg = math.degrees(math.asin(max(-1.0, min(1.0, sine))))
    if abs(tilt_deg) >= (_AXIS_TILT_DEG if bends.bends == 2 else _PATIENT_TILT_DEG):
        return None
    forward = perpendicular(cross(up, lateral), up)
    if dot(forward, bends.direction) < 0.0:
        forward = (-forward[0], -forward[1], -forward[2])
    return forward if angle_deg(forward, bends.direction) <= _ALIKE_DEG else None
