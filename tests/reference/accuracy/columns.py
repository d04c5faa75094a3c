"""Aligned columns of plain text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

UNKNOWN = "-"


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
