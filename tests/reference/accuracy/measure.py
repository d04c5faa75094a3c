"""Every algorithm on the same samples: errors per trial, with and without a lag."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.reference.accuracy.algorithms import Algorithm
from tests.reference.accuracy.crossval import (
    NO_LAG,
    LeftOut,
    leave_one_out,
    rmse_by_lag,
    trained_on,
)
from tests.reference.broad import Floats, Trial, load

ROTATION = ("01", "04", "06", "08")
"""Trials that the fixed lags of the suite's own tests were fitted on."""


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """One algorithm at one rate: RMSE in deg for each trial (n) and lag (n, k)."""

    algorithm: str
    rate_hz: int
    trials: tuple[str, ...]
    by_lag: Floats

    @property
    def raw_deg(self) -> Floats:
        """Per trial, no lag taken out."""
        errors: Floats = self.by_lag[:, NO_LAG]
        return errors

    @property
    def left_out(self) -> LeftOut | None:
        """Per trial, with the lag that the other trials chose; None for one trial."""
        return leave_one_out(self.by_lag)

    @property
    def other_than_rotation_deg(self) -> Floats | None:
        """Trials that are no rotation, with the lag that the rotations chose; None if it can't."""
        training = [row for row, name in enumerate(self.trials) if name[:2] in ROTATION]
        return trained_on(self.by_lag, training)

    def lag_s(self, row: int) -> float:
        """The lag for a trial, chosen without it; 0 if there is no other."""
        left_out = self.left_out
        return 0.0 if left_out is None else float(left_out.lags_s[row])


class Trials:
    """Trials by name and rate; each is read and resampled once per rate."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._folder = folder
        self._rate_hz = 0
        self._loaded: list[Trial] = []

    def at(self, rate_hz: int) -> list[Trial]:
        """All trials, in the order of their names."""
        if rate_hz != self._rate_hz:
            self._loaded = [load(self._folder / f"{name}.npz", rate_hz) for name in self.names]
            self._rate_hz = rate_hz
        return self._loaded


def told(text: str) -> None:
    """Progress, on stderr, with the time of day."""
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def scores(trials: Trials, rate_hz: int, algorithms: Sequence[Algorithm]) -> list[Score]:
    """All algorithms that go at this rate."""
    found = []
    for algorithm in algorithms:
        if rate_hz > algorithm.highest_hz:
            continue
        told(f"{rate_hz} Hz, {algorithm.name}")
        by_lag = [
            rmse_by_lag(trial, algorithm.run(trial.accel, trial.gyro, trial.rate_hz))
            for trial in trials.at(rate_hz)
        ]
        found.append(Score(algorithm.name, rate_hz, trials.names, np.array(by_lag)))
    return found
