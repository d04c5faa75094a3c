"""A running session follows the settings file: what is right counts, what is wrong is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sensorapp.app.settings_watch import SettingsWatch
from sensorapp.model.errors import SettingsError
from sensorapp.model.motor import BuzzPattern, MotorSettings
from sensorapp.model.preferences import AlertPreferences
from sensorapp.model.settings import ChangedSettings, CoachingSettings
from sensorapp.model.wished_settings import slouch_settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SENSORAPP_CONFIG", str(tmp_path))
    return tmp_path / "settings.toml"


def write(file: Path, text: str) -> None:
    """Write as a later instant would: dates of two writes in a row may be the same."""
    later_ns = file.stat().st_mtime_ns + 1_000_000 if file.exists() else None
    file.write_text(text, encoding="utf-8")
    if later_ns is not None:
        os.utime(file, ns=(later_ns, later_ns))


def test_nothing_happens_while_nothing_changes(file: Path) -> None:
    watch = SettingsWatch()
    assert [watch.changed() for _ in range(3)] == [None] * 3
    assert watch.rings


def test_a_change_counts_once_it_has_stayed_for_a_look(file: Path) -> None:
    watch = SettingsWatch()
    write(file, "alerts.sensitivity = 6\nalerts.bell = false\n")
    assert watch.changed() is None
    assert watch.changed() == ChangedSettings(slouch_settings(AlertPreferences(sensitivity=6)))
    assert watch.changed() is None
    assert not watch.rings


def test_a_file_that_is_empty_for_a_moment_is_not_believed(file: Path) -> None:
    write(file, "alerts.sensitivity = 6\n")
    watch = SettingsWatch()
    write(file, "")
    assert watch.changed() is None
    write(file, "alerts.sensitivity = 5\n")
    assert watch.changed() is None
    assert watch.changed() == ChangedSettings(slouch_settings(AlertPreferences(sensitivity=5)))


def test_a_file_that_goes_leaves_the_defaults(file: Path) -> None:
    write(file, "alerts.sensitivity = 6\n")
    watch = SettingsWatch()
    file.unlink()
    assert [watch.changed(), watch.changed()] == [
        None,
        ChangedSettings(slouch_settings(AlertPreferences())),
    ]


def test_a_wrong_file_is_told_once_and_the_old_settings_stay(file: Path) -> None:
    write(file, "alerts.sensitivity = 6\n")
    watch = SettingsWatch()
    write(file, "alerts.sensitivity = 7\n")
    assert watch.changed() is None
    told = watch.changed()
    assert told is not None
    assert (told.slouch, told.motor) == (None, None)
    assert "alerts.sensitivity to 7" in told.message
    assert told.message.endswith("The settings stay as they were.")
    assert watch.changed() is None
    assert watch.chosen.preferences.alerts.sensitivity == 6
    write(file, "alerts.sensitivity = 6 # again\n")
    assert [watch.changed(), watch.changed()] == [None, None]


def test_what_counts_later_is_said(file: Path) -> None:
    watch = SettingsWatch()
    write(file, "sensor.rate_hz = 50\nrecording.keep = false\nalerts.delay_s = 3\n")
    assert watch.changed() is None
    notice = "sensor.rate_hz and recording.keep count from the next start on."
    assert watch.changed() == ChangedSettings(
        slouch_settings(AlertPreferences(delay_s=3.0)), message=notice
    )


def test_options_go_before_the_file_then_as_now(file: Path) -> None:
    watch = SettingsWatch({"alerts.sensitivity": 2})
    write(file, "alerts.sensitivity = 6\n")
    assert [watch.changed(), watch.changed()] == [None, None]
    assert watch.chosen.preferences.alerts.sensitivity == 2


def test_a_session_does_not_begin_with_wrong_settings(file: Path) -> None:
    write(file, "alerts.sensitivity = 7\n")
    with pytest.raises(SettingsError):
        SettingsWatch()


def test_what_the_motor_is_for_counts_at_once_too(file: Path) -> None:
    watch = SettingsWatch()
    write(file, "alerts.haptic_pattern = 'long'\nalerts.sensor_alone = false\n")
    assert watch.changed() is None
    motor = MotorSettings(pattern=BuzzPattern.LONG, alone=False)
    assert watch.changed() == ChangedSettings(motor=motor)


def test_a_new_day_is_told_once_with_what_it_brings(file: Path) -> None:
    days = iter([10, 10, 11, 11, 11, 12])
    watch = SettingsWatch()
    watch.follow_days(lambda day: CoachingSettings(training_left_s=60.0 * day), lambda: next(days))
    assert watch.changed() is None
    brought = CoachingSettings(training_left_s=660.0)
    assert watch.changed() == ChangedSettings(coaching=brought)
    write(file, "alerts.sensitivity = 6\n")
    assert watch.changed() is None
    assert watch.changed() == ChangedSettings(slouch_settings(AlertPreferences(sensitivity=6)))
    both = watch.changed()
    assert both is not None
    assert both.coaching == CoachingSettings(training_left_s=720.0)
