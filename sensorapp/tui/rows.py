"""Rows of text with roles: the values between the view model and the widgets.

A role says what a piece of text means; the theme says how that looks. No markup is ever
parsed, so text of any origin stays text.
"""

from __future__ import annotations

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
