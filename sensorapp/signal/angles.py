"""Flexion, side bend and twist of the upper back, free of heading except the twist.

Segment axes: x forward, y up, z right (ISB; Wu et al. 2005, J Biomech 38:981). The earth's
up, seen in them, is (-sin flexion, cos flexion, 0) for a pure forward bend, because the
forward axis then points below the horizon. So flexion = atan2(-up_x, up_y), + forward, and
side bend = asin(-up_z), + right: the right axis then points below the horizon.

One sensor gives the inclination of one segment: it can't tell a round back from a bend at
the hips.
"""

from __future__ import annotations

import math

from sensorapp.model.posture import Alignment, Vector3
from sensorapp.signal.vectors import Quaternion, cross, dot

TWIST_MEMORY_S = 10.0
"""Time constant of forgetting: the heading of a 6-axis filter drifts by a few deg a minute,
of which 10 s leave less than 1 deg."""


class BodyAxes:
    """Turns up vectors in sensor axes into angles of the wearer."""

    def __init__(self, alignment: Alignment) -> None:
        self._up = alignment.up
        self._forward = alignment.forward
        self._right = cross(alignment.forward, alignment.up)

    def flexion_deg(self, up: Vector3) -> float:
        """Forward inclination, -180..180; `up` of any length but zero, in sensor axes."""
        # Written out, since it is asked for at every frame.
        x, y, z = up
        forward_x, forward_y, forward_z = self._forward
        up_x, up_y, up_z = self._up
        along = x * forward_x + y * forward_y + z * forward_z
        return math.degrees(math.atan2(-along, x * up_x + y * up_y + z * up_z))

    def side_bend_deg(self, up: Vector3) -> float:
        """Inclination to the right, -90..90; `up` a unit vector in sensor axes."""
        return math.degrees(math.asin(max(-1.0, min(1.0, -dot(up, self._right)))))


class Twist:
    """Turning about the vertical over the last seconds, + left; relative only.

    The rotation between successive frames, in earth axes, is split into swing and twist
    about the vertical; twists add up and are forgotten with a time constant of 10 s. After
    `reset` (a hole, a restart of the orientation) it counts from zero again.
    """

    def __init__(self) -> None:
        self._last: tuple[int, Quaternion] | None = None
        self._twist_rad = 0.0

    def step(self, t_ns: int, quat: Quaternion) -> float:
        """Twist in degrees at a frame with the sensor-to-earth quaternion `quat`."""
        if self._last is not None:
            last_ns, before = self._last
            memory = math.exp((last_ns - t_ns) * 1e-9 / TWIST_MEMORY_S)
            self._twist_rad = memory * (self._twist_rad + _turned_rad(before, quat))
        self._last = (t_ns, quat)
        return math.degrees(self._twist_rad)

    def reset(self) -> None:
        """Forget all."""
        self._last = None
        self._twist_rad = 0.0


def _turned_rad(before: Quaternion, after: Quaternion) -> float:
    """Twist about earth's z of after * conj(before), -pi..pi."""
    w0, x0, y0, z0 = before
    w1, x1, y1, z1 = after
    w = w1 * w0 + x1 * x0 + y1 * y0 + z1 * z0
    z = z1 * w0 - w1 * z0 - x1 * y0 + y1 * x0
    if w < 0.0:
        w, z = -w, -z
    return 2.0 * math.atan2(z, w)
