"""Median speed at which the trunk's inclination turns, whichever way.

The generalised velocity of inclinometry (Hansson et al. 2001, Med Biol Eng Comput 39:405,
doi 10.1007/BF02345361): the way of the vertical over the unit sphere in body axes, over
time. It has no part in twisting, and gyroscope bias none in it. Taken between frames of the
10 Hz grid, where they give it at 20 Hz: quick tremor adds less to ours.
"""

from __future__ import annotations

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric
from sensorapp.metrics.percentiles import Percentiles
from sensorapp.metrics.postures import Postures, postures_of

_FASTEST_DPS = 1000


class TurningSpeed:
    """P50 of the speed in steps of 0.1 deg/s, run by run."""

    def __init__(self) -> None:
        self._percentiles = Percentiles(0, _FASTEST_DPS)

    def add(self, run: Postures) -> None:
        """Count the speeds between known neighbours; none over a gap or a new upright pose."""
        self._percentiles.add(run.speed_dps)

    def median_dps(self) -> float | None:
        """P50 in deg/s, None without two known frames in a row."""
        return self._percentiles.at(50)


def _median(run: Postures) -> float | None:
    speed = TurningSpeed()
    speed.add(run)
    return speed.median_dps()


METRIC = Metric(
    key="speed_p50_dps",
    unit="deg/s",
    better=Better.NEITHER,
    help="Median speed at which the upper back tilts.",
    measure=_median,
    examples=(
        Example(postures_of(np.array([0.0, 1.0, 3.0, 6.0])), 20.0, 1e-9, "by hand: 10, 20, 30"),
        Example(postures_of(np.zeros(3), np.array([0.0, 2.0, 0.0])), 20.0, 1e-9, "sideways counts"),
        Example(postures_of(np.array([1.0, np.nan, 1.0])), None, 0.0, "no two in a row"),
    ),
)
