"""Samples that are cut off at the end of a range, not a number, or frozen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tests.reference.accuracy.aftermath import (
    AFTER_S,
    After,
    Tally,
    Undisturbed,
    moving_after,
    reference_rows,
)
from tests.reference.accuracy.algorithms import Algorithm, Bools, live
from tests.reference.accuracy.measure import told
from tests.reference.broad import Floats, Trial, errors_deg, rmse_deg
from tests.signal_streams import GRAVITY_MPS2

RANGES = (
    ("gyroscope", 1000.0),
    ("gyroscope", 500.0),
    ("accelerometer", 4.0),
    ("accelerometer", 2.0),
)
"""Sensor and the end of its range, deg/s or g."""
_FROZEN_S = 5.0
_NOTICED_S = 0.2
"""After a freeze the 5 s begin so much later: nobody's frame can know at once that it is over."""
_FIRST_S, _SEEN_S = 25.0, 12.0
"""Faults come 25 s after a trial's beginning at least, and 12 s after them it ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Clipped:
    """RMSE in deg per trial (n,) with a range cut short; `share` of the samples were cut."""

    algorithm: str
    kind: str
    rmse_deg: Floats
    share: float


def clipped(base: Undisturbed, algorithms: Sequence[Algorithm]) -> list[Clipped]:
    """Each range for each algorithm; ours live are told which samples were cut, as by a sensor."""
    found = []
    for sensor, end in RANGES:
        kind = f"{sensor} to {end:g} {'deg/s' if sensor == 'gyroscope' else 'g'}"
        for algorithm in algorithms:
            told(f"{kind}, {algorithm.name}")
            errors, cut = [], []
            for number, trial in enumerate(base.trials):
                accel, gyro, marks = _cut(trial, sensor, end)
                cut.append(marks.mean())
                if not marks.any():
                    errors.append(_of_moving(trial, base.of(algorithm, number)[1]))
                    continue
                if algorithm.ours and algorithm.causal:
                    up, _ = live(accel, gyro, trial.rate_hz, clipped=marks)
                else:
                    up = algorithm.run(accel, gyro, trial.rate_hz)
                errors.append(rmse_deg(trial, up, base.of(algorithm, number)[0]))
            found.append(Clipped(algorithm.name, kind, np.array(errors), float(np.mean(cut))))
    return found


def _of_moving(trial: Trial, errors: Floats) -> float:
    return float(np.sqrt(np.mean(errors[trial.moving & np.isfinite(errors)] ** 2)))


def _cut(trial: Trial, sensor: str, end: float) -> tuple[Floats, Floats, Bools]:
    """Accel and gyro with one of them cut off, and the rows (n,) in which that changed any."""
    whole = trial.gyro if sensor == "gyroscope" else trial.accel
    limit = np.radians(end) if sensor == "gyroscope" else end * GRAVITY_MPS2
    part = np.clip(whole, -limit, limit)
    marks: Bools = (part != whole).any(axis=1)
    return (trial.accel, part, marks) if sensor == "gyroscope" else (part, trial.gyro, marks)


Spoil = Callable[[Floats, Floats, int, int], None]


def _set(sensor: int, value: float) -> Spoil:
    def spoil(accel: Floats, gyro: Floats, begin: int, _: int) -> None:
        (accel, gyro)[sensor][begin, begin % 3] = value

    return spoil


def _freeze(accel: Floats, gyro: Floats, begin: int, end: int) -> None:
    accel[begin:end], gyro[begin:end] = accel[begin - 1], gyro[begin - 1]


FAULTS: tuple[tuple[str, float, Spoil], ...] = (
    ("one NaN, gyroscope", 0.0, _set(1, np.nan)),
    ("one NaN, accelerometer", 0.0, _set(0, np.nan)),
    ("one inf, gyroscope", 0.0, _set(1, np.inf)),
    ("frozen for 5 s", _FROZEN_S, _freeze),
)
"""Name, how long in s (0 is one sample), and what does it to rows [begin, end) in place."""


def moment(trial: Trial, rng: np.random.Generator, lasts_s: float) -> int | None:
    """A random row at which the sensor moves, and mostly does so in the 5 s after; None if none."""
    last_s = len(trial.accel) / trial.rate_hz - lasts_s - _SEEN_S
    for _ in range(200):
        at_s = float(rng.uniform(_FIRST_S, max(last_s, _FIRST_S)))
        during = trial.moving[reference_rows(trial, at_s - 0.05, at_s + 0.05)]
        if during.all() and moving_after(trial, at_s + lasts_s) > 0.5:
            return round(at_s * trial.rate_hz)
    return None


def after_faults(base: Undisturbed, algorithms: Sequence[Algorithm], seed: int) -> list[After]:
    """Each fault once in every trial, at a random moment that is the same for all algorithms."""
    found = []
    for number_of_fault, (kind, lasts_s, spoil) in enumerate(FAULTS):
        moments = [
            moment(trial, np.random.default_rng([seed, number_of_fault, number]), lasts_s)
            for number, trial in enumerate(base.trials)
        ]
        for algorithm in algorithms:
            told(f"{kind}, {algorithm.name}")
            tally = Tally(algorithm.name, kind)
            for number, (trial, begin) in enumerate(zip(base.trials, moments, strict=True)):
                if begin is not None:
                    end = begin + max(1, round(lasts_s * trial.rate_hz))
                    until = end + round(_SEEN_S * trial.rate_hz)
                    accel, gyro = trial.accel[:until].copy(), trial.gyro[:until].copy()
                    spoil(accel, gyro, begin, end)
                    counted = end + (round(_NOTICED_S * trial.rate_hz) if lasts_s else 0)
                    _take(tally, base, algorithm, number, (accel, gyro), counted)
            found.append(tally.result())
    return found


def _take(
    tally: Tally,
    base: Undisturbed,
    algorithm: Algorithm,
    number: int,
    samples: tuple[Floats, Floats],
    end: int,
) -> None:
    trial = base.trials[number]
    uncertain = None
    with np.errstate(all="ignore"):
        if algorithm.ours and algorithm.causal:
            up, uncertain = live(*samples, trial.rate_hz)
        else:
            up = algorithm.run(*samples, trial.rate_hz)
    lag_s, without = base.of(algorithm, number)
    tally.take(number, trial, (errors_deg(trial, up, lag_s), without), end, uncertain)
    if not np.isfinite(up[end + round(AFTER_S * trial.rate_hz) :]).any():
        tally.lost_for_good += 1
