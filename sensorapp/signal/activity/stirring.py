"""How much a wearer stirs: the speed at which the upper back turns, frame by frame."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.signal.activity.fading import FRAME_HZ, fading_share
from sensorapp.signal.grid import FRAME_NS

STIRRING_DPS = 8.0
"""Where a movement begins, too (`signal/movements.py`); breath and sway stay under 3 deg/s."""
_FADE_S = 0.3
_LONGEST_NS = 3 * FRAME_NS // 2


class Stirring:
    """Turning speed in deg/s, from up and twist of successive frames, fading over 0.3 s."""

    def __init__(self) -> None:
        self._before: tuple[int, Vector3, float] | None = None
        self._share = fading_share(_FADE_S)
        self.speed_dps = 0.0

    def step(self, t_ns: int, up: Vector3, twist_deg: float) -> float:
        """The speed up to this frame; a missing frame counts as no turning."""
        before, self._before = self._before, (t_ns, up, twist_deg)
        if before is None or t_ns - before[0] > _LONGEST_NS:
            return self.speed_dps
        (bx, by, bz), (x, y, z) = before[1], up
        x, y, z = x - bx, y - by, z - bz
        lean_deg = math.degrees(math.sqrt(x * x + y * y + z * z))
        speed_dps = math.hypot(lean_deg, twist_deg - before[2]) * FRAME_HZ
        self.speed_dps += self._share * (speed_dps - self.speed_dps)
        return self.speed_dps

    def stretch(
        self, t_ns: Sequence[int], ups: FloatArray, twists_deg: Sequence[float]
    ) -> list[float]:
        """What `step` gives for each of many frames; `ups` (n, 3)."""
        first_ns, up, twist_deg = self._before or (t_ns[0] - 2 * _LONGEST_NS, ups[0], twists_deg[0])
        x, y, z = np.diff(ups, axis=0, prepend=[up]).T
        leans_deg = np.degrees(np.sqrt(x * x + y * y + z * z)).tolist()
        turns_deg = np.diff(twists_deg, prepend=twist_deg).tolist()
        near = (np.diff(t_ns, prepend=first_ns) <= _LONGEST_NS).tolist()
        self._before = t_ns[-1], tuple(ups[-1].tolist()), twists_deg[-1]
        speed_dps, share, speeds_dps = self.speed_dps, self._share, []
        for turned_deg, is_near in zip(map(math.hypot, leans_deg, turns_deg), near, strict=True):
            if is_near:
                speed_dps += share * (turned_deg * FRAME_HZ - speed_dps)
            speeds_dps.append(speed_dps)
        self.speed_dps = speed_dps
        return speeds_dps

    def reset(self) -> None:
        """Start anew, after a hole."""
        self._before = None
        self.speed_dps = 0.0
