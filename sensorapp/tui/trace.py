"""The rows of the 60 s trace: chart, event lane, time axis."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.session.state import TRACE_S, LaneEvent
from sensorapp.tui.braille import Scale, StripChart, is_blank, lowest_dot
from sensorapp.tui.rows import BLANK, Role, Row, Span
from sensorapp.tui.signs import LANE_SIGNS

MARGIN = 6
"""Cells at the left for the numbers of the axis."""
ROWS_BELOW = 2
"""Event lane and time axis."""

_WEIGHT = {kind: weight for weight, kind in enumerate(LANE_SIGNS)}


@dataclass(frozen=True, slots=True)
class TraceView:
    """What is drawn around the line itself; `is_live` False says that time stands still."""

    threshold_deg: float
    scale: Scale
    lane: tuple[LaneEvent, ...]
    is_live: bool


def trace_rows(chart: StripChart, view: TraceView) -> tuple[Row, ...]:
    """Chart, lane and axis from top to bottom."""
    first = chart.first_column
    columns = [chart.column(first + offset, view.scale) for offset in range(chart.columns)]
    limit_dot = view.scale.dot(view.threshold_deg, 4 * chart.rows)
    limit_row = limit_dot // 4
    zero_row = view.scale.dot(0.0, 4 * chart.rows) // 4
    labels = _labels(view, chart.rows, limit_row, zero_row)
    rows: list[Row] = []
    for row in range(chart.rows):
        line = "".join(column[row] for column in columns)
        filler = ("╌", Role.WATCH) if row == limit_row else ("┈", Role.FAINT)
        if row not in (limit_row, zero_row):
            filler = (" ", Role.FAINT)
        over = limit_dot - 4 * row
        rows.append((labels[row], *_runs(line, over, filler)))
    rows.append(_lane(chart, view))
    rows.append(_axis(chart, view))
    return tuple(rows)


def _runs(line: str, over: int, filler: tuple[str, Role]) -> list[Span]:
    """Neighbouring cells in one role as one span: fewer pieces to style and send.

    Cells whose dots are all among the first `over` dot rows are over the limit.
    """
    spans: list[Span] = []
    for char in line:
        if is_blank(char):
            text, role = filler
        else:
            text, role = char, Role.WATCH if lowest_dot(char) < over else Role.TRACE
        if spans and spans[-1].role is role:
            spans[-1] = Span(spans[-1].text + text, role)
        else:
            spans.append(Span(text, role))
    return spans


def _labels(view: TraceView, rows: int, limit_row: int, zero_row: int) -> list[Span]:
    texts = {0: (f"{view.scale.high_deg:.0f}°", Role.QUIET)}
    texts[zero_row] = ("0°", Role.QUIET)
    texts[limit_row] = (f"{view.threshold_deg:.0f}°", Role.WATCH)
    labels = []
    for row in range(rows):
        text, role = texts.get(row, ("", Role.QUIET))
        labels.append(Span(f"{text:>{MARGIN - 1}} ", role))
    return labels


def _lane(chart: StripChart, view: TraceView) -> Row:
    seen: dict[int, LaneEvent] = {}
    for event in view.lane:
        place = chart.column_of(event.t_ns) - chart.first_column
        if not 0 <= place < chart.columns:
            continue
        other = seen.get(place)
        if other is None or _WEIGHT[event.kind] < _WEIGHT[other.kind]:
            seen[place] = event
    spans: list[Span] = [Span(" " * MARGIN)]
    done = 0
    for place, event in sorted(seen.items()):
        sign = LANE_SIGNS[event.kind]
        spans += [Span("─" * (place - done), Role.FAINT), Span(sign.glyph, sign.role)]
        done = place + 1
    spans.append(Span("─" * (chart.columns - done), Role.FAINT))
    return tuple(span for span in spans if span.text)


def _axis(chart: StripChart, view: TraceView) -> Row:
    width = chart.columns
    if width < 12:
        return BLANK
    step = 15 if width >= 48 else 30
    cells = [" "] * (width + MARGIN)
    now = "now" if view.is_live else "last"
    cells[MARGIN + width - len(now) :] = now
    for back_s in range(step, TRACE_S + 1, step):
        text = f"−{back_s} s"
        place = MARGIN + round((1 - back_s / TRACE_S) * (width - 1))
        start = max(place - len(text) // 2, MARGIN)
        cells[start : start + len(text)] = text
    return (Span("".join(cells), Role.QUIET),)
