"""Text of unknown origin becomes one harmless line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.text.cleaning import DEFAULT_LIMIT, plain_text


@pytest.mark.parametrize(
    ("hostile", "clean"),
    [
        ("Clip 2", "Clip 2"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]52;c;aGk=\x07x", "]52;c;aGk=x"),
        ("a\x9b2Jb", "a2Jb"),
        ("one\r\ntwo\tthree", "one two three"),
        ("abc\u202egnp", "abcgnp"),
        ("\u2066a\u2069\u200bb\ufeff", "ab"),
        ("[/][@click=app.quit]go", "[/][@click=app.quit]go"),
        ("\u3164\u2800\u115f", ""),
        ("e" + "\u0301" * 40, "é\u0301\u0301"),
        ("Rücken-Sensor 背中", "Rücken-Sensor 背中"),
        ("\ud800x\ue000", "x"),
        ("flag\ufe0f", "flag"),
        ("   ", ""),
    ],
)
def test_cleaning(hostile: str, clean: str) -> None:
    assert plain_text(hostile) == clean


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert plain_text("x" * 500, 10) == "x" * 9 + "…"
    assert plain_text("x" * 10, 10) == "x" * 10


@given(st.text(max_size=300), st.integers(1, DEFAULT_LIMIT))
def test_nothing_harmful_is_left_and_cleaning_twice_changes_nothing(text: str, limit: int) -> None:
    clean = plain_text(text, limit)
    assert len(clean) <= limit
    assert not {unicodedata.category(char) for char in clean} & {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert plain_text(clean, limit) == clean
