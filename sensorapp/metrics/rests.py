"""Rests of the trunk: upright and quiet for a moment.

A rest is a stay of at least 3 s within 20 deg of the upright pose (any direction), while the
inclination turns by less than 5 deg/s (mean over a second). 20 deg and 3 s are customary
for the recovery of the trunk (Schall et al. 2016, Ergonomics 59:591, doi
10.1080/00140139.2015.1079335), 5 deg/s for a pause (Arvidsson et al. 2021, Ergonomics
64:1003). Unknown time and gaps end a rest.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric
from sensorapp.metrics.postures import Postures, inclination_deg, postures_of

WITHIN_DEG = 20.0
SLOWER_DPS = 5.0
SHORTEST_NS = 3_000_000_000
LEAST_KNOWN_S = 300.0
"""Known time before a number per hour means anything."""
_ROUNDING = 1e-6
"""More than sums of a second can differ by their order."""
_SECOND = 10
"""Frames whose mean speed is compared."""


class Rests:
    """How many rests there were, run by run."""

    def __init__(self) -> None:
        self._speeds: deque[float] = deque(maxlen=_SECOND)
        self._quiet_ns = 0
        self._known_ns = 0
        self.count = 0
        """Rests so far, one that goes on included."""

    def add(self, run: Postures) -> None:
        """Count the rests of a run."""
        self._known_ns += int(run.span_ns[run.known].sum())
        upright = inclination_deg(run.flexion_deg, run.side_bend_deg) < WITHIN_DEG
        speeds = run.speed_dps
        if not len(speeds):
            return
        # Who surely is in motion or in rest needs no exact sum.
        sums = np.convolve(np.nan_to_num(speeds, nan=1e6), np.ones(_SECOND))[: len(speeds)]
        limit = SLOWER_DPS * _SECOND
        sure, fast = np.abs(sums - limit) > _ROUNDING, sums > limit
        sure[: _SECOND - 1] = False  # the run before counts, too
        frames = zip(
            upright.tolist(),
            speeds.tolist(),
            run.span_ns.tolist(),
            sure.tolist(),
            fast.tolist(),
            strict=True,
        )
        for is_upright, speed_dps, span_ns, is_sure, is_fast in frames:
            if math.isnan(speed_dps):
                self._speeds.clear()
                self._quiet_ns = 0
                continue
            self._speeds.append(speed_dps)
            if not (is_sure and len(self._speeds) == _SECOND):
                is_fast = math.fsum(self._speeds) >= SLOWER_DPS * len(self._speeds)
            if is_fast or not is_upright:
                self._quiet_ns = 0
                continue
            before_ns = self._quiet_ns
            self._quiet_ns += span_ns
            self.count += before_ns < SHORTEST_NS <= self._quiet_ns

    def per_h(self) -> float | None:
        """Rests an hour of known time; None under five minutes of it."""
        known_s = self._known_ns / 1e9
        return self.count * 3600.0 / known_s if known_s >= LEAST_KNOWN_S else None


def _per_h(run: Postures) -> float | None:
    rests = Rests()
    rests.add(run)
    return rests.per_h()


METRIC = Metric(
    key="rests_per_h",
    unit="1/h",
    better=Better.HIGHER,
    help="How often an hour the upper back was upright and quiet for 3 seconds or more.",
    measure=_per_h,
    examples=(
        Example(
            postures_of(np.tile(np.repeat([5.0, 40.0], 300), 6)), 60.0, 1e-9, "by hand: 6 in 6 min"
        ),
        Example(
            postures_of(np.tile([0.0, 5.0, 10.0, 15.0], 900)), 0.0, 0.0, "upright, yet never quiet"
        ),
        Example(postures_of(np.full(2999, 5.0)), None, 0.0, "under five minutes"),
        Example(postures_of(np.full(3600, np.nan)), None, 0.0, "nothing known"),
    ),
)
