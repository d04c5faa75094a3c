"""What disturbances cost, as plain text: after holes and bad samples, and with ranges cut short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tests.reference.accuracy.aftermath import After
from tests.reference.accuracy.columns import UNKNOWN, degrees, table
from tests.reference.accuracy.report import Report


def by_kind(report: Report) -> Iterator[tuple[str, list[After]]]:
    """Titles, and what every algorithm did after that kind of disturbance."""
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


def clipped_table(report: Report) -> list[str]:
    """Rows are ranges, columns algorithms."""
    names = list(dict.fromkeys(one.algorithm for one in report.clipped))
    by_place = {(one.kind, one.algorithm): one for one in report.clipped}
    rows = []
    for kind in dict.fromkeys(one.kind for one in report.clipped):
        cells = [by_place[kind, name].rmse_deg for name in names]
        share = 100.0 * by_place[kind, names[0]].share
        means = (f"{degrees(cell.mean(), 2)} ({degrees(cell.max(), 1)})" for cell in cells)
        rows.append((f"{kind}, {share:.2f} % of samples", *means))
    return table(("", *names), rows)
