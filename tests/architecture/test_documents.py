"""The pages lead where they say, and the README's commands are the program's."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")

USE = (
    "python3 -m venv .venv && .venv/bin/python -m pip install -r requirements.lock"
    " && .venv/bin/python -m sensorapp demo"
)
TEST = (
    "python3 -m venv .venv && .venv/bin/python -m pip install -r requirements-dev.lock"
    " && .venv/bin/python -m pytest"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("command", [USE, TEST])
def test_the_first_screen_has_each_command_on_a_line(command: str) -> None:
    assert command in README.splitlines()[:40]


def test_the_readme_lists_the_commands_that_there_are() -> None:
    listed = set(re.findall(r"^\| `sensorapp ([\w-]+)", README, re.MULTILINE))
    page = subprocess.run(
        [sys.executable, "-m", "sensorapp", "--help"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    offered = set(re.findall(r"^  ([\w-]+) {2,}\S", page.partition("Commands:")[2], re.MULTILINE))
    assert offered
    assert listed == offered
