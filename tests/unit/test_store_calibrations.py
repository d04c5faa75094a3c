"""Calibrations survive a restart, and a bad file never stands in the way."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from sensorapp.model.posture import Alignment, CalibrationSource
from sensorapp.store.calibrations import (
    FILE_NAME,
    Calibrations,
    load_calibrations,
    save_calibrations,
)

ONE = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.MOUNTING, 24.5)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    save_calibrations(folder, Calibrations().with_one("TP-3F9A", ONE))
    kept = load_calibrations(folder)
    assert kept.last == "TP-3F9A"
    assert kept.sensors == {"TP-3F9A": ONE}
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    save_calibrations(folder, Calibrations())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 2, "last": null, "sensors": {}}',
        b'{"version": 1, "last": null, "sensors": {"a": {"up": [0, 1]}}}',
        b"[" * 100_000,
        b'{"version": 1, "last": "\xff"}',
    ],
)
def test_a_file_that_makes_no_sense_counts_as_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert load_calibrations(tmp_path) == Calibrations()


def test_no_more_than_64_sensors_are_kept(tmp_path: Path) -> None:
    kept = Calibrations()
    for number in range(100):
        kept = kept.with_one(f"TP-{number:04X}", ONE)
    save_calibrations(tmp_path, kept)
    loaded = load_calibrations(tmp_path)
    assert len(loaded.sensors) == 64
    assert "TP-0063" in loaded.sensors
    assert loaded.last == "TP-0063"
