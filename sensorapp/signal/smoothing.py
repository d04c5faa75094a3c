"""Smoothing of what is displayed: 5 Hz low-pass on the up vector, 45 ms of delay.

Only screens use it. What decides (states, alerts, shares) uses VQF's own angle, which needs
no low-pass.
"""

from __future__ import annotations

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.signal.filters import VectorFilter, low_pass_sos

CUTOFF_HZ = 5.0


class DisplaySmoother:
    """Low-passed up vector; its length is a little under 1 while the wearer moves."""

    def __init__(self, rate_hz: float) -> None:
        self._low_pass = VectorFilter(low_pass_sos(CUTOFF_HZ, rate_hz))

    def step(self, up: FloatArray) -> Vector3:
        """The smoothed up vector at the last of the samples `up` (n, 3)."""
        x, y, z = self._low_pass.step(up)[-1].tolist()
        return (x, y, z)

    def reset(self) -> None:
        """Start anew, after a hole."""
        self._low_pass.reset()
