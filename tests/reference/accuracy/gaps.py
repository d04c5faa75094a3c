"""What a hole in the samples costs in the 5 s after it, ours against others with the same hole.

Holes begin at random moments at which the sensor moves, at most one in 18 s. Ours are told by
the samples' own counter how many are missing. Others have no word for a hole: they get what is
left, joined, as by someone who does not look, or, `filled`, with a straight line. What is
counted: errors while moving in the 5 s after each hole, and how much more that is than without
holes in the same 5 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tests.reference.accuracy.aftermath import (
    AFTER_S,
    FILLED,
    After,
    Tally,
    Undisturbed,
    moving_after,
    reference_rows,
)
from tests.reference.accuracy.algorithms import Algorithm, Bools, held, live
from tests.reference.accuracy.measure import told
from tests.reference.broad import Floats, Trial, errors_deg

EVERY_S, WITHIN_S = 18.0, 6.0
"""A hole begins in the first 6 of 18 s: 11 s at least to forget the one before."""
_FIRST_S = 10.0
LEAST_MOVING = 0.5
"""Share of the 5 s after, below which a hole is left out: at rest nothing is counted."""
Hole = tuple[int, int]


def holes_in(trial: Trial, missing_s: float, rng: np.random.Generator) -> list[Hole]:
    """Rows [a, b) that are taken away, each b - a = `missing_s`, in order."""
    count = max(1, round(missing_s * trial.rate_hz))
    found = []
    last_s = len(trial.accel) / trial.rate_hz - missing_s - AFTER_S - 1.0
    for slot_s in np.arange(_FIRST_S, last_s - EVERY_S, EVERY_S):
        begin = round((slot_s + rng.uniform(0.0, WITHIN_S)) * trial.rate_hz)
        end_s = (begin + count) / trial.rate_hz
        moving = trial.moving[reference_rows(trial, begin / trial.rate_hz, end_s)]
        if moving.all() and moving_after(trial, end_s) > LEAST_MOVING:
            found.append((begin, begin + count))
    return found


def filled(algorithm: Algorithm) -> Algorithm:
    """The same by someone who counts, too: what is missing, NaN here, on straight lines."""

    def run(accel: Floats, gyro: Floats, rate_hz: float) -> Floats:
        rows = np.arange(len(accel))
        known = np.isfinite(accel[:, 0])
        whole = [
            np.stack([np.interp(rows, rows[known], axis[known]) for axis in values.T], axis=1)
            for values in (accel, gyro)
        ]
        accel, gyro = (np.ascontiguousarray(values) for values in whole)
        return algorithm.run(accel, gyro, rate_hz)

    return replace(algorithm, name=algorithm.name + FILLED, run=run, hears_of_holes=True)


def joined(algorithm: Algorithm, trial: Trial, holes: Sequence[Hole]) -> Floats:
    """Up (n, 3) by an algorithm that never hears of the rows that are missing."""
    kept = np.ones(len(trial.accel), dtype=np.bool_)
    for begin, end in holes:
        kept[begin:end] = False
    up = np.full((len(kept), 3), np.nan)
    accel, gyro = (np.ascontiguousarray(values[kept]) for values in (trial.accel, trial.gyro))
    up[kept] = algorithm.run(accel, gyro, trial.rate_hz)
    return up[held(kept)]


def with_holes(
    algorithm: Algorithm, trial: Trial, holes: Sequence[Hole]
) -> tuple[Floats, Bools | None]:
    """Up (n, 3) and, for ours live, where it is called uncertain (n,)."""
    if not algorithm.hears_of_holes:
        return joined(algorithm, trial, holes), None
    if algorithm.ours and algorithm.causal:
        return live(trial.accel, trial.gyro, trial.rate_hz, holes)
    accel, gyro = trial.accel.copy(), trial.gyro.copy()
    for begin, end in holes:
        accel[begin:end] = gyro[begin:end] = np.nan
    return algorithm.run(accel, gyro, trial.rate_hz), None


def after_gaps(
    base: Undisturbed, algorithms: Sequence[Algorithm], missing_s: float, *, rounds: int, seed: int
) -> list[After]:
    """Errors after holes of one length; `rounds` times at other moments, the same for all."""
    holes = [
        [
            holes_in(trial, missing_s, np.random.default_rng([seed, turn, number]))
            for turn in range(rounds)
        ]
        for number, trial in enumerate(base.trials)
    ]
    found = []
    for algorithm in algorithms:
        told(f"holes of {missing_s:g} s, {algorithm.name}")
        tally = Tally(algorithm.name, f"{missing_s:g} s missing")
        for number, trial in enumerate(base.trials):
            lag_s, without = base.of(algorithm, number)
            for here in holes[number]:
                up, uncertain = with_holes(algorithm, trial, here)
                errors = errors_deg(trial, up, lag_s)
                for _, end in here:
                    tally.take(number, trial, (errors, without), end, uncertain)
        found.append(tally.result())
    return found
