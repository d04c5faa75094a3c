"""Exposure variation: how long at a time the flexion stays at which level.

EVA of Mathiassen & Winkel 1991 (Ergonomics 34:1455, doi 10.1080/00140139108964880): the time
is dealt out to a grid of levels and of durations of uninterrupted stays. Duration classes
double as theirs do (1, 3, 7, 15, 31 s ...), on to 255 s, since sitting lasts longer than
what they studied. Much time in long stays means little variation.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric
from sensorapp.metrics.postures import Postures, postures_of
from sensorapp.model.exposure import EvaGrid

LEVELS_DEG = (10, 20, 30, 45, 60)
DURATIONS_S = (1, 3, 7, 15, 31, 63, 127, 255)
LONG_S = 31
_DURATIONS_NS = tuple(seconds * 1_000_000_000 for seconds in DURATIONS_S)
_UNKNOWN = -1


class Variation:
    """The grid, run by run; unknown time and gaps end a stay and belong to none."""

    def __init__(self) -> None:
        self._level = _UNKNOWN
        self._stay_ns = 0
        self._grid_ns = [[0] * (len(DURATIONS_S) + 1) for _ in range(len(LEVELS_DEG) + 1)]

    def add(self, run: Postures) -> None:
        """Deal out the time of a run."""
        levels = np.searchsorted(LEVELS_DEG, run.flexion_deg)
        levels[~run.known] = _UNKNOWN
        if not len(levels):
            return
        begins = np.diff(levels, prepend=self._level) != 0
        begins |= run.gap_ns > 0
        if not begins[0]:
            begins[0] = True  # goes on with the stay of the run before
        else:
            self._close()
        rows = np.flatnonzero(begins)
        stays_ns = np.add.reduceat(run.span_ns, rows).tolist()
        for place, stay_ns in enumerate(stays_ns):
            if place:
                self._close()
            self._level = levels.item(rows[place])
            self._stay_ns += stay_ns

    def grid(self) -> EvaGrid | None:
        """Shares of the known time, the stay that goes on included; None without any."""
        grid_ns = [list(row) for row in self._grid_ns]
        if self._level != _UNKNOWN:
            grid_ns[self._level][bisect_left(_DURATIONS_NS, self._stay_ns)] += self._stay_ns
        total_ns = sum(map(sum, grid_ns))
        if not total_ns:
            return None
        shares = tuple(tuple(cell_ns / total_ns for cell_ns in row) for row in grid_ns)
        return EvaGrid(LEVELS_DEG, DURATIONS_S, shares)

    def _close(self) -> None:
        if self._level != _UNKNOWN:
            duration = bisect_left(_DURATIONS_NS, self._stay_ns)
            self._grid_ns[self._level][duration] += self._stay_ns
        self._stay_ns = 0


def _long_share(run: Postures) -> float | None:
    variation = Variation()
    variation.add(run)
    grid = variation.grid()
    if grid is None:
        return None
    first = DURATIONS_S.index(LONG_S) + 1
    return sum(sum(row[first:]) for row in grid.share)


METRIC = Metric(
    key="long_stay_share",
    unit="",
    better=Better.LOWER,
    help="Share of time in stays of over 31 s within one level of flexion.",
    measure=_long_share,
    examples=(
        Example(
            postures_of(np.repeat([5.0, 25.0, 5.0], (400, 100, 300))),
            0.5,
            1e-9,
            "by hand: 40 / 80 s",
        ),
        Example(
            postures_of(np.repeat([5.0, np.nan, 5.0], (200, 1, 200))),
            0.0,
            1e-9,
            "unknown ends a stay",
        ),
        Example(postures_of(np.array([np.nan])), None, 0.0, "nothing known"),
    ),
)
