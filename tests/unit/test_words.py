"""The word check finds every form of a claim and nothing else."""

from __future__ import annotations

import pytest

from sensorapp.text.words import CLAIMS, refused_words


@pytest.mark.parametrize("word", sorted(CLAIMS))
def test_every_refused_word_is_found_in_any_case(word: str) -> None:
    assert refused_words(f"It can {word} you. {word.upper()}!") == (word, word.upper())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Treatment that prevents pain", ("Treatment", "prevents")),
        ("a diagnosis, then a curative step", ("diagnosis", "curative")),
        ("Incorrect posture is fixed here", ("Incorrect", "fixed")),
        ("It may help you move more.", ()),
        ("A prefix, a suffix, a fixture, security, a curve, a retreat.", ()),
        ("", ()),
    ],
)
def test_forms_are_found_and_lookalikes_are_not(text: str, found: tuple[str, ...]) -> None:
    assert refused_words(text) == found
