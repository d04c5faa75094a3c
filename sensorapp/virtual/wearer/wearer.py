"""A wearer with a sensor on: samples for the virtual sensor, the truth for a judge."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sensorapp.virtual.samples import Row, SampleStream, rows_of_table
from sensorapp.virtual.wearer.activities import Activity
from sensorapp.virtual.wearer.draws import Draw, stream_of
from sensorapp.virtual.wearer.imu_model import ImuModel, ImuRun
from sensorapp.virtual.wearer.motion import TrunkMotion
from sensorapp.virtual.wearer.mounting import Mounting
from sensorapp.virtual.wearer.script import Script

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Truth:
    """The upper back as it is, breath and sway included.

    Angles are away from sitting tall: flexion + forward, side bend + right, twist + left.
    They are NaN from the moment the sensor is being taken off until it is on again.
    """

    flexion_deg: float
    side_bend_deg: float
    twist_deg: float
    activity: Activity


class Wearer:
    """One person, one sensor, one script; the same arguments give bit-identical rows.

    Sample i is taken at i / rate seconds. With `loop` the script begins again for ever.
    Raises `ValueError` unless the rate is above 0.
    """

    def __init__(
        self,
        script: Script,
        seed: int,
        rate_mhz: int = 100_000,
        mounting: Mounting | None = None,
        imu: ImuModel | None = None,
        *,
        loop: bool = False,
    ) -> None:
        if rate_mhz <= 0:
            raise ValueError(f"the rate must be positive, got {rate_mhz} mHz")
        self.mounting = Mounting() if mounting is None else mounting
        self.imu = ImuModel() if imu is None else imu
        self.rate_mhz = rate_mhz
        self.duration_s = script.duration_s
        self._seed = seed
        self._loop = loop
        self._motion = TrunkMotion(script, stream_of(seed, Draw.BODY), loop=loop)

    @property
    def count(self) -> int | None:
        """Samples of the whole script, None if it loops."""
        return None if self._loop else math.ceil(self.duration_s * self.rate_mhz / 1000.0)

    def stream(self) -> SampleStream:
        """A fresh stream from the start; two streams of one wearer are equal."""
        return SampleStream(self.rate_mhz, self._rows(), self.count)

    def truth(self, t_s: float) -> Truth:
        """The truth at `t_s` seconds of sensor time; the last pose is held after the end."""
        activity = self._motion.activity(t_s)
        if not self._motion.worn(t_s):
            return Truth(math.nan, math.nan, math.nan, activity)
        flexion, side, twist = self._motion.angles_deg(np.array([t_s]))[0].tolist()
        return Truth(flexion, side, twist, activity)

    def angles_deg(self, t_s: Floats) -> Floats:
        """Flexion, side bend, twist (n, 3) of what carries the sensor, back or table."""
        return self._motion.angles_deg(t_s)

    def blocks(self) -> Iterator[Floats]:
        """Rows as (n, 6) arrays of about a second each: force in m/s², rate in rad/s."""
        run = ImuRun(
            self.imu,
            self.rate_mhz,
            stream_of(self._seed, Draw.PART),
            stream_of(self._seed, Draw.NOISE),
        )
        segment_from_sensor = self.mounting.segment_from_sensor()
        size = max(1, round(self.rate_mhz / 1000.0))
        start, count = 0, self.count
        while count is None or start < count:
            end = start + size if count is None else min(start + size, count)
            t_s = np.arange(start, end, dtype=np.float64) * 1000.0 / self.rate_mhz
            force, rate = self._motion.felt(t_s)
            yield run.measure(force @ segment_from_sensor, rate @ segment_from_sensor)
            start = end

    def _rows(self) -> Iterator[Row]:
        for block in self.blocks():
            yield from rows_of_table(block)
