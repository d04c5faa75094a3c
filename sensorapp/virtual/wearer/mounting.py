"""How the clip sits on the upper back.

The clip's own axes point to the wearer's right (X), up (Y) and backward (Z) when it sits
as intended.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sensorapp.virtual.wearer.rotation import trunk_rotation

_INTENDED = np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
"""Columns: the sensor's X, Y, Z in segment axes (x forward, y up, z right)."""


@dataclass(frozen=True, slots=True)
class Mounting:
    """Turns of the clip away from its intended seat, with the signs of the trunk's angles.

    `pitch_deg` + leans its top forward (the slope of the back below the neck does that),
    `roll_deg` + to the right, `turn_deg` + turns it about the vertical to the left.
    `free` replaces all three by a rotation (w, x, y, z) from sensor to segment axes.
    """

    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    turn_deg: float = 0.0
    free: tuple[float, float, float, float] | None = None

    @classmethod
    def random(cls, rng: np.random.Generator) -> Mounting:
        """Any seat at all, each equally likely (Shoemake 1992: a uniform point on the sphere)."""
        w, x, y, z = rng.standard_normal(4).tolist()
        return cls(free=(w, x, y, z))

    def segment_from_sensor(self) -> NDArray[np.float64]:
        """Rotation matrix (3, 3) that turns sensor vectors into segment vectors."""
        if self.free is not None:
            return _matrix(self.free)
        angles_deg = np.array([[self.pitch_deg, self.roll_deg, self.turn_deg]])
        return np.asarray(trunk_rotation(angles_deg)[0] @ _INTENDED)


def _matrix(quaternion: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """Rotation matrix of a quaternion of any length but 0."""
    w, x, y, z = np.asarray(quaternion) / np.linalg.norm(quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
