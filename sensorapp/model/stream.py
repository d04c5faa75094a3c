"""Where a sensor's stream was left, so that another session can go on with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """How far the samples of a stream are stored; the sensor still holds what came after.

    `sensor_name` is the advertised name and `driver` the driver's key. `boot_id` and `epoch` are
    the sensor's own numbers: only a sensor that has not rebooted since can go on. `next_index` is
    the first sample that is not stored, `rate_mhz` the rate that the sensor said.
    """

    sensor_name: str
    driver: str
    boot_id: int
    epoch: int
    next_index: int
    rate_mhz: int
