"""Samples as a driver hands them on: decoded, in SI units, still on the sensor's own counter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sensorapp.model.record import record

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@record
class ImuBlock:
    """Consecutive samples of one sensor, without a hole inside.

    Attributes
    ----------
    sensor_id: whose samples these are.
    host_ns: arrival on the host's clock; decides nothing but silence.
    epoch: counter of stream starts within one connection history (never wraps here).
    first_index: index of the first sample since the epoch began, 0-based.
    ticks: sensor clock (1/32768 s, modulo 2**32) at the first sample, None without a clock.
    rate_mhz: rate that the sensor declared for this epoch, in thousandths of a hertz.
    accel_mps2: (n, 3) specific force, C-contiguous float64, sensor axes.
    gyro_rads: (n, 3) angular rate; all NaN if the sensor sends none (`has_gyro` False).
    clipped: (n,) True where any axis is at the end of its range.
    lost_before: samples known to be missing right before the first one.
    clock_step: the sensor says that its tick clock was moved.
    motor: whether the sensor's own motor ran meanwhile, None if it doesn't tell.
    arrivals: of each packet, if there are several: the index after its last sample, its `host_ns`,
        and its `ticks` where they count (the first one's may be left out). `host_ns` is the last
        one's then, and `ticks` are the first one's.
    """

    sensor_id: str
    host_ns: int
    epoch: int
    first_index: int
    ticks: int | None
    rate_mhz: int
    accel_mps2: FloatArray
    gyro_rads: FloatArray
    clipped: BoolArray
    lost_before: int = 0
    clock_step: bool = False
    has_gyro: bool = True
    motor: bool | None = None
    arrivals: tuple[tuple[int, int, int | None], ...] = ()

    @property
    def count(self) -> int:
        """Number of samples, n."""
        return len(self.accel_mps2)


@dataclass(frozen=True, slots=True)
class LostSamples:
    """Samples that are known to exist and will not come, at the end of what did.

    `in_pause` if the pause until the next stream begins with them.
    """

    sensor_id: str
    host_ns: int
    epoch: int
    first_index: int
    count: int
    in_pause: bool = False
