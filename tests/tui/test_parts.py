"""Rows, numerals, gauge and keys as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.tui.gauge import gauge_for, gauge_rows
from sensorapp.tui.keys import key_row, keys_for
from sensorapp.tui.layout import wrap_text
from sensorapp.tui.numerals import NumeralSize, large_text
from sensorapp.tui.reading import Reading, reading_rows
from sensorapp.tui.rows import Role, Span, fit_row, row_text, row_width, spread_row
from sensorapp.tui.signs import smoothness_sign
from sensorapp.tui.wording import clock_text, signed_text

wide_text = st.text(st.sampled_from("ab 背°é–"), max_size=12)


@given(st.lists(wide_text, max_size=4), st.integers(0, 30))
def test_rows_are_never_wider_than_asked(texts: list[str], width: int) -> None:
    row = tuple(Span(text) for text in texts)
    assert row_width(fit_row(row, width)) <= width
    assert row_width(spread_row(row, (Span("end"),), width)) == width


def test_a_cut_row_says_so() -> None:
    assert row_text(fit_row((Span("hello"), Span("world")), 7)) == "hellow…"
    assert row_text(fit_row((Span("hello"),), 5)) == "hello"


def test_wrapping_marks_what_it_leaves_out() -> None:
    assert wrap_text("one two three four", 9, 3) == ("one two", "three", "four")
    assert wrap_text("one two three four", 9, 2) == ("one two", "three…")


@pytest.mark.parametrize(
    ("value", "text"), [(-3.2, "−3"), (-0.2, "0"), (0.0, "0"), (14.6, "15"), (104.0, "104")]
)
def test_numbers_have_a_true_minus_and_no_negative_zero(value: float, text: str) -> None:
    assert signed_text(value) == text


def test_clock_times() -> None:
    assert clock_text(59_900_000_000) == "0:59"
    assert clock_text(3_661_000_000_000) == "1:01:01"


@pytest.mark.parametrize(
    ("sparc", "word"),
    [
        (-1.5, "smooth"),
        (-1.8, "smooth"),
        (-1.81, "uneven"),
        (-2.4, "uneven"),
        (-2.41, "jerky"),
        (None, "too short to tell"),
    ],
)
def test_smoothness_in_a_plain_word(sparc: float | None, word: str) -> None:
    assert smoothness_sign(sparc).word == word
    assert smoothness_sign(sparc, 0.5).word == word


def test_a_smoothness_that_is_mostly_measurement_is_not_put_into_a_word() -> None:
    assert smoothness_sign(-1.5, 0.49).word == "hard to tell"
    assert smoothness_sign(None, 0.49).word == "too short to tell"


def test_small_numerals() -> None:
    assert large_text("7°", NumeralSize.SMALL) == ("▀▀█ °", "  █  ", "  ▀  ")


@pytest.mark.parametrize("size", NumeralSize)
def test_all_digits_are_different_and_equally_large(size: NumeralSize) -> None:
    drawn = {digit: large_text(digit, size) for digit in "0123456789− "}
    assert len(set(drawn.values())) == len(drawn)
    assert {(len(rows), *(len(row) for row in rows)) for rows in drawn.values()} == {
        (size.rows, *([size.value[0]] * size.rows))
    }


def test_gauge_marks_value_zero_and_limit() -> None:
    bar, scale = (row_text(row) for row in gauge_rows(gauge_for(30.0, 15.0, Role.WATCH), 61, 2))
    assert bar[15] == "┼"
    assert bar[30] == "┃"
    assert bar[45] == "●"
    assert bar[46] == "─"
    assert scale.index("limit 15°") == 26
    assert scale.endswith("45°")


def test_gauge_shows_values_beyond_its_scale_as_arrows() -> None:
    far = row_text(gauge_rows(gauge_for(80.0, 15.0, Role.WATCH), 40, 2)[0])
    back = row_text(gauge_rows(gauge_for(-80.0, 15.0, Role.WATCH), 40, 2)[0])
    assert far.endswith("▶")
    assert back.startswith("◀")


def test_gauge_without_a_value_has_no_bar() -> None:
    bar = row_text(gauge_rows(gauge_for(None, 15.0, Role.QUIET), 40, 2)[0])
    assert "━" not in bar
    assert "●" not in bar


@given(
    st.floats(-500, 500) | st.none(),
    st.floats(6, 60),
    st.integers(0, 120),
    st.integers(0, 8),
)
def test_gauge_and_reading_fit_any_size(
    value: float | None, limit: float, width: int, height: int
) -> None:
    number = None if value is None else signed_text(value)
    reading = Reading(number, "●", "Upright", Role.GOOD, "forward of upright")
    for rows in (
        gauge_rows(gauge_for(value, limit, Role.GOOD), width, height),
        reading_rows(reading, width, height),
    ):
        assert len(rows) <= height
        assert all(row_width(fit_row(row, width)) <= width for row in rows)


@pytest.mark.parametrize("width", [12, 38, 56, 96, 136])
def test_the_footer_keeps_quit_and_whole_keys(width: int) -> None:
    (row,) = key_row(keys_for(is_muted=False), width, 1)
    assert row_width(row) <= width
    assert row_text(row).endswith("q Quit")


def test_the_footer_names_what_space_does() -> None:
    assert "space Pause" in row_text(key_row(keys_for(is_muted=False), 100, 1)[0])
    assert "space Resume" in row_text(key_row(keys_for(is_muted=True), 100, 1)[0])
    assert "^p Palette" in row_text(key_row(keys_for(is_muted=True), 100, 1)[0])


def test_a_replay_shows_only_the_keys_that_look() -> None:
    keys = keys_for(is_muted=False, takes_commands=False)
    assert [key.action for key in keys] == ["why", "keys", "palette", "quit"]
