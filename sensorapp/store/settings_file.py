"""The wearer's settings: one private TOML file, read whole and checked key by key.

A file that is missing says nothing; one that says something wrong is refused with the key,
the value and what is allowed. Changing it is `settings_edit`'s work.
"""

from __future__ import annotations

import errno
import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import platformdirs

from sensorapp.model.errors import SensorAppError, SettingsError
from sensorapp.model.preferences import KEYS
from sensorapp.model.setting_key import Value
from sensorapp.store.private_file import create_private_folder, plain_reason, shown_name
from sensorapp.store.setting_errors import known_key, wrong_value
from sensorapp.store.small_file import read_small_file, replace_small_file
from sensorapp.text.cleaning import plain_text

CONFIG_VARIABLE = "SENSORAPP_CONFIG"
FILE_NAME = "settings.toml"

_SECTIONS = {key.section for key in KEYS}


def settings_path(environment: Mapping[str, str] = os.environ) -> Path:
    """The settings file, there or not: in SENSORAPP_CONFIG or the system's place for settings."""
    named = environment.get(CONFIG_VARIABLE, "")
    if named:
        return Path(named).expanduser().absolute() / FILE_NAME
    return platformdirs.user_config_path("sensorapp", appauthor=False) / FILE_NAME


def read_settings(path: Path) -> dict[str, Value]:
    """What the file sets, by the names of the keys; nothing without a file.

    Raises `SettingsError` for a file that can't be read or says something wrong.
    """
    text = settings_text(path)
    return {} if text is None else settings_in(text, shown_name(path))


def settings_text(path: Path) -> str | None:
    """The file's text, None without a file. Raises `SettingsError`."""
    try:
        return _bytes_of(path).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{shown_name(path)} is no text in UTF-8.",
            "Save it as UTF-8, or remove it to begin with the defaults.",
        ) from error
    except OSError as error:
        raise SettingsError(
            f"{shown_name(path)} can't be read: {plain_reason(error)}.",
            f"Let it be read, or name another folder with {CONFIG_VARIABLE}.",
        ) from error


def settings_in(text: str, where: str) -> dict[str, Value]:
    """What a text sets; `where` it stands is said of what is wrong. Raises `SettingsError`."""
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        why = plain_text(str(error)).rstrip(".")
        raise SettingsError(
            f"{where} can't be understood: {why}.",
            "Put that right with: sensorapp settings edit",
        ) from error
    values: dict[str, Value] = {}
    for name, raw in _named(tree):
        key = known_key(name, where)
        value = key.taken(raw)
        if value is None:
            raise wrong_value(key, raw, where)
        values[name] = value
    return values


def write_settings(path: Path, text: str) -> None:
    """Put the text in place of the file; a link is kept and what it leads to replaced.

    A new folder has mode 0700, the file 0600. Raises `SettingsError`.
    """
    goal = Path(os.path.realpath(path))
    try:
        create_private_folder(goal.parent)
        replace_small_file(goal, text.encode("utf-8"))
    except (OSError, SensorAppError) as error:
        reason = plain_reason(error) if isinstance(error, OSError) else ""
        sentence = error.sentence if isinstance(error, SensorAppError) else ""
        raise SettingsError(
            sentence or f"{shown_name(path)} can't be written: {reason}.",
            f"Make room or allow it there, or name another folder with {CONFIG_VARIABLE}.",
        ) from error


def _bytes_of(path: Path) -> bytes:
    """A pipe would be waited for, perhaps for ever; it is no settings file."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    return read_small_file(path)


def _named(tree: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """What a tree sets, by `section.key`; whatever else is in it by its own name."""
    for section, content in tree.items():
        if isinstance(content, dict) and (content or section in _SECTIONS):
            yield from ((f"{section}.{name}", raw) for name, raw in content.items())
        else:
            yield section, content
