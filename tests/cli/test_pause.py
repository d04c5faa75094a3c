"""`sensorapp pause` and `resume`: what they say, what they keep, what they refuse."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from sensorapp.model.posture import Silence
from sensorapp.store.asked_quiet import KeptQuiet, load_quiet, quiet_path
from sensorapp.store.paths import data_folder
from tests.cli.running import Here


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder and settings of this test alone."""
    monkeypatch.setenv("SENSORAPP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SENSORAPP_CONFIG", str(tmp_path / "config"))
    return data_folder()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), Silence.PAUSED),
        (("snooze",), Silence.SNOOZED),
        (("meeting", "--for", "1h30m"), Silence.MEETING),
        (("lunch", "--until", "00:00"), Silence.LUNCH),
    ],
)
def test_a_pause_is_kept_privately_and_shown_and_ended(
    here: Here, folder: Path, words: tuple[str, ...], why: Silence
) -> None:
    said = here("pause", *words)
    assert (said.status, said.stderr) == (0, "")
    assert re.fullmatch(r"No alert sounds until (\w{3} )?\d\d:\d\d\.\n", said.stdout)
    kept = load_quiet(folder)
    assert kept.why is why
    if os.name == "posix":
        assert stat.S_IMODE(quiet_path(folder).stat().st_mode) == 0o600
    shown = here("pause", "--show").stdout
    assert shown.startswith("Silent: ")
    assert shown.partition("until ")[2] == said.stdout.partition("until ")[2]
    assert here("resume").stdout == "Alerts may sound again.\n"
    assert load_quiet(folder) == KeptQuiet()
    assert here("pause", "--show").stdout == "Alerts may sound.\n"


def test_quiet_hours_are_waved_off_by_resume(here: Here, folder: Path) -> None:
    assert here("settings", "set", "quiet.hours", "00:00-23:59").status == 0
    before = here("pause", "--show").stdout
    here("resume")
    assert here("pause", "--show").stdout == "Alerts may sound.\n"
    assert (load_quiet(folder).heard_until_utc_s is not None) == before.startswith("Silent: quiet")


@pytest.mark.parametrize(
    "words",
    [
        ("--for", "soon"),
        ("--for", ""),
        ("--for", "0m"),
        ("--for", "25h"),
        ("--until", "24:00"),
        ("--for", "5m", "--until", "12:00"),
        ("--show", "--for", "5m"),
        ("nap",),
    ],
)
def test_what_is_no_pause_is_refused_and_changes_nothing(
    here: Here, folder: Path, words: tuple[str, ...]
) -> None:
    said = here("pause", *words)
    assert said.status != 0
    assert said.stderr.strip()
    assert not quiet_path(folder).exists()


@pytest.mark.parametrize(
    "text", ["", "{", '{"version": 2}', '{"version": 1, "why": "late2"}', "[]"]
)
def test_a_damaged_file_is_no_pause(here: Here, folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    quiet_path(folder).write_text(text, encoding="utf-8")
    assert here("pause", "--show").stdout == "Alerts may sound.\n"
