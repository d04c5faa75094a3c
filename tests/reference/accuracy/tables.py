"""A report as plain text: aligned columns, units in the heads, a dash where nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tests.reference.accuracy.aftermath import After
from tests.reference.accuracy.crossval import LAGS_S
from tests.reference.accuracy.goals import goals
from tests.reference.accuracy.measure import Score
from tests.reference.accuracy.report import Report
from tests.reference.broad import Floats

UNKNOWN = "-"
_AGAINST = {True: "VQF", False: "offlineVQF"}
_WHOLE = ("ours, whole", "offlineVQF")
"""Algorithms that know the whole recording: they are compared with each other."""


LEGEND = (
    "own lag out: one lag for all trials, chosen for each trial on the others; data's out: the lag",
    "of the recordings for every algorithm alike, so that its own delay counts; as it is: none.",
    "x its VQF: mean error against VQF's, or offlineVQF's for what knows the whole recording.",
    "flagged: share of what is off by more than 2.5 deg that was called uncertain at that time.",
)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of aligned columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = []
    for row in (heads, ["-" * width for width in widths], *rows):
        first, *others = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
        lines.append("  ".join(cells).rstrip())
    return lines


def degrees(value: float | None, digits: int = 3) -> str:
    """A number, a dash for what is unknown, a word for what never came back."""
    if value is None or np.isnan(value):
        return UNKNOWN
    return f"{value:.{digits}f}" if np.isfinite(value) else "lost"


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
        yield from ("", "The learner's numbers chosen anew without the trial judged, deg")
        yield from _retuned_table(report)
    for title, afters in _by_kind(report):
        yield from ("", f"{title}: RMSE in the 5 s after, deg")
        yield from after_table(afters)
    if report.clipped:
        yield from ("", "100 Hz, range cut short: RMSE, own lag out, mean over trials (worst), deg")
        yield from _clipped_table(report)
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


def _by_kind(report: Report) -> Iterator[tuple[str, list[After]]]:
    every = [*report.gaps, *report.faults]
    for kind in dict.fromkeys(after.kind for after in every):
        yield f"100 Hz, {kind}", [after for after in every if after.kind == kind]


def after_table(afters: Sequence[After]) -> list[str]:
    """Rows are algorithms; what was added, by quantiles over the single disturbances."""
    heads = (
        "",
        "times",
        "mean",
        "without",
        "added: median",
        "95 %",
        "worst",
        "lost for good",
        "flagged",
    )
    rows = []
    for after in afters:
        count = len(after.trial)
        added = np.sort(after.added_deg)
        picked = (
            [added[min(count - 1, int(share * count))] for share in (0.5, 0.95)] if count else []
        )
        rows.append(
            (
                after.algorithm,
                str(count),
                degrees(after.mean_deg if count else None, 2),
                degrees(float(after.without_deg.mean()) if count else None, 2),
                *(degrees(float(value), 2) for value in (*picked, *added[-1:])),
                f"{after.lost_for_good} of {count}" if after.lost_for_good else "no",
                UNKNOWN if after.flagged is None else f"{100 * after.flagged:.1f} %",
            )
            if count
            else (after.algorithm, "0", *[UNKNOWN] * (len(heads) - 2))
        )
    return table(heads, rows)


def _clipped_table(report: Report) -> list[str]:
    names = list(dict.fromkeys(one.algorithm for one in report.clipped))
    by_place = {(one.kind, one.algorithm): one for one in report.clipped}
    rows = []
    for kind in dict.fromkeys(one.kind for one in report.clipped):
        cells = [by_place[kind, name].rmse_deg for name in names]
        share = 100.0 * by_place[kind, names[0]].share
        means = (f"{degrees(cell.mean(), 2)} ({degrees(cell.max(), 1)})" for cell in cells)
        rows.append((f"{kind}, {share:.2f} % of samples", *means))
    return table(("", *names), rows)


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
