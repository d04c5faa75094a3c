"""Orientation of a sensor without a gyroscope: its low-passed acceleration is up.

Right while the wearer keeps still, off by 10-20 deg while the trunk moves. Heading is
meaningless: the quaternion is the shortest turn that brings up to the earth's z.
"""

from __future__ import annotations

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.signal.filters import VectorFilter, low_pass_sos
from sensorapp.signal.vectors import row_norms

CUTOFF_HZ = 0.5
"""Below breathing and sway at rest; 0.45 s of delay."""


class GravityOrientation:
    """Sensor-to-earth quaternions from accelerations alone."""

    def __init__(self, rate_hz: float) -> None:
        self._low_pass = VectorFilter(low_pass_sos(CUTOFF_HZ, rate_hz))

    def step(self, accel_mps2: FloatArray) -> FloatArray:
        """Quaternions (n, 4), w x y z, unit, for accelerations (n, 3)."""
        smooth = self._low_pass.step(accel_mps2)
        return quats_from_up(smooth)

    def reset(self) -> None:
        """Forget all."""
        self._low_pass.reset()


def quats_from_up(up: FloatArray) -> FloatArray:
    """Shortest turns (n, 4) that bring `up` (n, 3), of any length, to the earth's z."""
    up = up / np.maximum(row_norms(up), 1e-12)[:, np.newaxis]
    quats = np.empty((len(up), 4))
    quats[:, 0] = 1.0 + up[:, 2]
    quats[:, 1] = up[:, 1]
    quats[:, 2] = -up[:, 0]
    quats[:, 3] = 0.0
    upside_down = quats[:, 0] < 1e-9
    quats[upside_down] = (0.0, 1.0, 0.0, 0.0)
    return quats / row_norms(quats)[:, np.newaxis]
