"""The charts of a report: error by algorithm, error by rate, error after a hole."""

from __future__ import annotations

from pathlib import Path

from tests.reference.accuracy.charts import Bar, Panel, bar_chart, line_chart
from tests.reference.accuracy.goals import AFTER_HOLES
from tests.reference.accuracy.measure import Score
from tests.reference.accuracy.report import Report

OURS = ("ours", "ours, whole")


def write_plots(report: Report, folder: Path) -> list[Path]:
    """Write what the report has figures for; the files written, as SVG."""
    folder.mkdir(parents=True, exist_ok=True)
    charts = {
        "accuracy-algorithms.svg": _by_algorithm(report),
        "accuracy-rates.svg": _by_rate(report),
        "accuracy-holes.svg": _after_holes(report),
    }
    written = []
    for name, text in charts.items():
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
            written.append(folder / name)
    return written


def _mean_deg(score: Score) -> float:
    errors = score.raw_deg if score.left_out is None else score.left_out.rmse_deg
    return float(errors.mean())


def _by_algorithm(report: Report) -> str | None:
    panels = []
    for rate_hz in (100, 48):
        bars = [
            Bar(score.algorithm, _mean_deg(score), score.algorithm in OURS)
            for score in report.scores
            if score.rate_hz == rate_hz
        ]
        if bars:
            panels.append(Panel(f"{rate_hz} Hz: error while moving, deg", bars))
    if not panels:
        return None
    about = "Bars: root mean square error of the inclination, mean over trials, own lag taken out."
    return bar_chart("Error of the inclination by algorithm", about, panels)


def _by_rate(report: Report) -> str | None:
    if len(report.rates_hz) < 2:
        return None
    lines: dict[str, dict[int, float]] = {}
    for score in sorted(report.scores, key=lambda one: one.rate_hz):
        lines.setdefault(score.algorithm, {})[score.rate_hz] = _mean_deg(score)
    about = "Lines: error of the inclination at several sampling rates, logarithmic axes."
    return line_chart("Error of the inclination by sampling rate, deg", about, lines, OURS)


def _after_holes(report: Report) -> str | None:
    panels = []
    for kind, limit in AFTER_HOLES:
        bars = [
            Bar(after.algorithm, after.mean_deg, after.algorithm in OURS)
            for after in report.gaps
            if after.kind == kind and len(after.trial)
        ]
        if bars:
            panels.append(
                Panel(f"{kind}: error in the 5 s after, deg (dashed: asked)", bars, limit)
            )
    if not panels:
        return None
    about = "Bars: root mean square error in the 5 s after a hole; dashed: what was asked of ours."
    return bar_chart("Error after missing samples", about, panels)
