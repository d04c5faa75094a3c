"""Names of devices, made harmless where they enter.

Any device in range can put terminal escapes, line breaks, text that runs right to left or
a page of combining marks into its name.
"""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 32
"""Characters kept; a name in an advertisement holds 29 bytes at most, a GATT name 248."""

_MARKS_IN_A_ROW = 2
"""Combining marks kept on one letter: enough for every living script's normal form."""


def clean_name(name: str | None) -> str:
    """Letters, marks, numbers, punctuation, symbols and single spaces; "" if nothing is left."""
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", name or ""):
        category = unicodedata.category(char)
        if category[0] == "Z" or char in "\t\r\n":
            if kept and kept[-1] != " ":
                kept.append(" ")
            marks = 0
        elif category[0] == "M":
            marks += 1
            if kept and marks <= _MARKS_IN_A_ROW:
                kept.append(char)
        elif category[0] in "LNPS":
            kept.append(char)
            marks = 0
    return "".join(kept)[:LONGEST_NAME].strip()
