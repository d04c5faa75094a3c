"""The upper back in motion, and what an ideal sensor fixed to it would feel.

Pose and position are closed forms of time, so rate and acceleration come from central
differences over a step far shorter than any sample: at 6 Hz, the fastest rhythm, the rate
is 6e-5 of itself too small.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from firmware_protocol.ids import STANDARD_GRAVITY_MPS2
from sensorapp.virtual.wearer.activities import Activity
from sensorapp.virtual.wearer.rhythms import Rhythms
from sensorapp.virtual.wearer.rotation import angular_rate_rads, trunk_rotation
from sensorapp.virtual.wearer.script import Script
from sensorapp.virtual.wearer.timeline import Channel, Timeline

Floats = NDArray[np.float64]

_STEP_S = 5e-4
_HIP_TO_SENSOR_M = np.array([-0.10, 0.42, 0.0])
"""Segment axes: the clip sits behind and above the hip joints, about which the trunk leans."""


class TrunkMotion:
    """The true motion of one wearer who follows a script."""

    def __init__(self, script: Script, body: np.random.Generator, *, loop: bool) -> None:
        self._timeline = Timeline(script, loop=loop)
        self._rhythms = Rhythms(body)

    def angles_deg(self, t_s: Floats) -> Floats:
        """Flexion, side bend, twist (n, 3) at `t_s` (n,)."""
        channels = self._timeline.values(t_s)
        return np.asarray(channels[:, :3] + self._rhythms.angles_deg(t_s, channels))

    def worn(self, t_s: float) -> bool:
        """If the sensor is wholly on; not while it is being taken off or put on."""
        return bool(self._timeline.values(np.array([t_s]))[0, Channel.WORN] == 1.0)

    def activity(self, t_s: float) -> Activity:
        """What the script says is being done."""
        return self._timeline.activity(t_s)

    def felt(self, t_s: Floats) -> tuple[Floats, Floats]:
        """Specific force (n, 3) in m/s² and angular rate (n, 3) in rad/s, segment axes."""
        count = len(t_s)
        around_s = np.concatenate([t_s - _STEP_S, t_s, t_s + _STEP_S])
        channels = self._timeline.values(around_s)
        angles = channels[:, :3] + self._rhythms.angles_deg(around_s, channels)
        rotation = trunk_rotation(angles)
        position = self._rhythms.shift_m(around_s, channels) + rotation @ _HIP_TO_SENSOR_M
        position[:, 1] += channels[:, Channel.HEIGHT_M]
        before, here, after = np.split(position, 3)
        accel = (before - 2.0 * here + after) / _STEP_S**2
        accel[:, 1] += STANDARD_GRAVITY_MPS2
        now = rotation[count : 2 * count]
        force = np.einsum("nji,nj->ni", now, accel)
        rate = angular_rate_rads(rotation[:count], rotation[2 * count :], 2.0 * _STEP_S)
        return np.asarray(force), rate
