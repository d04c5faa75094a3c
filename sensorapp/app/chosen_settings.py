"""Which settings are in force, and who chose each: default < file < environment < option."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sensorapp.model.errors import SettingsError
from sensorapp.model.preferences import KEYS, Preferences, preferences_of
from sensorapp.model.setting_key import Key, Value
from sensorapp.store.setting_errors import known_key, wrong_value
from sensorapp.store.settings_file import read_settings, settings_path


class ChosenBy(StrEnum):
    """Who decided on a value, the weakest first."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    OPTION = "option"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Settings in force; `by` says who chose what is not the default."""

    preferences: Preferences
    by: Mapping[str, ChosenBy]

    def chosen_by(self, key: Key) -> ChosenBy:
        """Who decided on this key."""
        return self.by.get(key.name, ChosenBy.DEFAULT)


def choose(
    options: Mapping[str, Value] | None = None, environment: Mapping[str, str] = os.environ
) -> Chosen:
    """What is in force now. `options` are checked values by the names of their keys.

    Raises `SettingsError` for whatever the file or the environment says wrong.
    """
    values: dict[str, Value] = {}
    by: dict[str, ChosenBy] = {}
    for chooser, chosen in (
        (ChosenBy.FILE, read_settings(settings_path(environment))),
        (ChosenBy.ENVIRONMENT, _of_environment(environment)),
        (ChosenBy.OPTION, options or {}),
    ):
        values.update(chosen)
        by.update(dict.fromkeys(chosen, chooser))
    return Chosen(preferences_of(values), by)


def parsed_option(text: str) -> tuple[str, Value]:
    """`KEY=VALUE` as a checked value. Raises `SettingsError`."""
    name, equals, word = text.partition("=")
    if not equals:
        raise SettingsError("--set takes KEY=VALUE.", "For instance: --set alerts.sensitivity=5")
    key = known_key(name.strip())
    return key.name, parsed_word(key, word)


def parsed_word(key: Key, word: str) -> Value:
    """A word as a value of the key. Raises `SettingsError`."""
    value = key.parsed(word)
    if value is None:
        raise wrong_value(key, word)
    return value


def _of_environment(environment: Mapping[str, str]) -> dict[str, Value]:
    """What variables set; a misspelt one of a section names itself like any other key."""
    by_variable = {key.variable: key for key in KEYS}
    sections = tuple(sorted({f"SENSORAPP_{key.section}_".upper() for key in KEYS}))
    values: dict[str, Value] = {}
    for variable, word in environment.items():
        if not variable.startswith(sections):
            continue
        key = by_variable.get(variable)
        if key is None:
            _, section, field = variable.lower().split("_", 2)
            key = known_key(f"{section}.{field}", variable)
        value = key.parsed(word)
        if value is None:
            raise wrong_value(key, word, variable)
        values[key.name] = value
    return values
