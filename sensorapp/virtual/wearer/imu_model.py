"""What an inertial sensor makes of the motion: noise, bias, drift, offset, clipping.

Figures are those of small consumer parts, the BMI270 above all (Bosch Sensortec,
BST-BMI270-DS000: gyroscope 7 mdps/√Hz, accelerometer 160 µg/√Hz, zero-g offset 20 mg).
Scale errors, cross-axis terms and temperature are left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from firmware_protocol.ids import STANDARD_GRAVITY_MPS2

Floats = NDArray[np.float64]

_FARTHEST_SD = 2.0
"""Constant errors are drawn within this many standard deviations: no part is beyond its sheet."""


@dataclass(frozen=True, slots=True)
class ImuModel:
    """Sizes of the errors; 0 switches one off.

    The bias of 0.3 deg/s (one standard deviation an axis) is that of a part whose offset
    was nulled once; its drift moves it by about 0.1 deg/s in an hour. White noise fills
    the band up to half the rate. Raises `ValueError` if a value is negative or a range 0.
    """

    gyro_noise_mdps_rthz: float = 7.0
    gyro_bias_dps: float = 0.3
    gyro_drift_dps_rth: float = 0.1
    accel_noise_ug_rthz: float = 160.0
    accel_offset_mg: float = 20.0
    accel_range_g: float = 8.0
    gyro_range_dps: float = 2000.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (math.isfinite(value) and value >= 0.0):
                raise ValueError(f"{field.name} must be 0 or more, got {value}")
        if self.accel_range_g == 0.0 or self.gyro_range_dps == 0.0:
            raise ValueError("a range must be above 0")

    @classmethod
    def ideal(cls) -> ImuModel:
        """A part without errors, of the widest range."""
        return cls(0.0, 0.0, 0.0, 0.0, 0.0, accel_range_g=16.0, gyro_range_dps=2000.0)


class ImuRun:
    """One part at work: `part` decides its constant errors, `noise` what comes with time."""

    def __init__(
        self,
        model: ImuModel,
        rate_mhz: int,
        part: np.random.Generator,
        noise: np.random.Generator,
    ) -> None:
        self._noise = noise
        rate_hz = rate_mhz / 1000.0
        ug_mps2 = STANDARD_GRAVITY_MPS2 * 1e-6
        half_band_rthz = math.sqrt(rate_hz / 2.0)
        self._gyro_sd = math.radians(model.gyro_noise_mdps_rthz * 1e-3) * half_band_rthz
        self._accel_sd = model.accel_noise_ug_rthz * ug_mps2 * half_band_rthz
        self._step_sd = math.radians(model.gyro_drift_dps_rth) / math.sqrt(3600.0 * rate_hz)
        drawn = np.clip(part.standard_normal((2, 3)), -_FARTHEST_SD, _FARTHEST_SD)
        self._bias_rads = drawn[0] * math.radians(model.gyro_bias_dps)
        self._offset_mps2 = drawn[1] * model.accel_offset_mg * 1e3 * ug_mps2
        self._accel_limit = model.accel_range_g * STANDARD_GRAVITY_MPS2
        self._gyro_limit = _radians_up(model.gyro_range_dps)

    def measure(self, accel_mps2: Floats, gyro_rads: Floats) -> Floats:
        """Measured rows (n, 6) of true ones (n, 3) each, the next in time of this part."""
        normal = self._noise.standard_normal((3, *accel_mps2.shape))
        bias = self._bias_rads + np.cumsum(normal[2] * self._step_sd, axis=0)
        self._bias_rads = bias[-1]
        accel = accel_mps2 + self._offset_mps2 + normal[0] * self._accel_sd
        gyro = gyro_rads + bias + normal[1] * self._gyro_sd
        return np.concatenate(
            [
                np.clip(accel, -self._accel_limit, self._accel_limit),
                np.clip(gyro, -self._gyro_limit, self._gyro_limit),
            ],
            axis=1,
        )


def _radians_up(angle_dps: float) -> float:
    """The rate in rad/s, rounded so that back in degrees it still reaches the range."""
    rate = math.radians(angle_dps)
    while math.degrees(rate) < angle_dps:
        rate = math.nextafter(rate, math.inf)
    return rate
