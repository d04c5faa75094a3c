"""One lag per algorithm and rate, common to all trials, from trials that are not judged by it.

The reference leads BROAD's sensor by a constant few milliseconds, which favours whichever
algorithm lags by as much. A lag is chosen from a grid for the least mean error over training
trials, and what is reported is the error of the trials that were left out of the choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.reference.broad import Floats, Trial, rmse_deg

LAGS_S: Floats = np.arange(-30, 31) / 1000.0
"""Lags that are tried: 1 ms apart, beyond half a sample at 25 Hz by half."""
NO_LAG = int(np.flatnonzero(LAGS_S == 0.0)[0])


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Per trial: the lag in s that the others chose, and the error in deg with it; both (n,)."""

    lags_s: Floats
    rmse_deg: Floats


def rmse_by_lag(trial: Trial, up: Floats, lags_s: Floats = LAGS_S) -> Floats:
    """RMSE in deg while moving for each lag (k,); ValueError if `up` is not finite somewhere."""
    if not np.isfinite(up).all():
        raise ValueError("an orientation is not finite: its error would be left out")
    return np.array([rmse_deg(trial, up, float(lag_s)) for lag_s in lags_s])


def best_column(by_lag: Floats) -> int:
    """Column of the least mean over the rows of (trials, choices)."""
    return int(np.argmin(by_lag.mean(axis=0)))


def leave_one_out(by_lag: Floats, lags_s: Floats = LAGS_S) -> LeftOut | None:
    """Each row of `by_lag` (n, k) judged by the lag best for the others; None for one row."""
    count = len(by_lag)
    if count < 2:
        return None
    rows = np.arange(count)
    chosen = np.array([best_column(by_lag[rows != row]) for row in rows])
    return LeftOut(lags_s[chosen], by_lag[rows, chosen])


def trained_on(by_lag: Floats, training: Sequence[int]) -> Floats | None:
    """Errors of the rows not in `training`, by the lag best for those in it; None if none."""
    rows = np.array(sorted(training), dtype=int)
    judged = np.setdiff1d(np.arange(len(by_lag)), rows)
    if not len(rows) or not len(judged):
        return None
    errors: Floats = by_lag[judged, best_column(by_lag[rows])]
    return errors
