"""Changes to the settings file: one key at a time, or in the wearer's own editor."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sensorapp.model.errors import SettingsError
from sensorapp.model.setting_key import Key, Value
from sensorapp.store.private_file import shown_name
from sensorapp.store.settings_edit import fresh_text, with_value, without_value
from sensorapp.store.settings_file import settings_in, settings_text, write_settings

DRAFT = "settings-draft.toml"
"""What is being edited; it stays, beside the settings, while something in it is wrong."""


def set_value(path: Path, key: Key, value: Value) -> None:
    """Set a key in the file, which is made if it is missing. Raises `SettingsError`."""
    text = settings_text(path)
    _replace(path, with_value(fresh_text() if text is None else text, key, value, shown_name(path)))


def unset_value(path: Path, key: Key) -> bool:
    """Let the default count again; False if the file did not set it. Raises `SettingsError`."""
    text = settings_text(path)
    changed = None if text is None else without_value(text, key, shown_name(path))
    if changed is None or changed == text:
        return False
    _replace(path, changed)
    return True


def edit_settings(path: Path, edit: Callable[[Path], None]) -> bool:
    """Have a draft of the file edited and put in its place; False if nothing was changed.

    Only a draft that is right takes the file's place, so a session that runs never sees one that
    is not. A wrong one is kept, and the next edit goes on with it. Raises `SettingsError`.
    """
    draft = path.with_name(DRAFT)
    text = settings_text(path)
    before = fresh_text() if text is None else text
    if not _is_newer(draft, path):
        write_settings(draft, before)
    edit(draft)
    after = settings_text(draft)
    if after is None or after == before:
        _remove(draft)
        return False
    try:
        settings_in(after, shown_name(draft))
    except SettingsError as error:
        raise SettingsError(
            f"{error.sentence} Your text is kept, and the settings stay as they were.",
            "Go on with it with: sensorapp settings edit",
        ) from error
    write_settings(path, after)
    _remove(draft)
    return True


def _replace(path: Path, text: str) -> None:
    settings_in(text, shown_name(path))
    write_settings(path, text)


def _is_newer(draft: Path, path: Path) -> bool:
    """Whether an earlier draft is still worth going on with: the settings are not newer."""
    try:
        drafted_ns = draft.stat().st_mtime_ns
    except OSError:
        return False
    try:
        return drafted_ns >= path.stat().st_mtime_ns
    except OSError:
        return True


def _remove(draft: Path) -> None:
    with suppress(OSError):
        draft.unlink()
