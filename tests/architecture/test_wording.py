"""What the wearer reads makes no claim about health, and the repository speaks of itself alone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from sensorapp.text.words import refused_words
from tests.architecture.source_tree import ROOT, sources, string_literals, tracked_files

USER_TEXT = tuple(
    f"sensorapp/{part}" for part in ("tui", "text", "coach", "cli", "app", "model", "notify")
)
PAGES = ("README.md", "SAFETY.md")

ALLOWED = {
    "never a diagnosis": "says that the program makes none",
    "no treatment": "says that the program is none",
}
"""Phrases that may hold a refused word, each with its reason."""

THE_LIST_ITSELF = "sensorapp/text/words.py"


def claims(text: str) -> tuple[str, ...]:
    for phrase in ALLOWED:
        text = re.sub(re.escape(phrase), "", text, flags=re.IGNORECASE)
    return refused_words(text)


def test_no_user_text_in_the_code_claims_too_much() -> None:
    """Docstrings count in the command line alone: there they are the help pages."""
    found = [
        f"{source.path}:{line} {claims(text)}"
        for source in sources()
        if source.path.startswith(USER_TEXT) and source.path != THE_LIST_ITSELF
        for line, text in string_literals(
            source.tree, docstrings=source.path.startswith("sensorapp/cli")
        )
        if claims(text)
    ]
    assert found == []


def test_no_scenario_claims_too_much() -> None:
    found = [
        f"{file.name}: {text}"
        for file in sorted((ROOT / "sensorapp").rglob("*.toml"))
        for text in texts(tomllib.loads(file.read_text(encoding="utf-8")))
        if claims(text)
    ]
    assert found == []


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for one in value for text in texts(one)] if isinstance(value, list) else []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_claims_too_much(page: str) -> None:
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert claims(text) == ()


@pytest.mark.parametrize("phrase", sorted(ALLOWED))
def test_every_allowed_phrase_is_used_and_needed(phrase: str) -> None:
    pages = " ".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES).lower()
    assert phrase in " ".join(pages.split())
    assert refused_words(phrase)


# Written in pieces, so that this file does not name what it looks for.
FOREIGN = re.compile(
    "|".join(
        (
            "py" + r"pi\.(?:org|python)",
            "python" + r"hosted\.org",
            "npm" + r"js\.(?:org|com)",
            "ana" + r"conda\.org",
            "proxy" + r"\.golang",
            r"(?<![\w.])/(?:" + "ro" + r"ot|wo" + r"rk|ho" + r"me/\w+|Us" + r"ers/\w+)/",
            "/tm" + "p/dev",
            "/op" + "t/py",
            r"[A-Z]:\\\\?Us" + "ers",
        )
    ).encode()
)


def test_no_file_names_a_registry_or_somebodys_machine() -> None:
    files = tracked_files()
    if files is None:
        pytest.skip("not a git clone: nothing says which files are ours")
    found = [
        f"{file.relative_to(ROOT)}: {match.group().decode()}"
        for file in files
        if (match := FOREIGN.search(file.read_bytes()))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["https://py" + "pi.org/simple", "see /ro" + "ot/x.py", "/wo" + "rk/main", "/ho" + "me/ann/x"],
)
def test_the_search_finds_what_it_should(text: str) -> None:
    assert FOREIGN.search(text.encode())


def test_the_search_leaves_ordinary_paths_alone() -> None:
    for text in ("docs/work/plan.md", "home/", Path("tests") / "root", "a/root/b", "/tmp/x"):
        assert not FOREIGN.search(str(text).encode())
