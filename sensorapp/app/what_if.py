"""What another setting would have changed in a recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sensorapp.app.chosen_settings import parsed_word
from sensorapp.app.interrupt import Interrupted, interruptible
from sensorapp.app.offline import in_blocks, trouble_of
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.errors import SettingsError
from sensorapp.model.preferences import KEYS
from sensorapp.model.setting_key import Key, Value
from sensorapp.session.what_if import WHAT_IF_KEYS, Comparison, WhatIf
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.setting_errors import known_key

_KEYS = {key.name: key for key in KEYS if key.name in WHAT_IF_KEYS}


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison, when the recording began, and a sentence on what is missing, or None."""

    comparison: Comparison
    started_utc: str
    notice: str | None


def parsed_what_if(text: str) -> tuple[str, Value]:
    """`KEY=VALUE` as a checked value; a key that is the only one of its name needs no section.

    Raises `SettingsError`, also for a setting that decides nothing of what a recording leads to.
    """
    name, equals, word = text.partition("=")
    name = name.strip()
    if not equals:
        raise SettingsError("--what-if takes KEY=VALUE.", "For instance: --what-if sensitivity=5")
    key = _short(name) or known_key(name)
    if key.name not in _KEYS:
        raise SettingsError(
            f"{key.name} changes nothing of what a recording leads to.",
            f"What does: {', '.join(_KEYS)}.",
        )
    return key.name, parsed_word(key, word)


def what_if(path: Path, values: Mapping[str, Value]) -> Compared:
    """Compare to the recording's end or to Ctrl-C. Raises a `SensorAppError`."""
    recording = open_recording(path)
    settings = replace(recording.header.settings, motor=None)  # nobody is there to feel it
    both = WhatIf(settings, values, drivers())
    with interruptible() as ctrl_c:
        try:
            for some in in_blocks(recording, ctrl_c.check):
                both.feed_all(some)
        except Interrupted:
            notice: str | None = "Stopped by Ctrl-C: compared is what was read until then."
        else:
            notice = trouble_of(recording)
    return Compared(both.finish(), recording.header.started_utc, notice)


def _short(name: str) -> Key | None:
    """The one key of this name without its section, with its unit or without."""
    found = [
        key for key in _KEYS.values() if name in (key.field, key.field.removesuffix(f"_{key.unit}"))
    ]
    return found[0] if len(found) == 1 else None
