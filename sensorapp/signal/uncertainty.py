"""How far the estimated vertical may be off: one standard deviation, in degrees, frame by frame.

Fitted to the errors on the twelve trials of BROAD (doi 10.3390/data6070072) at 100 and 26 Hz,
with and without holes; docs/decisions/0012-holes-and-bad-samples.md shows how well it covers
them. It is the error against gravity of a sensor whose accelerometer is as good as theirs. An
offset of the accelerometer, 1 to 2 deg with cheap parts, is not in it: the upright pose takes
out most of it.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.signal.chunks import Stretch
from sensorapp.signal.vectors import row_norms

REST_DEG = 0.25
MOVING_DEG2_PER_DPS = 0.0012
"""Variance that a degree per second of the last seconds' speed adds, at a high rate."""
SLOW_HZ = 30.0
"""Sensors of this rate err by as much again, for what happens between samples."""
BRIDGED_SHARE = 0.2
"""Share of the turn within a hole of 0.1 s or more that a straight line gets wrong."""
RESTART_DEG_S, RESTART_DEG_S_PER_MPS2 = 0.4, 3.0
"""After a restart: so much, divided by the seconds that gravity was averaged over; more by how
far, on average, the length of the acceleration was from gravity's."""
ACCEL_ONLY_DEG, ACCEL_ONLY_DEG_PER_MPS2 = 0.5, 8.0
"""Without a gyroscope: at rest, and for what the acceleration shows of movement."""
WORST_DEG = 30.0
_SPEED_S, _BRIDGED_S, _RESTART_S = 2.0, 2.0, 10.0
_GRAVITY_MPS2 = 9.81


class TiltUncertainty:
    """Follows one stream; begins as after a restart."""

    def __init__(self, rate_hz: float) -> None:
        self._swing_mps2 = 0.0
        self._per_dps = MOVING_DEG2_PER_DPS * (1.0 + (SLOW_HZ / rate_hz) ** 2)
        self._speed_dps = 0.0
        self._bridged_deg2 = 0.0
        self._last_ns: int | None = None
        self._restart_s = 0.0
        self._unlike = [0.0, 0.0]  # sum over frames since the restart, and their number
        self.sigma_deg = WORST_DEG
        """Of the newest frame."""

    def restarted(self) -> None:
        """The vertical is unknown but for the accelerometer."""
        self._restart_s = 0.0
        self._unlike = [0.0, 0.0]
        self._bridged_deg2 = 0.0
        self._last_ns = None

    def bridged(self, turned_deg: float, missing_s: float) -> float:
        """A hole was filled, or the range cut off, during such a turn; sigma of that alone."""
        turned_deg = max(turned_deg, self._speed_dps * missing_s)
        sigma_deg = BRIDGED_SHARE * turned_deg * min(1.0, missing_s / 0.1)
        self._bridged_deg2 += sigma_deg**2
        return sigma_deg

    def stretch(self, stretch: Stretch) -> list[float]:
        """`sigma_deg` at each frame of many, for which `moved` is done."""
        rates = stretch.gyro_rads[np.array(stretch.ends) - 1]
        times_ns = stretch.frame_t_ns
        sigmas_deg: list[float] = []
        unsettled = self._bridged_deg2 > 0.0 or self._last_ns is None
        while len(sigmas_deg) < len(times_ns) and (unsettled or self._restart_s < _RESTART_S):
            place = len(sigmas_deg)
            self.moved(times_ns[place], rates[place].tolist(), stretch.chunk(place).accel_mps2)
            sigmas_deg.append(self.sigma_deg)
        place = len(sigmas_deg)
        return sigmas_deg + self._settled(times_ns[place:], rates[place:])

    def _settled(self, times_ns: list[int], rates_rads: FloatArray) -> list[float]:
        """The same where only the speed of turning counts; `rates_rads` (n, 3)."""
        if not times_ns:
            return []
        assert self._last_ns is not None
        dt_s = np.diff(np.array([self._last_ns, *times_ns])) * 1e-9
        x, y, z = rates_rads.T
        now_dps = np.degrees(np.sqrt(x * x + y * y + z * z))
        speed_dps, speeds_dps = self._speed_dps, []
        for dps, dt in zip(now_dps.tolist(), dt_s.tolist(), strict=True):
            speed_dps += (dps - speed_dps) * dt / (_SPEED_S + dt)
            speeds_dps.append(speed_dps)
        self._last_ns, self._speed_dps = times_ns[-1], speed_dps
        variance = REST_DEG**2 + self._per_dps * np.array(speeds_dps)
        sigmas_deg: list[float] = np.minimum(WORST_DEG, np.sqrt(variance)).tolist()
        self.sigma_deg = sigmas_deg[-1]
        return sigmas_deg

    def swung(self, t_ns: int, accel_mps2: FloatArray) -> None:
        """A frame at `t_ns` of a sensor without a gyroscope: its specific forces (n, 3)."""
        dt_s = 0.1 if self._last_ns is None else (t_ns - self._last_ns) * 1e-9
        self._last_ns = t_ns
        self.sigma_deg = self._without_gyro_deg(dt_s, accel_mps2)

    def moved(self, t_ns: int, rate_rads: list[float], accel_mps2: FloatArray) -> None:
        """A frame at `t_ns`: its angular rate, its chunk's specific forces (n, 3)."""
        dt_s = 0.1 if self._last_ns is None else (t_ns - self._last_ns) * 1e-9
        self._last_ns = t_ns
        x, y, z = rate_rads
        speed_dps = math.degrees(math.sqrt(x * x + y * y + z * z))
        self._speed_dps += (speed_dps - self._speed_dps) * dt_s / (_SPEED_S + dt_s)
        variance = REST_DEG**2 + self._per_dps * self._speed_dps
        if self._bridged_deg2 > 0.0:
            self._bridged_deg2 *= math.exp(-2.0 * dt_s / _BRIDGED_S)
            variance += self._bridged_deg2
        if self._restart_s < _RESTART_S:
            self._restart_s += dt_s
            variance += self._after_restart_deg(accel_mps2) ** 2
        self.sigma_deg = min(WORST_DEG, math.sqrt(variance))

    def _after_restart_deg(self, accel_mps2: FloatArray) -> float:
        self._unlike[0] += _unlike_mps2(accel_mps2)
        self._unlike[1] += 1.0
        unlike_mps2 = self._unlike[0] / self._unlike[1]
        return (RESTART_DEG_S + RESTART_DEG_S_PER_MPS2 * unlike_mps2) / self._restart_s

    def _without_gyro_deg(self, dt_s: float, accel_mps2: FloatArray) -> float:
        swing_mps2 = _unlike_mps2(accel_mps2)
        self._swing_mps2 += (swing_mps2 - self._swing_mps2) * dt_s / (_SPEED_S + dt_s)
        return min(WORST_DEG, ACCEL_ONLY_DEG + ACCEL_ONLY_DEG_PER_MPS2 * self._swing_mps2)


def _unlike_mps2(accel_mps2: FloatArray) -> float:
    """How far the length of the acceleration is from gravity's, on average."""
    return float(np.abs(row_norms(accel_mps2) - _GRAVITY_MPS2).mean())
