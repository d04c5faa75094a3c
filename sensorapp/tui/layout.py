"""Composing rows: wrapped sentences, joined parts, bars."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from sensorapp.tui.rows import Role, Row, Span, fit_row, row_text


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
