"""A wearer who does what is asked while the samples are being taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sensorapp.virtual.samples import SampleStream, rows_of_table
from sensorapp.virtual.wearer.draws import Draw, stream_of
from sensorapp.virtual.wearer.imu_model import ImuModel, ImuRun
from sensorapp.virtual.wearer.motion import TrunkMotion
from sensorapp.virtual.wearer.mounting import Mounting
from sensorapp.virtual.wearer.script import Phase, Script

Floats = NDArray[np.float64]

REACTION_S = 0.6
"""From being asked to beginning to move: reading a sentence takes longer, hearing it less."""

_BLOCK_S = 0.1
_FOR_EVER_S = 1e6


class ObedientWearer:
    """Holds the last pose asked for until the next; the same seed and asks give the same rows.

    What was asked for begins once the move that is going on is over. Sample i is taken at
    i / rate seconds. Raises `ValueError` unless the rate is above 0.
    """

    def __init__(
        self,
        first: Phase,
        seed: int,
        rate_mhz: int = 100_000,
        mounting: Mounting | None = None,
        imu: ImuModel | None = None,
    ) -> None:
        if rate_mhz <= 0:
            raise ValueError(f"the rate must be positive, got {rate_mhz} mHz")
        self.mounting = Mounting() if mounting is None else mounting
        self.imu = ImuModel() if imu is None else imu
        self.rate_mhz = rate_mhz
        self._seed = seed
        self._phases = [replace(first, duration_s=_FOR_EVER_S)]
        self._begun_s = [0.0]
        self._taken = 0
        self._motion = self._moving()

    @property
    def t_s(self) -> float:
        """Time of the next sample that is not yet decided."""
        return self._taken * 1000.0 / self.rate_mhz

    def do(self, *phases: Phase) -> None:
        """Do these one after the other, and hold the last; nothing if there are none.

        What was asked for before and has not begun is forgotten.
        """
        now_s = self.t_s + REACTION_S
        while len(self._phases) > 1 and self._begun_s[-1] > now_s:
            self._phases.pop()
            self._begun_s.pop()
        for phase in phases:
            last, begun_s = self._phases[-1], self._begun_s[-1]
            until_s = max(begun_s + last.move_s, now_s)
            self._phases[-1] = replace(last, duration_s=max(until_s - begun_s, last.move_s))
            self._phases.append(replace(phase, duration_s=_FOR_EVER_S))
            self._begun_s.append(until_s)
            now_s = until_s + phase.duration_s
        self._phases[-1] = replace(self._phases[-1], duration_s=_FOR_EVER_S)
        self._motion = self._moving()

    def stream(self) -> SampleStream:
        """Rows without end, decided a tenth of a second ahead; to be read once."""
        return SampleStream(self.rate_mhz, self._rows(), None)

    def _moving(self) -> TrunkMotion:
        body = stream_of(self._seed, Draw.BODY)
        return TrunkMotion(Script(tuple(self._phases)), body, loop=False)

    def _rows(self) -> Iterator[tuple[float, float, float, float, float, float]]:
        part, noise = (stream_of(self._seed, draw) for draw in (Draw.PART, Draw.NOISE))
        run = ImuRun(self.imu, self.rate_mhz, part, noise)
        segment_from_sensor = self.mounting.segment_from_sensor()
        size = max(1, round(_BLOCK_S * self.rate_mhz / 1000.0))
        while True:
            index = np.arange(self._taken, self._taken + size, dtype=np.float64)
            self._taken += size
            force, rate = self._motion.felt(index * 1000.0 / self.rate_mhz)
            yield from rows_of_table(
                run.measure(force @ segment_from_sensor, rate @ segment_from_sensor)
            )
