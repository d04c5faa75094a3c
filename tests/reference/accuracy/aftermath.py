"""Errors in the 5 s after something went wrong with the samples, and without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.reference.accuracy.algorithms import Algorithm, Bools
from tests.reference.accuracy.measure import Score
from tests.reference.broad import Floats, Trial, errors_deg

FILLED = ", filled"
"""What a name ends in if the holes of others are filled."""
AFTER_S = 5.0
FAR_DEG = 2.5
"""Errors beyond this ought to be called uncertain."""


def moving_after(trial: Trial, end_s: float) -> float:
    """Share of the 5 s after an instant in which the sensor moves."""
    return float(trial.moving[reference_rows(trial, end_s, end_s + AFTER_S)].mean())


def reference_rows(trial: Trial, from_s: float, until_s: float) -> slice:
    """Of the reference."""
    return slice(round(from_s * trial.ref_hz), round(until_s * trial.ref_hz))


@dataclass(frozen=True, slots=True, eq=False)
class After:
    """Of one algorithm, for the 5 s after each disturbance (h,) of one kind, in deg.

    `trial` (h,) counts trials; `with_deg` and `without_deg` are RMSE. `flagged` is the share of
    the samples off by more than 2.5 deg that were called uncertain, None for who has no such
    flag or was never so far off. `lost_for_good` counts disturbances after which nothing finite
    came again.
    """

    algorithm: str
    kind: str
    trial: Floats
    with_deg: Floats
    without_deg: Floats
    flagged: float | None
    lost_for_good: int = 0

    @property
    def added_deg(self) -> Floats:
        """How much larger the RMSE is than without; less than 0 where it helped by chance."""
        return self.with_deg - self.without_deg

    @property
    def mean_deg(self) -> float:
        """RMSE of the 5 s, squares averaged in each trial, then the mean over trials."""
        roots = [
            np.sqrt(np.mean(self.with_deg[self.trial == trial] ** 2))
            for trial in np.unique(self.trial)
        ]
        return float(np.mean(roots))


@dataclass(slots=True)
class Tally:
    """Gathers disturbances of one algorithm."""

    algorithm: str
    kind: str
    rows: list[tuple[int, float, float]] = field(default_factory=list)
    far: int = 0
    far_flagged: int = 0
    flags: bool = False
    lost_for_good: int = 0

    def take(
        self,
        number: int,
        trial: Trial,
        errors: tuple[Floats, Floats],
        end_row: int,
        uncertain: Bools | None,
    ) -> None:
        """Count one: `errors` with and without at the reference's samples, (m,) each."""
        after = reference_rows(trial, end_row / trial.rate_hz, end_row / trial.rate_hz + AFTER_S)
        counted = trial.moving[after] & np.isfinite(errors[1][after])
        disturbed = np.where(np.isfinite(errors[0][after]), errors[0][after], np.inf)[counted]
        both = (disturbed, errors[1][after][counted])
        with_deg, without_deg = (float(np.sqrt(np.mean(one**2))) for one in both)
        self.rows.append((number, with_deg, without_deg))
        if uncertain is not None:
            self.flags = True
            at = np.arange(after.start, after.stop)[counted] / trial.ref_hz * trial.rate_hz
            flagged = uncertain[np.minimum(at.astype(int), len(uncertain) - 1)]
            far = disturbed > FAR_DEG
            self.far += int(far.sum())
            self.far_flagged += int((far & flagged).sum())

    def result(self) -> After:
        """What came of it."""
        trial, with_deg, without_deg = np.array(self.rows, dtype=np.float64).reshape(-1, 3).T
        share = self.far_flagged / self.far if self.flags and self.far else None
        return After(
            self.algorithm,
            self.kind,
            trial,
            with_deg,
            without_deg,
            share,
            self.lost_for_good,
        )


class Undisturbed:
    """Trials at one rate, and on demand each algorithm's errors on them as they are."""

    def __init__(self, trials: Sequence[Trial], scores: Sequence[Score]) -> None:
        self.trials = trials
        self._scores = {score.algorithm: score for score in scores}
        self._errors: dict[tuple[str, int], Floats] = {}

    def of(self, algorithm: Algorithm, number: int) -> tuple[float, Floats]:
        """The lag in s that the other trials chose, and the errors in deg (m,) with it."""
        name = algorithm.name.removesuffix(FILLED)
        lag_s = self._scores[name].lag_s(number)
        if (name, number) not in self._errors:
            trial = self.trials[number]
            up = algorithm.run(trial.accel, trial.gyro, trial.rate_hz)
            self._errors[name, number] = errors_deg(trial, up, lag_s)
        return lag_s, self._errors[name, number]
