"""A report as plain text: aligned columns, units in the heads, a dash where nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tests.reference.accuracy.columns import UNKNOWN, degrees, table
from tests.reference.accuracy.crossval import LAGS_S
from tests.reference.accuracy.disturbance_tables import after_table, by_kind, clipped_table
from tests.reference.accuracy.goals import goals
from tests.reference.accuracy.measure import Score
from tests.reference.accuracy.report import Report
from tests.reference.broad import Floats

_AGAINST = {True: "VQF", False: "offlineVQF"}
_WHOLE = ("ours, whole", "offlineVQF")
"""Algorithms that know the whole recording: they are compared with each other."""


LEGEND = (
    "own lag out: one lag for all trials, chosen for each trial on the others; data's out: the lag",
    "of the recordings for every algorithm alike, so that its own delay counts; as it is: none.",
    "x its VQF: mean error against VQF's, or offlineVQF's for what knows the whole recording.",
    "flagged: share of what is off by more than 2.5 deg that was called uncertain at that time.",
)


def lines_of(report: Report) -> Iterator[str]:
    """The whole report."""
    yield f"{report.date}, seed {report.seed}, {len(report.trials)} trials of BROAD; " + ", ".join(
        f"{name} {version}" for name, version in report.versions.items()
    )
    yield from (f"not installed: pip install {package}" for package in report.missing)
    lags_ms = 1000.0 * np.array(report.data_lags_s)
    yield (
        f"The samples come {np.mean(lags_ms):.2f} ms after the reference"
        f" ({lags_ms.min():.2f} to {lags_ms.max():.2f} in single trials), by angular speed alone."
    )
    yield from LEGEND
    for rate_hz in report.rates_hz:
        yield from ("", f"{rate_hz} Hz: RMSE of inclination while moving, mean over trials, deg")
        yield from accuracy_table(report, rate_hz)
    for rate_hz in report.rates_hz:
        if rate_hz in (48, 100):
            yield from ("", f"{rate_hz} Hz: trial by trial, own lag out, deg")
            yield from trial_table([one for one in report.scores if one.rate_hz == rate_hz])
    if report.retuned:
        yield from ("", "Numbers chosen anew without the trial judged: RMSE, lag out, deg")
        yield from _retuned_table(report)
    for title, afters in by_kind(report):
        yield from ("", f"{title}: RMSE in the 5 s after, deg")
        yield from after_table(afters)
    if report.clipped:
        yield from ("", "100 Hz, range cut short: RMSE, own lag out, mean over trials (worst), deg")
        yield from clipped_table(report)
    if goals(report):
        yield from ("", "What was asked for")
        yield from _goal_table(report)


def accuracy_table(report: Report, rate_hz: int) -> list[str]:
    """One rate: with each algorithm's own lag out, the recordings' out, and none."""
    heads = (
        "",
        "own lag out",
        "worst",
        "x its VQF",
        "own lag",
        "data's out",
        "as it is",
        "x its VQF",
    )
    data_column = int(np.argmin(np.abs(LAGS_S - report.data_lag_s)))
    rows = []
    for score in (one for one in report.scores if one.rate_hz == rate_hz):
        left_out = score.left_out
        errors = None if left_out is None else left_out.rmse_deg
        against = report.score(_AGAINST[score.algorithm not in _WHOLE], rate_hz)
        reference = None if against is None else against.left_out
        rows.append(
            (
                score.algorithm,
                UNKNOWN if errors is None else degrees(errors.mean()),
                UNKNOWN if errors is None else degrees(errors.max()),
                _ratio(errors, None if reference is None else reference.rmse_deg),
                _span_ms(score),
                degrees(float(score.by_lag[:, data_column].mean())),
                degrees(float(score.raw_deg.mean())),
                _ratio(score.raw_deg, None if against is None else against.raw_deg),
            )
        )
    return table(heads, rows)


def _ratio(errors: Floats | None, reference: Floats | None) -> str:
    if errors is None or reference is None:
        return UNKNOWN
    return f"{errors.mean() / reference.mean():.2f}"


def _span_ms(score: Score) -> str:
    if score.left_out is None:
        return UNKNOWN
    low, high = 1000.0 * score.left_out.lags_s.min(), 1000.0 * score.left_out.lags_s.max()
    edge = " (edge)" if max(-low, high) >= 1000.0 * LAGS_S[-1] else ""
    return (f"{low:.0f} ms" if low == high else f"{low:.0f} to {high:.0f} ms") + edge


def trial_table(scores: Sequence[Score]) -> list[str]:
    """Rows are trials, columns algorithms."""
    heads = ("", *(score.algorithm for score in scores))
    columns = [
        score.raw_deg if score.left_out is None else score.left_out.rmse_deg for score in scores
    ]
    rows = [
        (name, *(degrees(column[row], 2) for column in columns))
        for row, name in enumerate(scores[0].trials)
    ]
    return table(heads, [*rows, ("mean", *(degrees(column.mean(), 2) for column in columns))])


def _retuned_table(report: Report) -> list[str]:
    heads = ("", "Hz", "left-out trials", "draws", "best", "median", "worst", "built in")
    rows = []
    for one in report.retuned:
        built_in = report.score(one.algorithm, one.rate_hz)
        known = None if built_in is None else built_in.left_out
        spread = (float(np.quantile(one.draws_deg, share)) for share in (0.0, 0.5, 1.0))
        rows.append(
            (
                one.algorithm,
                str(one.rate_hz),
                degrees(one.left_out_deg.mean()),
                str(len(one.draws_deg)),
                *(degrees(value) for value in spread),
                UNKNOWN if known is None else degrees(known.rmse_deg.mean()),
            )
        )
    return table(heads, rows)


def _goal_table(report: Report) -> list[str]:
    rows = [
        (
            goal.what,
            f"{goal.figure:.2f}",
            f"{goal.asked:.2f}",
            "met" if goal.met else "missed",
            UNKNOWN if goal.hoped is None else f"{goal.hoped:.2f}",
            UNKNOWN if goal.hoped is None else ("met" if goal.figure <= goal.hoped else "missed"),
        )
        for goal in goals(report)
    ]
    return table(("", "figure", "asked", "", "hoped", ""), rows)
