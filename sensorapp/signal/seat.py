"""Where the wearer sits: the rest that the next bend begins from.

Nobody sits up twice the same way: two upright poses of one person differ by 3 deg in the
median, and by more than 8 deg about once in fifty. So what a bend leaves and returns to is not
the pose of long ago but the last one in which the wearer kept still for half a second, unless
that is farther from upright than sitting up ever differs.
"""

from __future__ import annotations

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.signal.upright import STILL_RADS
from sensorapp.signal.vectors import angle_deg, unit

SEATED_DEG = 12.0
"""Sitting up again differs by this from the first time once in thousands."""
_STILL_NS = 500_000_000
"""Shorter than any pose that is averaged: it is only to tell a seat from the way through it."""
_MEMORY = 0.9
"""Share that is kept from frame to frame: the mean is of about the last second."""


class Seat:
    """Follows the rests near the upright pose."""

    def __init__(self, upright: Vector3) -> None:
        """`upright` is the pose (vertical in sensor axes) that rests are compared with."""
        self._upright = upright
        self._begin_ns: int | None = None
        self._sum = np.zeros(3)
        self.up = upright
        """The vertical where the wearer last sat still, in sensor axes; at first `upright`."""

    def step(self, t_ns: int, up: Vector3, speed_rads: FloatArray) -> bool:
        """Whether the wearer sits still, near upright, and has done so for half a second.

        `up` is the vertical of a frame in sensor axes, `speed_rads` (n,) |gyro| at its samples.
        """
        near = angle_deg(up, self._upright) < SEATED_DEG
        if not near or float(speed_rads.max()) >= STILL_RADS:
            self.left()
            return False
        if self._begin_ns is None:
            self._begin_ns = t_ns
        self._sum = _MEMORY * self._sum + up
        if t_ns - self._begin_ns < _STILL_NS:
            return False
        x, y, z = self._sum.tolist()
        self.up = unit((x, y, z))
        return True

    def left(self) -> None:
        """The rest is over, or a hole hides whether it is."""
        self._begin_ns = None
        self._sum = np.zeros(3)
