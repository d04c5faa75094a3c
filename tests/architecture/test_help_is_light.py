"""Asking for help, or the version, loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.source_tree import ROOT

HEAVY = {
    "numpy",
    "scipy",
    "textual",
    "bleak",
    "bumble",
    "vqf",
    "tomlkit",
    "desktop_notifier",
    "dbus_fast",
}


def loaded_by(*arguments: str) -> tuple[set[str], str]:
    """Top-level packages that a command imports, as the interpreter itself reports, and stdout."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    reported = (line for line in result.stderr.splitlines() if line.startswith("import time:"))
    names = (line.rpartition("|")[2].strip() for line in reported)
    return {name.partition(".")[0] for name in names}, result.stdout


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["demo"],
        ["live"],
        ["replay"],
        ["analyze"],
        ["devices"],
        ["settings"],
        ["settings", "set"],
    ],
)
def test_help_imports_nothing_heavy(command: list[str]) -> None:
    loaded, shown = loaded_by("-m", "sensorapp", *command, "--help")
    assert "Usage" in shown
    assert "sensorapp" in loaded
    assert loaded & HEAVY == set()


def test_settings_are_listed_without_anything_heavy() -> None:
    loaded, shown = loaded_by("-m", "sensorapp", "settings")
    assert "alerts.sensitivity" in shown
    assert loaded & HEAVY == set()


def test_the_report_would_show_a_heavy_import() -> None:
    loaded, _ = loaded_by("-c", "import numpy")
    assert loaded & HEAVY == {"numpy"}
