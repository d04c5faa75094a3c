"""Amplitude distribution of the flexion: the levels that 10, 50 and 90 % of the time stay under.

The amplitude probability distribution function of Jonsson 1982 (J Hum Ergol 11:73, doi
10.11183/jhe1972.11.73), made for muscle activity and used for angles alike: P10 is the
static, P50 the median, P90 the peak level.
"""

from __future__ import annotations

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric
from sensorapp.metrics.percentiles import Percentiles
from sensorapp.metrics.postures import Postures, postures_of

PERCENTS = (10, 50, 90)


class FlexionLevels:
    """P10, P50 and P90 of the flexion in steps of 0.1 deg, run by run."""

    def __init__(self) -> None:
        self._percentiles = Percentiles(-180, 180)

    def add(self, run: Postures) -> None:
        """Count the frames of a run; unknown angles count neither way."""
        self._percentiles.add(run.flexion_deg)

    def levels(self) -> tuple[tuple[int, float | None], ...]:
        """(percent, level in deg), None without a known angle."""
        return tuple((percent, self._percentiles.at(percent)) for percent in PERCENTS)


def _median(run: Postures) -> float | None:
    levels = FlexionLevels()
    levels.add(run)
    return levels.levels()[1][1]


METRIC = Metric(
    key="flexion_p50_deg",
    unit="deg",
    better=Better.NEITHER,
    help="Flexion that half of the time stays at or under.",
    measure=_median,
    examples=(
        Example(postures_of(np.arange(101.0)), 50.0, 1e-9, "by hand"),
        Example(postures_of(np.array([-3.0, np.nan, 1.26, 8.0])), 1.3, 1e-9, "by hand, to 0.1"),
        Example(postures_of(np.array([np.nan])), None, 0.0, "nothing known"),
    ),
)
