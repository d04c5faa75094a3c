"""How far the shaking of the trunk goes in all three directions.

Walking shakes it up and down, forward and back, and from side to side, the last at half the
pace of the others (Menz et al. 2003, Gait Posture 18:35, doi 10.1016/S0966-6362(02)00159-5).
Coughs, laughs and a bouncing leg shake it mostly in a plane: what is left across it is little.
That rest is the smallest eigenvalue of the covariance of the acceleration, less its mean of
just before. Eigenvalues don't turn with the sensor, so it may be worn in any way, and nothing
has to be known of the vertical.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sensorapp.model.posture import Vector3
from sensorapp.signal.activity.fading import FadingSums
from sensorapp.signal.activity.rhythm import FEW, HOLD_S

_MEAN_S = 0.27
"""Time constant of the mean: a high-pass at 0.6 Hz, of the first order since each axis has one.
A band-pass as the rhythm's took four times as long and called more of a bus ride walking. What
laughing shakes at 4 to 6 Hz is kept out by weights of 1, 2 and 1 on three frames: they leave
0.65 of the up and down at 2 Hz and 0.1 at 4 Hz."""
_FADE_S = 1.0
"""One sway to one side and back at a walking pace."""
_QUIET_MPS2 = 0.03
"""As little is noise: of that no share is worked out."""


class Sway:
    """Covariance of the shaking, updated once a frame, and its shape."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start anew, as if at rest."""
        self._last: Vector3 | None = None
        self._sum: Vector3 = (0.0, 0.0, 0.0)
        self._mean = FadingSums(3, _MEAN_S)
        self._hold = FadingSums(1, HOLD_S)
        self._sums = FadingSums(6, _FADE_S)

    def step(self, accel_mps2: Vector3) -> None:
        """Take a frame's mean acceleration, in the sensor's axes."""
        x, y, z = accel_mps2
        last_x, last_y, last_z = self._begun(accel_mps2)
        sum_x, sum_y, sum_z = self._sum
        new_x, new_y, new_z = last_x + x, last_y + y, last_z + z
        self._last, self._sum = accel_mps2, (new_x, new_y, new_z)
        x, y, z = 0.25 * (sum_x + new_x), 0.25 * (sum_y + new_y), 0.25 * (sum_z + new_z)
        self._mean.step((x, y, z))
        mean_x, mean_y, mean_z = self._mean.values
        x, y, z = x - mean_x, y - mean_y, z - mean_z
        xx, yy, zz = x * x, y * y, z * z
        self._hold.step((xx + yy + zz,))
        self._sums.step((xx, yy, zz, x * y, x * z, y * z))

    def steps(self, accel_mps2: Sequence[Vector3]) -> tuple[list[float], list[list[float]]]:
        """Take frames: `hold_mps2` after each of them, and the sums for `axes_of`.

        The same to the bit; only where `rounds_alike`.
        """
        if len(accel_mps2) < FEW:
            holds_mps2, sums = [], []
            for one in accel_mps2:
                self.step(one)
                holds_mps2.append(self.hold_mps2)
                sums.append(self._sums.values)
            return holds_mps2, sums
        accel = np.array(accel_mps2)
        last = self._begun(accel_mps2[0])
        twos = accel + np.concatenate(([last], accel[:-1]))
        smooth = 0.25 * (np.concatenate(([self._sum], twos[:-1])) + twos)
        self._last = accel_mps2[-1]
        x, y, z = twos[-1].tolist()
        self._sum = x, y, z
        xs, ys, zs = (smooth - self._mean.steps(smooth)).T
        products = np.stack((xs * xs, ys * ys, zs * zs, xs * ys, xs * zs, ys * zs), axis=1)
        squares = products[:, 0] + products[:, 1] + products[:, 2]
        holds = self._hold.steps(squares[:, np.newaxis])[:, 0]
        return np.sqrt(holds).tolist(), self._sums.steps(products).tolist()

    def _begun(self, accel_mps2: Vector3) -> Vector3:
        """The frame before; the first one counts as if it had been so for long."""
        if self._last is None:
            x, y, z = self._last = accel_mps2
            self._mean.values = [x, y, z]
            self._sum = 2.0 * x, 2.0 * y, 2.0 * z
        return self._last

    @property
    def hold_mps2(self) -> float:
        """Root mean square of all three directions together, over about 0.4 s."""
        return math.sqrt(self._hold.values[0])

    def axes_mps2(self) -> tuple[float, float]:
        """Root mean squares along the direction of the least shaking and of the most."""
        return axes_of(self._sums.values)


def axes_of(sums: Sequence[float]) -> tuple[float, float]:
    """Least and most root mean square of a covariance: xx, yy, zz, xy, xz, yz.

    Eigenvalues of a symmetric matrix in closed form: Smith 1961, Commun ACM 4:168,
    doi 10.1145/355578.366316.
    """
    xx, yy, zz, xy, xz, yz = sums
    mean = (xx + yy + zz) / 3.0
    xx, yy, zz = xx - mean, yy - mean, zz - mean
    spread = math.sqrt((xx * xx + yy * yy + zz * zz + 2.0 * (xy * xy + xz * xz + yz * yz)) / 6.0)
    if mean < _QUIET_MPS2**2 or spread <= 1e-9 * mean:
        size_mps2 = math.sqrt(mean)
        return size_mps2, size_mps2
    volume = xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz)
    cosine = min(1.0, max(-1.0, 0.5 * volume / spread**3))
    angle = math.acos(cosine) / 3.0
    most = mean + 2.0 * spread * math.cos(angle)
    least = mean + 2.0 * spread * math.cos(angle + 2.0 * math.pi / 3.0)
    return math.sqrt(max(0.0, least)), math.sqrt(most)
