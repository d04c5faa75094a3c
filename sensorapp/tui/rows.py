"""Rows of text with roles: the values between the view model and the widgets.

A role says what a piece of text means; the theme says how that looks. No markup is ever
parsed, so text of any origin stays text.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len, set_cell_size


class Role(StrEnum):
    """What a piece of text means."""

    PLAIN = "plain"
    QUIET = "quiet"
    FAINT = "faint"
    STRONG = "strong"
    TITLE = "title"
    GOOD = "good"
    TRACE = "trace"
    WATCH = "watch"
    ALERT = "alert"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one role; `action` makes it clickable."""

    text: str
    role: Role = Role.PLAIN
    action: str | None = None


Row = tuple[Span, ...]
BLANK: Row = ()


def row_text(row: Row) -> str:
    """The row as plain text."""
    return "".join(span.text for span in row)


def row_width(row: Row) -> int:
    """Width of the row in terminal cells."""
    return sum(cell_len(span.text) for span in row)


def fit_row(row: Row, width: int) -> Row:
    """The row cut to `width` cells, an ellipsis where something was lost."""
    if row_width(row) <= width:
        return row
    if width <= 0:
        return BLANK
    kept: list[Span] = []
    left = width - 1
    for span in row:
        size = cell_len(span.text)
        if size > left:
            kept.append(Span(set_cell_size(span.text, left).rstrip() + "…", span.role, span.action))
            break
        kept.append(span)
        left -= size
    return tuple(kept)


def spread_row(left: Row, right: Row, width: int) -> Row:
    """`left` at the left and `right` at the right end; the left is cut first."""
    right = fit_row(right, width)
    room = width - row_width(right)
    left = fit_row(left, max(room - 1, 0))
    return (*left, Span(" " * (room - row_width(left))), *right)


def wrap_text(text: str, width: int, max_rows: int) -> tuple[str, ...]:
    """The text in at most `max_rows` lines of `width` cells, an ellipsis where it was cut."""
    lines = textwrap.wrap(text, max(width, 1), break_long_words=True) or [""]
    if len(lines) <= max_rows:
        return tuple(lines)
    kept = lines[:max_rows]
    kept[-1] = row_text(fit_row((Span(kept[-1] + " ……"),), max(min(width, len(kept[-1]) + 1), 1)))
    return tuple(kept)


def join_rows(parts: Iterable[Row], between: str = "  ") -> Row:
    """Rows that are not empty, one after the other on one row."""
    joined: list[Span] = []
    for part in parts:
        if not part:
            continue
        if joined:
            joined.append(Span(between, Role.FAINT))
        joined.extend(part)
    return tuple(joined)


def meter_row(share: float, width: int, role: Role) -> Row:
    """A bar of `width` cells filled to `share` (0..1)."""
    filled = round(min(max(share, 0.0), 1.0) * width)
    return (Span("━" * filled, role), Span("─" * (width - filled), Role.FAINT))
