"""What is said of a setting that does not exist or can't have its value."""

from __future__ import annotations

import difflib
import shlex

from sensorapp.model.errors import SettingsError
from sensorapp.model.preferences import KEYS
from sensorapp.model.setting_key import Key, Value
from sensorapp.text.cleaning import plain_text

_BY_NAME = {key.name: key for key in KEYS}
_SHOWN_CHARS = 40
_LARGEST_SHOWN = 10**15


def known_key(name: str, where: str = "") -> Key:
    """The key called `name`; `where` (a file, a variable) asks for it. Raises `SettingsError`."""
    key = _BY_NAME.get(name)
    if key is not None:
        return key
    shown = plain_text(name, _SHOWN_CHARS) or "(nothing)"
    sentence = f"There is no setting called {shown}."
    if where:
        sentence = f"{where} sets {shown}, and there is no such setting."
    near = _nearest(name)
    guess = f"Did you mean {near}? " if near else ""
    raise SettingsError(sentence, f"{guess}All of them are listed by: sensorapp settings")


def wrong_value(key: Key, raw: object, where: str = "") -> SettingsError:
    """`raw`, which `where` gives to the key, is not allowed."""
    takes = f"it takes {key.allowed}"
    if not where:
        example = f"For instance: sensorapp settings set {key.name} {word_for(key.default)}"
        return SettingsError(f"{key.name} can't be {shown_value(raw)}; {takes}.", example)
    sentence = f"{where} sets {key.name} to {shown_value(raw)}; {takes}."
    if where == key.variable:
        return SettingsError(sentence, f"Change {key.variable}, or unset it.")
    return SettingsError(
        sentence,
        f"The default comes back with: sensorapp settings unset {key.name}",
    )


def shown_value(raw: object) -> str:
    """A value as TOML has it, or what it is if that would be long."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw) if abs(raw) < _LARGEST_SHOWN else "a very large number"
    if isinstance(raw, float):
        return f"{raw:g}"
    if isinstance(raw, str):
        return f'"{plain_text(raw, _SHOWN_CHARS)}"'
    if isinstance(raw, list | dict):
        return "a list" if isinstance(raw, list) else "a table"
    return "a date or a time"


def word_for(value: Value) -> str:
    """A value as one word of a command."""
    return shlex.quote(value) if isinstance(value, str) else shown_value(value)


def _nearest(name: str) -> str:
    """The key that was meant, perhaps; "" if nothing is near."""
    wanted = name[: 2 * _SHOWN_CHARS].casefold()
    near = difflib.get_close_matches(wanted, _BY_NAME, n=1) if "." in wanted else []
    if near:
        return near[0]
    by_field = {key.field: key.name for key in reversed(KEYS)}  # the first goes before profiles
    near = difflib.get_close_matches(wanted.rpartition(".")[2], by_field, n=1)
    return by_field[near[0]] if near else ""
