"""Large numerals from half blocks, in two sizes."""

from __future__ import annotations

from enum import Enum

_SEGMENTS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcdfg",
    "−": "g",
    "–": "g",
    " ": "",
}
"""Lit segments: a top, b and c right, d bottom, e and f left, g middle."""


class NumeralSize(Enum):
    """Width and height of a digit in pixels (half a cell is one pixel high) and its stroke."""

    SMALL = (3, 5, 1)
    LARGE = (6, 10, 2)

    @property
    def rows(self) -> int:
        """Height in terminal rows."""
        return -(-self.value[1] // 2)


def large_text(text: str, size: NumeralSize) -> tuple[str, ...]:
    """Rows of half blocks for digits, minus, dash, space and a degree sign.

    All digits are equally wide, so that a changing number does not wander. Characters
    without a drawing are left out.
    """
    rows = [""] * size.rows
    for char in text:
        if char == "°":
            glyph = _degree(size)
        elif char in _SEGMENTS:
            glyph = _halve(_pixels(_SEGMENTS[char], size))
        else:
            continue
        gap = " " * (1 if size is NumeralSize.SMALL else 2)
        rows = [f"{row}{gap if row else ''}{part}" for row, part in zip(rows, glyph, strict=True)]
    return tuple(rows)


def _pixels(segments: str, size: NumeralSize) -> list[list[bool]]:
    width, height, stroke = size.value
    middle = (height - stroke) // 2
    boxes = {
        "a": (0, stroke, 0, width),
        "g": (middle, middle + stroke, 0, width),
        "d": (height - stroke, height, 0, width),
        "f": (0, middle + stroke, 0, stroke),
        "b": (0, middle + stroke, width - stroke, width),
        "e": (middle, height, 0, stroke),
        "c": (middle, height, width - stroke, width),
    }
    grid = [[False] * width for _ in range(height)]
    for segment in segments:
        top, bottom, left, right = boxes[segment]
        for y in range(top, bottom):
            grid[y][left:right] = [True] * (right - left)
    return grid


def _halve(grid: list[list[bool]]) -> list[str]:
    if len(grid) % 2:
        grid = [*grid, [False] * len(grid[0])]
    return [
        "".join(" ▄▀█"[2 * top + bottom] for top, bottom in zip(upper, lower, strict=True))
        for upper, lower in zip(grid[::2], grid[1::2], strict=True)
    ]


def _degree(size: NumeralSize) -> list[str]:
    glyph = ["°"] if size is NumeralSize.SMALL else ["▄▀▀▄", "▀▄▄▀"]
    return glyph + [" " * len(glyph[0])] * (size.rows - len(glyph))
