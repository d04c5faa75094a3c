"""The settings on the screen: chosen, changed, typed, refused, and all of it in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorapp.app.settings_book import SettingsFileBook
from sensorapp.model.preferences import KEYS
from sensorapp.model.setting_key import Key, Value
from sensorapp.store.settings_file import read_settings, settings_path
from sensorapp.tui.app import LiveApp
from sensorapp.tui.rows import row_text, row_width
from sensorapp.tui.screens.live import LiveScreen
from sensorapp.tui.settings_view import (
    SettingLine,
    SettingsView,
    settings_rows,
    stepped,
    value_text,
)
from tests.tui.looking import check_picture, screen_rows
from tests.tui.made_up import MadeUpSource, sitting
from tests.unit.test_preferences import BY_NAME

SIZES = [(100, 30), (60, 18), (40, 12)]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LiveApp:
    monkeypatch.setenv("SENSORAPP_CONFIG", str(tmp_path))
    return LiveApp(
        MadeUpSource(sitting(56.0)), "demo · slouch", lambda: 0.0, book=SettingsFileBook()
    )


def line(name: str, value: bool | float | str) -> SettingLine:
    return SettingLine(BY_NAME[name], value, "default")


@pytest.mark.parametrize(
    ("name", "value", "steps", "then"),
    [
        ("alerts.sensitivity", 4, 1, 5),
        ("alerts.sensitivity", 6, 1, 6),
        ("alerts.sensitivity", 1, -1, 1),
        ("alerts.delay_s", 15.0, 1, 20.0),
        ("alerts.delay_s", 17.5, 1, 20.0),
        ("alerts.delay_s", 17.5, -1, 15.0),
        ("alerts.delay_s", 0.0, -1, 0.0),
        ("alerts.delay_s", 60.0, 1, 60.0),
        ("alerts.bell", True, 1, False),
        ("sensor.forward", "", 1, "x"),
        ("sensor.forward", "", -1, "-z"),
        ("sensor.name", "TP", 1, "TP"),
    ],
)
def test_a_step_stays_among_what_is_allowed(
    name: str, value: bool | float | str, steps: int, then: bool | float | str
) -> None:
    assert stepped(line(name, value), steps) == then
    assert BY_NAME[name].taken(then) == then


@pytest.mark.parametrize("size", [(36, 5), (60, 14), (70, 40)])
def test_every_key_can_be_seen_and_fits(size: tuple[int, int]) -> None:
    width, height = size
    lines = tuple(SettingLine(key, key.default, "default") for key in KEYS)
    for selected, shown in enumerate(lines):
        rows = settings_rows(SettingsView(lines, selected), width, height)
        assert len(rows) <= height
        assert max(map(row_width, rows)) <= width
        (marked,) = [row_text(row) for row in rows if row_text(row).startswith("› ")]
        assert shown.key.field in marked
        assert value_text(shown.key, shown.value) in marked


async def test_a_key_is_changed_and_set_back(app: LiveApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("comma")
        await pilot.press("right")
        await pilot.pause()
        assert read_settings(settings_path()) == {"alerts.sensitivity": 5}
        assert any("sensitivity" in row and "5 •" in row for row in screen_rows(app))
        await pilot.press("u")
        await pilot.pause()
        assert read_settings(settings_path()) == {}
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, LiveScreen)


async def test_a_value_is_typed_and_a_wrong_one_says_what_is_allowed(app: LiveApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("comma", "down", "enter", *["backspace"] * 5, *"99", "enter")
        await pilot.pause()
        assert "takes a number from 0 to 60 s" in " ".join(screen_rows(app))
        assert read_settings(settings_path()) == {}
        await pilot.press(*["backspace"] * 5, *"42", "enter")
        await pilot.pause()
        assert read_settings(settings_path()) == {"alerts.delay_s": 42.0}
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert not isinstance(app.screen, LiveScreen)


async def test_what_another_decides_is_told(app: LiveApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENSORAPP_ALERTS_SENSITIVITY", "2")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("comma", "right")
        await pilot.pause()
        assert "the environment decides on it" in " ".join(screen_rows(app))


class FewSettings:
    """Some keys that stay as they are: a picture is of the layout, not of what there is to set."""

    def lines(self) -> tuple[SettingLine, ...]:
        chosen = {"alerts.delay_s": 20.0, "sensor.rate_hz": 50}
        names = ("alerts.sensitivity", "alerts.delay_s", "alerts.bell", "quiet.hours")
        return tuple(
            SettingLine(
                BY_NAME[name],
                chosen.get(name, BY_NAME[name].default),
                {"alerts.delay_s": "file", "sensor.rate_hz": "option"}.get(name, "default"),
            )
            for name in (*names, "sensor.name", "sensor.rate_hz")
        )

    def change(self, key: Key, value: Value | None) -> str:
        del key, value
        return ""


@pytest.mark.parametrize("size", SIZES)
async def test_picture(size: tuple[int, int]) -> None:
    app = LiveApp(MadeUpSource(sitting(56.0)), "demo · slouch", lambda: 0.0, book=FewSettings())
    async with app.run_test(size=size) as pilot:
        await pilot.press("comma", "down")
        await pilot.pause()
        check_picture(app, f"settings-{size[0]}x{size[1]}")
