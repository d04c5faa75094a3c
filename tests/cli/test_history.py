"""`sensorapp history`: the days as text and as JSON, and made anew."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from sensorapp.model.breaks import BreakKind
from tests.cli.running import Here
from tests.replay.shipped import FOLDER

FAR = "36000"
"""Days that reach back to the recordings, whenever this runs; and to those of the future."""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SENSORAPP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TZ", "UTC")
    (tmp_path / "data" / "recordings").mkdir(parents=True)
    return tmp_path / "data"


def test_nothing_yet(data: Path, here: Here) -> None:
    done = here("history")
    assert (done.status, done.stdout) == (0, "Nothing was measured in these days.\n")
    assert here("history", "--json").stdout == ""
    assert list(data.iterdir()) == [data / "recordings"]


def test_a_recording_becomes_a_day(data: Path, here: Here) -> None:
    shutil.copy(FOLDER / "slouch.mcap", data / "recordings")
    missing = here("history", "--days", FAR)
    assert missing.stderr.startswith("sensorapp: 1 recording of your data folder is not in")
    assert missing.stderr.endswith("sensorapp history rebuild\n")
    built = here("history", "rebuild")
    assert (built.status, built.stderr) == (0, "")
    assert built.stdout == "The history holds 1 recorded session.\n"
    if date.today() < date(2026, 11, 23):  # noqa: DTZ011 the recording says that day
        pytest.skip("the day of the recording has not come yet")
    done = here("history", "--days", FAR)
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout == (
        "Mon 23 Nov 2026  worn 74 s, 54 % over the limit, 1 alert, 0 breaks, 0 micro-breaks, "
        "longest hold 37 s\n"
    )
    (line,) = here("history", "--days", FAR, "--json").stdout.splitlines()
    said = json.loads(line)
    assert (said["type"], said["date"]) == ("day", "2026-11-23")
    assert said["over_s"] == pytest.approx(37.1, abs=0.1)
    assert (said["slouches"], said["alerts"]) == (1, 1)
    assert set(said["breaks"]) == {kind.value for kind in BreakKind}


def test_trouble_is_a_sentence_and_a_step(data: Path, here: Here) -> None:
    (data / "history.sqlite3").write_bytes(b"no database" * 999)
    done = here("history")
    assert (done.status, done.stdout) == (1, "")
    assert done.stderr == (
        "sensorapp: history.sqlite3 is damaged.\n"
        "Make it anew from your recordings with: sensorapp history rebuild\n"
    )
    assert here("history", "rebuild").status == 0
    assert here("history").status == 0
