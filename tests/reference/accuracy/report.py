"""All that one run found, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.reference.accuracy.aftermath import After
from tests.reference.accuracy.faults import Clipped
from tests.reference.accuracy.measure import Score
from tests.reference.accuracy.retuning import Retuned


@dataclass(slots=True)
class Report:
    """What was asked and found; lists stay empty for the parts that were not run."""

    date: str
    seed: int
    rounds: int
    trials: Sequence[str]
    versions: dict[str, str]
    data_lags_s: Sequence[float]
    missing: Sequence[str] = ()
    scores: list[Score] = field(default_factory=list)
    retuned: list[Retuned] = field(default_factory=list)
    gaps: list[After] = field(default_factory=list)
    faults: list[After] = field(default_factory=list)
    clipped: list[Clipped] = field(default_factory=list)

    @property
    def rates_hz(self) -> list[int]:
        """In the order that they were run in."""
        return list(dict.fromkeys(score.rate_hz for score in self.scores))

    @property
    def data_lag_s(self) -> float:
        """Mean over trials of how late the sensor's samples are."""
        return float(np.mean(self.data_lags_s))

    def score(self, algorithm: str, rate_hz: int) -> Score | None:
        """Of one algorithm at one rate, if it was run."""
        for score in self.scores:
            if (score.algorithm, score.rate_hz) == (algorithm, rate_hz):
                return score
        return None


def as_json(report: Report) -> dict[str, Any]:
    """Plain values for `json.dump`; what is not finite is null."""
    return {
        "date": report.date,
        "seed": report.seed,
        "rounds": report.rounds,
        "trials": list(report.trials),
        "versions": report.versions,
        "not_installed": list(report.missing),
        "data_lag_ms": [_number(1000.0 * lag_s) for lag_s in report.data_lags_s],
        "accuracy": [_score(score) for score in report.scores],
        "retuned": [
            {
                "algorithm": one.algorithm,
                "rate_hz": one.rate_hz,
                "left_out_deg": _numbers(one.left_out_deg),
                "draws_deg": _numbers(one.draws_deg),
            }
            for one in report.retuned
        ],
        "after": [_after(after) for after in (*report.gaps, *report.faults)],
        "clipped": [
            {"algorithm": one.algorithm, "kind": one.kind, "rmse_deg": _numbers(one.rmse_deg)}
            for one in report.clipped
        ],
    }


def _score(score: Score) -> dict[str, Any]:
    left_out, rest = score.left_out, score.other_than_rotation_deg
    return {
        "algorithm": score.algorithm,
        "rate_hz": score.rate_hz,
        "as_it_is_deg": _numbers(score.raw_deg),
        "lag_out_deg": None if left_out is None else _numbers(left_out.rmse_deg),
        "lag_ms": None if left_out is None else _numbers(1000.0 * left_out.lags_s),
        "other_than_rotation_deg": None if rest is None else _numbers(rest),
    }


def _after(after: After) -> dict[str, Any]:
    return {
        "algorithm": after.algorithm,
        "kind": after.kind,
        "trial": [int(number) for number in after.trial],
        "with_deg": _numbers(after.with_deg),
        "without_deg": _numbers(after.without_deg),
        "flagged": after.flagged,
        "lost_for_good": after.lost_for_good,
    }


def _numbers(values: Any) -> list[float | None]:
    return [_number(float(value)) for value in values]


def _number(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None
