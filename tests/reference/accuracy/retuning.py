"""What is left of the gain if numbers are chosen without the trial judged, for ours and for VQF.

`ErrorModel` of `sensorapp.signal.gyro_errors` holds seven numbers that were chosen with all twelve
trials in sight (decision 11), while VQF's are its makers'. Both are drawn from wide ranges here,
equally often and without the built-in values; for each trial the draw and the lag that did best
on all others are taken. What can't be undone in this way: the method itself, and these ranges,
were written by people who had seen the trials.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import vqf

from sensorapp.signal.gyro_errors import ErrorModel
from sensorapp.signal.orientation import estimate
from tests.reference.accuracy.algorithms import ALGORITHMS, Run
from tests.reference.accuracy.crossval import leave_one_out, rmse_by_lag
from tests.reference.accuracy.measure import Trials, told
from tests.reference.broad import Floats, up_of

Ranges = Mapping[str, tuple[float, float]]
OURS: Ranges = {
    "window_s": (3.5, 9.0),
    "errors_sigma": (0.002, 0.03),
    "errors_walk": (4e-6, 1e-4),
    "bias_sigma_rads": (0.0025, 0.04),
    "bias_walk_rads": (2e-6, 5e-5),
    "gravity_sigma_mps2": (0.03, 0.5),
    "ordinary": (1.5, 8.0),
}
"""From and to, drawn evenly in their logarithm; built in, in order: 6 s, 0.008, 2e-5 /sqrt(s),
0.01 rad/s, 1e-5 rad/s/sqrt(s), 0.12 m/s2, 3."""
VQF: Ranges = {
    "tauAcc": (1.2, 8.0),
    "biasSigmaInit": (0.1, 2.0),
    "biasForgettingTime": (20.0, 500.0),
    "biasSigmaMotion": (0.02, 0.5),
    "biasSigmaRest": (0.006, 0.15),
    "restThGyr": (0.7, 6.0),
    "restThAcc": (0.15, 1.5),
}
"""The same of VQF's parameters that act without a magnetometer; its own, in order: 3 s, 0.5 deg/s,
100 s, 0.1 deg/s, 0.03 deg/s, 2 deg/s, 0.5 m/s2."""
LAGS_S: Floats = np.arange(-10, 10) / 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Retuned:
    """RMSE in deg of left-out trials (n,), and of every draw the mean over all trials (d,)."""

    algorithm: str
    rate_hz: int
    left_out_deg: Floats
    draws_deg: Floats


def draws(ranges: Ranges, count: int, rng: np.random.Generator) -> list[dict[str, float]]:
    """`count` sets of numbers."""
    low, high = np.log(np.array(list(ranges.values()))).T
    sets = np.exp(rng.uniform(low, high, size=(count, len(ranges))))
    return [dict(zip(ranges, values, strict=True)) for values in sets.tolist()]


def _ours(*, causal: bool) -> Callable[[Mapping[str, float]], Run]:
    def with_numbers(numbers: Mapping[str, float]) -> Run:
        model = ErrorModel(**numbers)
        return lambda accel, gyro, rate_hz: up_of(
            estimate(accel, gyro, rate_hz, causal=causal, model=model)
        )

    return with_numbers


def _live_vqf(numbers: Mapping[str, float]) -> Run:
    return lambda accel, gyro, rate_hz: up_of(
        vqf.VQF(1.0 / rate_hz, **numbers).updateBatch(gyro, accel)["quat6D"]
    )


def _offline_vqf(numbers: Mapping[str, float]) -> Run:
    return lambda accel, gyro, rate_hz: up_of(
        vqf.offlineVQF(gyro, accel, None, 1.0 / rate_hz, dict(numbers))["quat6D"]
    )


def retuned(trials: Trials, rate_hz: int, count: int, seed: int) -> list[Retuned]:
    """Ours and VQF at one rate, live and over the whole recording; none with one trial."""
    tunable = [(one.name, OURS, _ours(causal=one.causal)) for one in ALGORITHMS if one.ours]
    tunable += [("VQF", VQF, _live_vqf), ("offlineVQF", VQF, _offline_vqf)]
    found = []
    for name, ranges, with_numbers in tunable:
        told(f"{rate_hz} Hz, {name}, {count} draws")
        whole = np.array(  # (draws, trials, lags)
            [
                _errors(trials, rate_hz, with_numbers(numbers))
                for numbers in draws(ranges, count, np.random.default_rng(seed))
            ]
        )
        # A draw and a lag together are one choice among draws x lags.
        choices = np.moveaxis(whole, 0, 1).reshape(len(trials.names), -1)
        judged = leave_one_out(choices, np.tile(LAGS_S, count))
        if judged is not None:
            best = whole.mean(axis=1).min(axis=1)
            found.append(Retuned(name, rate_hz, judged.rmse_deg, best))
    return found


def _errors(trials: Trials, rate_hz: int, run: Run) -> list[Floats]:
    return [
        rmse_by_lag(trial, run(trial.accel, trial.gyro, trial.rate_hz), LAGS_S)
        for trial in trials.at(rate_hz)
    ]
