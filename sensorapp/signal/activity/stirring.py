"""How much a wearer stirs: the speed at which the upper back turns, frame by frame."""

from __future__ import annotations

import math

from sensorapp.model.posture import Vector3
from sensorapp.signal.activity.rhythm import FRAME_HZ
from sensorapp.signal.grid import FRAME_NS

STIRRING_DPS = 8.0
"""Where a movement begins, too (`signal/movements.py`); breath and sway stay under 3 deg/s."""
_FADE_S = 0.3
_LONGEST_NS = 3 * FRAME_NS // 2


class Stirring:
    """Turning speed in deg/s, from up and twist of successive frames, fading over 0.3 s."""

    def __init__(self) -> None:
        self._before: tuple[int, Vector3, float] | None = None
        self._share = 1.0 - math.exp(-1.0 / (_FADE_S * FRAME_HZ))
        self.speed_dps = 0.0

    def step(self, t_ns: int, up: Vector3, twist_deg: float) -> float:
        """The speed up to this frame; a missing frame counts as no turning."""
        before, self._before = self._before, (t_ns, up, twist_deg)
        if before is None or t_ns - before[0] > _LONGEST_NS:
            return self.speed_dps
        (bx, by, bz), (x, y, z) = before[1], up
        lean_deg = math.degrees(math.sqrt((x - bx) ** 2 + (y - by) ** 2 + (z - bz) ** 2))
        speed_dps = math.hypot(lean_deg, twist_deg - before[2]) * FRAME_HZ
        self.speed_dps += self._share * (speed_dps - self.speed_dps)
        return self.speed_dps

    def reset(self) -> None:
        """Start anew, after a hole."""
        self._before = None
        self.speed_dps = 0.0
