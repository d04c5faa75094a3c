"""Smoothing of what is displayed: 5 Hz low-pass on the vertical, 45 ms of delay.

Only screens use it. What decides (states, alerts, shares) uses VQF's own angle, which needs
no low-pass.
"""

from __future__ import annotations

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.signal.filters import VectorFilter, low_pass_sos
from sensorapp.signal.vertical import up_components

CUTOFF_HZ = 5.0


_GATHERED = 640
"""Samples kept unfiltered at most while nobody looks: 6 s at 100 Hz."""


class DisplaySmoother:
    """Low-passed up vector; its length is a little under 1 while the wearer moves.

    Samples are gathered and filtered when somebody looks, since a filter call costs the same
    for a thousand samples as for ten. When that is changes nothing: the filter gives the same
    values for any split of its input.
    """

    def __init__(self, rate_hz: float) -> None:
        self._low_pass = VectorFilter(low_pass_sos(CUTOFF_HZ, rate_hz))
        self._gathered: list[FloatArray] = []
        self._samples = 0
        self._shown: Vector3 | None = None

    def push(self, quats: FloatArray) -> None:
        """Take the orientations (n, 4), sensor to earth, of the next samples."""
        self._gathered.append(quats)
        self._samples += len(quats)
        if self._samples >= _GATHERED:
            self._filter()

    @property
    def shown(self) -> Vector3 | None:
        """The smoothed up vector at the newest sample, None before the first."""
        if self._gathered:
            self._filter()
        return self._shown

    def reset(self) -> None:
        """Start anew, after a hole."""
        self._low_pass.reset()
        self._gathered.clear()
        self._samples = 0

    def _filter(self) -> None:
        w, x, y, z = np.concatenate(self._gathered).T
        ups = np.stack(up_components(w, x, y, z), axis=1)
        x, y, z = self._low_pass.step(ups)[-1].tolist()
        self._gathered.clear()
        self._samples = 0
        self._shown = (x, y, z)
