"""From what the wearer set to what a live session begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorapp.app.chosen_settings import choose
from sensorapp.app.live import live_settings
from sensorapp.model.motor import MotorSettings
from sensorapp.model.posture import Alignment, CalibrationSource, ForwardAxis
from sensorapp.model.preferences import AlertPreferences
from sensorapp.model.setting_key import Value
from sensorapp.model.settings import SessionSettings
from sensorapp.model.wished_settings import slouch_settings
from sensorapp.store.calibrations import Calibrations, save_calibrations

KEPT = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.BENDS, 20.0)
"""Forward is -z."""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SENSORAPP_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def settings(options: dict[str, Value] | None = None, forward: str = "") -> SessionSettings:
    environment = {"SENSORAPP_CONFIG": "/nowhere", "SENSORAPP_SENSOR_FORWARD": forward}
    return live_settings(choose(options, environment))


def test_nothing_set_is_what_a_session_does_by_itself(data: Path) -> None:
    assert settings() == SessionSettings(motor=MotorSettings())


def test_wishes_reach_the_session(data: Path) -> None:
    made = settings({"alerts.sensitivity": 2, "sensor.rate_hz": 50})
    assert made.slouch == slouch_settings(AlertPreferences(sensitivity=2))
    assert made.rate_mhz == 50_000


@pytest.mark.parametrize(
    ("forward", "option", "expected", "kept"),
    [
        ("", None, None, True),
        ("-z", None, None, True),
        ("x", None, ForwardAxis.X, False),
        ("", "-z", ForwardAxis.MINUS_Z, False),
        ("x", "-z", ForwardAxis.MINUS_Z, False),
    ],
)
def test_a_kept_calibration_gives_way_to_an_axis_that_contradicts_it(
    data: Path, forward: str, option: str | None, expected: ForwardAxis | None, kept: bool
) -> None:
    save_calibrations(data, Calibrations().with_one("TP-3F9A", KEPT))
    made = settings({} if option is None else {"sensor.forward": option}, forward)
    assert made.forward_axis is expected
    assert (made.stored_alignment, made.stored_for) == ((KEPT, "TP-3F9A") if kept else (None, None))


def test_an_axis_counts_without_a_kept_calibration(data: Path) -> None:
    assert settings(forward="-y").forward_axis is ForwardAxis.MINUS_Y


def test_the_calibration_is_that_of_the_sensor_that_is_named(data: Path) -> None:
    save_calibrations(data, Calibrations().with_one("TP-3F9A", KEPT))
    assert settings({"sensor.name": "TP-3F9A"}).stored_for == "TP-3F9A"
    assert settings({"sensor.name": "TP-0000"}).stored_for is None
