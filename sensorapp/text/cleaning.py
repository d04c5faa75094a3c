"""Make text of unknown origin safe to draw: device names, file names, messages of the system.

Any Bluetooth device in range chooses its own name, so escape sequences, direction overrides,
invisible letters and endless accents all arrive one day. The result is one line of printable
characters; it may still look like markup, so whatever draws it must not parse any.
"""

from __future__ import annotations

import unicodedata

DEFAULT_LIMIT = 120
"""Characters kept: one long sentence; a name of 248 bytes (the most Bluetooth allows) is cut."""

_MAX_ACCENTS = 2
"""Combining marks kept on one letter: enough for Vietnamese, too few to climb other lines."""

_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Me"})
"""Controls, direction and other format characters, halves of pairs, private, unassigned, frames."""

_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Characters that count as letters or signs and show nothing: fillers, the empty braille cell."""

_VARIATION_SELECTORS = frozenset(
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x1810))
)
"""They change how wide terminals think a sign is, so that columns slip."""


def plain_text(text: str, limit: int = DEFAULT_LIMIT) -> str:
    """One line of printable characters, white space collapsed, at most `limit` long.

    An ellipsis marks a cut. The result is empty if nothing visible is left: the caller says
    what to show then. Idempotent.
    """
    kept: list[str] = []
    accents = 0
    # A text far longer than the limit is not worth a look at its end.
    for char in unicodedata.normalize("NFC", text[: 8 * limit + 64]):
        if char.isspace():
            kept.append(" ")
            continue
        category = unicodedata.category(char)
        if (
            category in _DROPPED_CATEGORIES
            or char in _INVISIBLE_LETTERS
            or char in _VARIATION_SELECTORS
        ):
            continue
        accents = accents + 1 if category == "Mn" else 0
        if accents <= _MAX_ACCENTS:
            kept.append(char)
    line = " ".join("".join(kept).split())
    if len(line) > limit:
        line = line[: max(limit - 1, 0)].rstrip() + "…"
    return line
