"""Lying: a trunk far from the upright pose, for a while.

60 deg is the customary border for a sensor on the trunk (Lyons et al. 2005, Med Eng Phys
27:497, doi 10.1016/j.medengphy.2004.11.006). On the back or on a side nobody is so by accident,
so 2 s are enough. Forward it may be bending down, for which people lean by up to 72 deg: there
it takes 75 deg, and 10 s at rest. Reclining by less is not lying.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.model.imu import BoolArray, FloatArray
from sensorapp.signal.activity.fading import FRAME_HZ

TILT_DEG = 60.0
FORWARD_TILT_DEG = 75.0
_COS_TILT = math.cos(math.radians(TILT_DEG))
_COS_FORWARD = math.cos(math.radians(FORWARD_TILT_DEG))
_NEVER_DEG = 40.0
"""Both angles below: nobody lies. A quick way out for most frames."""
_SOON_FRAMES = round(2.0 * FRAME_HZ)
_FORWARD_FRAMES = round(10.0 * FRAME_HZ)
_SURE_FRAMES = round(10.0 * FRAME_HZ)


def never_lies(flexion_deg: FloatArray, side_bend_deg: FloatArray) -> BoolArray:
    """Where `LyingDetector.step` finds nobody lying at a glance, (n,) for (n,) angles."""
    never: BoolArray = np.maximum(np.abs(flexion_deg), np.abs(side_bend_deg)) < _NEVER_DEG
    return never


class LyingDetector:
    """Counts the frames of lying, of those bent forward only the ones at rest."""

    def __init__(self) -> None:
        self._frames = 0
        self._forward_frames = 0

    def rests(self) -> None:
        """Frames of `never_lies` came."""
        self._frames = self._forward_frames = 0

    def step(self, flexion_deg: float, side_bend_deg: float, *, stirs: bool) -> float:
        """How sure lying is after this frame: 0 for not lying, then 0.5 to 1."""
        if abs(flexion_deg) < _NEVER_DEG > abs(side_bend_deg):
            self.rests()
            return 0.0
        side = math.cos(math.radians(side_bend_deg))
        is_forward = flexion_deg > 0.0 and side > _COS_TILT
        upright = side * math.cos(math.radians(flexion_deg))
        if upright > (_COS_FORWARD if is_forward else _COS_TILT):
            self._frames = self._forward_frames = 0
            return 0.0
        if not is_forward:
            self._frames += 1
        elif not stirs:
            self._forward_frames += 1
        beyond = max(self._frames - _SOON_FRAMES, self._forward_frames - _FORWARD_FRAMES)
        return 0.0 if beyond < 0 else min(1.0, 0.5 + 0.5 * beyond / _SURE_FRAMES)
