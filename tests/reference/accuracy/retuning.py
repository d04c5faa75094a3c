"""What is left of the gain if the learner's numbers are chosen without the trial judged.

`sensorapp.signal.gyro_errors` holds seven numbers that were chosen with all twelve trials in
sight (decision 11). Here they are drawn at random from wide ranges, without the built-in values;
for each trial the draw and the lag that did best on all others are taken. What can't be undone
in this way: the method itself, and these ranges, were written by people who had seen the trials.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from sensorapp.signal import gyro_errors
from tests.reference.accuracy.algorithms import ALGORITHMS, Algorithm
from tests.reference.accuracy.crossval import leave_one_out, rmse_by_lag
from tests.reference.accuracy.measure import Trials, told
from tests.reference.broad import Floats

RANGES = {
    "WINDOW_S": (3.5, 9.0),
    "ERRORS_SIGMA": (0.002, 0.03),
    "_WALK_SIGMA": (4e-6, 1e-4),
    "BIAS_SIGMA_RADS": (0.0025, 0.04),
    "_BIAS_WALK_RADS": (2e-6, 5e-5),
    "GRAVITY_SIGMA_MPS2": (0.03, 0.5),
    "ORDINARY": (1.5, 8.0),
}
"""From and to, drawn evenly in their logarithm; built in, in order: 6 s, 0.008, 2e-5 /sqrt(s),
0.01 rad/s, 1e-5 rad/s/sqrt(s), 0.12 m/s2, 3."""
LAGS_S: Floats = np.arange(0, 9) / 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Retuned:
    """RMSE in deg of left-out trials (n,), and of every draw the mean over all trials (d,)."""

    algorithm: str
    rate_hz: int
    left_out_deg: Floats
    draws_deg: Floats


def draws(count: int, rng: np.random.Generator) -> list[dict[str, float]]:
    """`count` sets of the learner's numbers."""
    low, high = np.log(np.array(list(RANGES.values()))).T
    sets = np.exp(rng.uniform(low, high, size=(count, len(RANGES))))
    return [dict(zip(RANGES, values, strict=True)) for values in sets.tolist()]


@contextmanager
def learner_with(numbers: dict[str, float]) -> Iterator[None]:
    """Within it the learner uses `numbers`. They are constants, so there is no other way."""
    built_in = {name: getattr(gyro_errors, name) for name in numbers}
    try:
        for name, value in numbers.items():
            setattr(gyro_errors, name, value)
        yield
    finally:
        for name, value in built_in.items():
            setattr(gyro_errors, name, value)


def retuned(trials: Trials, rate_hz: int, count: int, seed: int) -> list[Retuned]:
    """Ours at one rate, live and over the whole recording; none with one trial."""
    ours = [algorithm for algorithm in ALGORITHMS if algorithm.ours]
    sets = draws(count, np.random.default_rng(seed))
    found = []
    for algorithm in ours:
        by_choice = []  # (draws, trials, lags)
        for turn, numbers in enumerate(sets):
            if turn % 10 == 0:
                told(f"{rate_hz} Hz, {algorithm.name}, draw {turn + 1} of {count}")
            with learner_with(numbers):
                by_choice.append(_errors(trials, rate_hz, algorithm))
        whole = np.array(by_choice)
        # A draw and a lag together are one choice among draws x lags.
        choices = np.moveaxis(whole, 0, 1).reshape(len(trials.names), -1)
        judged = leave_one_out(choices, np.tile(LAGS_S, count))
        if judged is not None:
            best = whole.mean(axis=1).min(axis=1)
            found.append(Retuned(algorithm.name, rate_hz, judged.rmse_deg, best))
    return found


def _errors(trials: Trials, rate_hz: int, algorithm: Algorithm) -> Sequence[Floats]:
    return [
        rmse_by_lag(trial, algorithm.run(trial.accel, trial.gyro, trial.rate_hz), LAGS_S)
        for trial in trials.at(rate_hz)
    ]
