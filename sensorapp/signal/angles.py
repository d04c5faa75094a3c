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
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Alignment, Vector3
from sensorapp.signal.vectors import Quaternion, cross, dot

_Component = TypeVar("_Component", float, FloatArray)

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

    def angles_deg(self, ups: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Flexion and side bend, (n,) both, of many `ups` (n, 3), each as of one alone."""
        x, y, z = ups.T
        along, height, across = (
            x * axis[0] + y * axis[1] + z * axis[2]
            for axis in (self._forward, self._up, self._right)
        )
        flexions_rad = list(map(math.atan2, (-along).tolist(), height.tolist()))
        bends_rad = list(map(math.asin, np.maximum(-1.0, np.minimum(1.0, -across)).tolist()))
        return np.degrees(flexions_rad), np.degrees(bends_rad)

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
            turned_rad = 2.0 * _half_rad(*_turn(before, quat))
            self._twist_rad = memory * (self._twist_rad + turned_rad)
        self._last = (t_ns, quat)
        return math.degrees(self._twist_rad)

    def stretch(self, t_ns: Sequence[int], quats: FloatArray) -> list[float]:
        """What `step` gives for each of many frames, with `quats` (n, 4)."""
        last_ns, before = self._last or (t_ns[0], quats[0].tolist())
        w, x, y, z = quats[-1].tolist()
        self._last = t_ns[-1], (w, x, y, z)
        fading = -np.diff(t_ns, prepend=last_ns) * 1e-9 / TWIST_MEMORY_S
        turns = _turn(np.concatenate(([before], quats[:-1])).T, quats.T)
        twist_rad, twists_rad = self._twist_rad, []
        for memory, half_rad in zip(
            map(math.exp, fading.tolist()),
            map(_half_rad, *(one.tolist() for one in turns)),
            strict=True,
        ):
            twist_rad = memory * (twist_rad + 2.0 * half_rad)
            twists_rad.append(twist_rad)
        self._twist_rad = twist_rad
        twists_deg: list[float] = np.degrees(twists_rad).tolist()
        return twists_deg

    def reset(self) -> None:
        """Forget all."""
        self._last = None
        self._twist_rad = 0.0


def _turn(
    before: Iterable[_Component], after: Iterable[_Component]
) -> tuple[_Component, _Component]:
    """Components w and z of after * conj(before): numbers or (n,)."""
    w0, x0, y0, z0 = before
    w1, x1, y1, z1 = after
    return w1 * w0 + x1 * x0 + y1 * y0 + z1 * z0, z1 * w0 - w1 * z0 - x1 * y0 + y1 * x0


def _half_rad(w: float, z: float) -> float:
    """Half the twist about earth's z, -pi/2..pi/2."""
    return math.atan2(-z, -w) if w < 0.0 else math.atan2(z, w)
