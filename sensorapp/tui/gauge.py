"""The horizontal gauge: where the upper back is between upright and the limit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from sensorapp.tui.rows import BLANK, Role, Row, Span


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a gauge shows, in degrees of flexion (+ forward); `value_deg` None while unknown."""

    value_deg: float | None
    threshold_deg: float
    low_deg: float
    high_deg: float
    role: Role


def gauge_for(value_deg: float | None, threshold_deg: float, role: Role) -> Gauge:
    """A gauge whose scale depends on the limit alone, so that it never jumps."""
    high = 45.0 if threshold_deg <= 22.5 else 90.0
    return Gauge(value_deg, threshold_deg, -15.0, high, role)


def gauge_rows(gauge: Gauge, width: int, height: int) -> tuple[Row, ...]:
    """The bar and, on a second row, its scale."""
    if width < 12 or height < 1:
        return (BLANK,) * height
    return (_bar(gauge, width), _scale(gauge, width))[:height]


def _column(gauge: Gauge, value_deg: float, width: int) -> int:
    share = (value_deg - gauge.low_deg) / (gauge.high_deg - gauge.low_deg)
    return round(min(max(share, 0.0), 1.0) * (width - 1))


def _bar(gauge: Gauge, width: int) -> Row:
    zero = _column(gauge, 0.0, width)
    mark = _column(gauge, gauge.threshold_deg, width)
    cells = [("─", Role.FAINT)] * width
    value = gauge.value_deg
    at = zero if value is None else _column(gauge, value, width)
    for column in range(min(zero, at), max(zero, at) + 1):
        cells[column] = ("━", gauge.role)
    cells[zero] = ("┼", Role.QUIET)
    cells[mark] = ("┃", Role.WATCH)
    if value is not None:
        tip = "◀" if value < gauge.low_deg else "▶" if value > gauge.high_deg else "●"
        cells[at] = (tip, gauge.role)
    return _merged(cells)


def _scale(gauge: Gauge, width: int) -> Row:
    limit = f"limit {gauge.threshold_deg:.0f}°"
    labels = (
        (limit, gauge.threshold_deg, Role.WATCH),
        ("0°", 0.0, Role.QUIET),
        (f"{gauge.high_deg:.0f}°", gauge.high_deg, Role.QUIET),
        (f"−{-gauge.low_deg:.0f}°", gauge.low_deg, Role.QUIET),
    )
    cells = [(" ", Role.QUIET)] * width
    taken = [False] * width
    for text, value_deg, role in labels:
        start = _column(gauge, value_deg, width) - len(text) // 2
        start = min(max(start, 0), width - len(text))
        around = range(max(start - 1, 0), min(start + len(text) + 1, width))
        if any(taken[column] for column in around):
            continue
        for offset, char in enumerate(text):
            cells[start + offset] = (char, role)
            taken[start + offset] = True
    return _merged(cells)


def _merged(cells: list[tuple[str, Role]]) -> Row:
    """Neighbours in one role as one span: fewer pieces to style and send."""
    return tuple(
        Span("".join(text for text, _ in group), role)
        for role, group in groupby(cells, key=lambda cell: cell[1])
    )
