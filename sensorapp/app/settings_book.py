"""The settings of the file, for a screen that lists and changes them."""

from __future__ import annotations

from collections.abc import Mapping

from sensorapp.app.chosen_settings import ChosenBy, choose
from sensorapp.app.settings_changes import set_value, unset_value
from sensorapp.model.errors import SensorAppError
from sensorapp.model.preferences import KEYS
from sensorapp.model.setting_key import Key, Value
from sensorapp.store.private_file import plain_reason
from sensorapp.store.settings_file import settings_path
from sensorapp.tui.settings_view import SettingLine


class SettingsFileBook:
    """Implements the screen's `SettingsBook`; `options` go before the file, as in the session."""

    def __init__(self, options: Mapping[str, Value] | None = None) -> None:
        self._options = dict(options or {})
        self._lines: tuple[SettingLine, ...] = tuple(
            SettingLine(key, key.default, ChosenBy.DEFAULT.value) for key in KEYS
        )

    def lines(self) -> tuple[SettingLine, ...]:
        """Every key as it is now; as it was while the file can't be understood."""
        try:
            chosen = choose(self._options)
        except SensorAppError:
            return self._lines
        self._lines = tuple(
            SettingLine(key, chosen.preferences.value_of(key), chosen.chosen_by(key).value)
            for key in KEYS
        )
        return self._lines

    def change(self, key: Key, value: Value | None) -> str:
        """Set a key in the file, or let its default count (None); one sentence on trouble."""
        try:
            if value is None:
                unset_value(settings_path(), key)
            else:
                set_value(settings_path(), key, value)
            chooser = choose(self._options).chosen_by(key)
        except SensorAppError as error:
            return f"{error.sentence} {error.next_step}"
        except OSError as error:
            reason = plain_reason(error)
            return f"The settings can't be written: {reason}. Make room or allow it there."
        if chooser in (ChosenBy.ENVIRONMENT, ChosenBy.OPTION):
            return f"It is in the file now, but the {chooser.value} decides on it in this session."
        return ""
