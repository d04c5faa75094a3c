"""The big number and, beside it, the state in glyph and word."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.tui.layout import wrap_text
from sensorapp.tui.numerals import NumeralSize, large_text
from sensorapp.tui.rows import BLANK, Role, Row, Span, fit_row

_DIGITS = 2
"""Places kept for the number; a rare longer one (-12, 104) makes room for itself."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`number` in degrees as text, None without a reading; `detail` says more in words."""

    number: str | None
    glyph: str
    word: str
    role: Role
    detail: str


def reading_rows(reading: Reading, width: int, height: int) -> tuple[Row, ...]:
    """Large numerals with the state at their right, or one row where there is no room."""
    if height < NumeralSize.SMALL.rows or width < 24:
        number = "" if reading.number is None else f"{reading.number}° "
        line = (Span(f"{reading.glyph} {number}{reading.word}", reading.role),)
        return (fit_row(line, width),)[:height]
    roomy = height >= NumeralSize.LARGE.rows and width >= 56
    size = NumeralSize.LARGE if roomy else NumeralSize.SMALL
    number = "––" if reading.number is None else f"{reading.number}°"
    numerals = large_text(f"{number:>{_DIGITS + 1}}", size)
    role = Role.FAINT if reading.number is None else reading.role
    gap = 4 if roomy else 2
    room = width - len(numerals[0]) - gap
    beside = _words(reading, room, size.rows)
    rows: list[Row] = []
    for numeral, words in zip(numerals, beside, strict=True):
        rows.append((Span(numeral, role), Span(" " * gap), *words))
    rows += [BLANK] * (height - len(rows))
    return tuple(rows[:height])


def _words(reading: Reading, width: int, height: int) -> list[Row]:
    state: Row = (
        Span(f"{reading.glyph} ", reading.role),
        Span(reading.word, Role.STRONG),
    )
    rows: list[Row] = [fit_row(state, width)]
    lines = wrap_text(reading.detail, width, height - 1) if reading.detail else ()
    rows += [(Span(line, Role.QUIET),) for line in lines]
    above = (height - len(rows)) // 2
    return [BLANK] * above + rows + [BLANK] * (height - above - len(rows))
