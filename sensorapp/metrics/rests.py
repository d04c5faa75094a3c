"""Rests of the trunk: upright and quiet for a moment.

A rest is a stay of at least 3 s within 20 deg of the upright pose (any direction), while the
inclination turns by less than 5 deg/s (mean over a second). 20 deg and 3 s are customary
for the recovery of the trunk (Schall et al. 2016, Ergonomics 59:591, doi
10.1080/00140139.2015.1079335), 5 deg/s for a pause (Arvidsson et al. 2021, Ergonomics
64:1003). Unknown time and gaps end a rest.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric
from sensorapp.metrics.postures import Postures, inclination_deg, postures_of
from sensorapp.model.imu import BoolArray, FloatArray, IntArray

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
        self._speeds: FloatArray = np.empty(0)
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
        count, past = len(speeds), len(self._speeds)
        every = np.concatenate((self._speeds, speeds))
        # Who surely is in motion or in rest needs no exact sum.
        sums = np.convolve(np.nan_to_num(every, nan=1e6), np.ones(_SECOND))[past : past + count]
        limit = SLOWER_DPS * _SECOND
        quiet = upright & (sums < limit)
        unsure = np.abs(sums - limit) <= _ROUNDING
        unsure[: max(0, _SECOND - 1 - past)] = True  # less than a second is known
        for row in np.flatnonzero(np.isnan(speeds)).tolist():
            unsure[row : row + _SECOND] = True
        for row in np.flatnonzero(unsure).tolist():
            quiet[row] = upright[row] and _is_quiet(every[: past + row + 1][-_SECOND:])
        self._speeds = _known_end(every)
        self._count_stays(quiet, run.span_ns)

    def _count_stays(self, quiet: BoolArray, span_ns: IntArray) -> None:
        """Count the stays that have become long enough."""
        begins = np.flatnonzero(np.diff(quiet, prepend=not quiet[0]))
        stays_ns = np.add.reduceat(span_ns, begins).tolist()
        for is_quiet, stay_ns in zip(quiet[begins].tolist(), stays_ns, strict=True):
            if not is_quiet:
                self._quiet_ns = 0
                continue
            before_ns = self._quiet_ns
            self._quiet_ns += stay_ns
            self.count += before_ns < SHORTEST_NS <= self._quiet_ns

    def per_h(self) -> float | None:
        """Rests an hour of known time; None under five minutes of it."""
        known_s = self._known_ns / 1e9
        return self.count * 3600.0 / known_s if known_s >= LEAST_KNOWN_S else None


def _known_end(speeds_dps: FloatArray) -> FloatArray:
    """The last of these speeds that a later frame counts: none before one that is unknown."""
    last = speeds_dps[1 - _SECOND :]
    unknown = np.flatnonzero(np.isnan(last))
    return last[unknown[-1] + 1 :] if len(unknown) else last


def _is_quiet(speeds_dps: FloatArray) -> bool:
    """Whether the mean of the last second is low, as far as it is known."""
    if math.isnan(speeds_dps[-1]):
        return False
    unknown = np.flatnonzero(np.isnan(speeds_dps))
    known = speeds_dps[unknown[-1] + 1 :] if len(unknown) else speeds_dps
    return math.fsum(known.tolist()) < SLOWER_DPS * len(known)


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
