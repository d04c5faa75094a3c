"""What was asked of our orientation, and how a run judges it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.reference.accuracy.report import Report

RATIOS = (
    ("ours", "VQF", 100, 0.80, 0.72),
    ("ours", "VQF", 48, 0.65, 0.61),
    ("ours, whole", "offlineVQF", 100, 0.90, 0.80),
)
"""Who, against whom, Hz, the ratio of mean errors asked for, and the one hoped for."""
AFTER_HOLES = (("0.1 s missing", 2.5), ("1 s missing", 6.0))
"""RMSE in deg in the 5 s after, mean over trials, asked of ours live."""


@dataclass(frozen=True, slots=True)
class Goal:
    """`figure` is to be `asked` at most, in `unit`; `hoped` is a goal beyond, if there is one."""

    what: str
    figure: float
    asked: float
    hoped: float | None = None

    @property
    def met(self) -> bool:
        return self.figure <= self.asked


def goals(report: Report) -> list[Goal]:
    """Those that this run can judge, each ratio of mean errors with the lags taken out."""
    found = []
    for name, other, rate_hz, asked, hoped in RATIOS:
        mine, theirs = report.score(name, rate_hz), report.score(other, rate_hz)
        if mine is None or theirs is None or mine.left_out is None or theirs.left_out is None:
            continue
        title = f"{name} / {other}, {rate_hz} Hz"
        reference = theirs.left_out.rmse_deg.mean()
        figure = float(mine.left_out.rmse_deg.mean() / reference)
        found.append(Goal(f"{title}, lag chosen on the other trials", figure, asked, hoped))
        rest = mine.other_than_rotation_deg, theirs.other_than_rotation_deg
        if rest[0] is not None and rest[1] is not None:
            figure = float(rest[0].mean() / rest[1].mean())
            found.append(Goal(f"{title}, trials but the rotations", figure, asked, hoped))
        anew = {(one.algorithm, one.rate_hz): one.left_out_deg.mean() for one in report.retuned}
        if (name, rate_hz) in anew:
            figure = float(anew[name, rate_hz] / reference)
            found.append(Goal(f"{title}, our numbers chosen anew, too", figure, asked, hoped))
            figure = float(anew[name, rate_hz] / anew[other, rate_hz])
            found.append(Goal(f"{title}, both's numbers chosen anew", figure, asked, hoped))
    found += [
        Goal(f"{kind}, ours: RMSE of the 5 s after, deg", after.mean_deg, asked)
        for kind, asked in AFTER_HOLES
        for after in report.gaps
        if (after.algorithm, after.kind) == ("ours", kind) and len(after.trial)
    ]
    return found
