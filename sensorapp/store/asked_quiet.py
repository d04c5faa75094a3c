"""The silence that the wearer asked for, kept so that a restart does not end it.

One small JSON file in the data folder (see `small_file`), written by the session that runs and
by `sensorapp pause`. One that is missing, damaged or of another version counts as empty: then
alerts sound, which is the harmless side.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from sensorapp.model.posture import Silence
from sensorapp.store.small_file import read_small_file, replace_small_file

FILE_NAME = "quiet.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class KeptQuiet:
    """`why` until `until_utc_s`; daily silences count for nothing until `heard_until_utc_s`.

    Both are seconds since 1970, None where there is none.
    """

    version: int = VERSION
    why: Silence | None = None
    until_utc_s: float | None = None
    heard_until_utc_s: float | None = None


def quiet_path(folder: Path) -> Path:
    """Where it is in a data folder."""
    return folder / FILE_NAME


def load_quiet(folder: Path) -> KeptQuiet:
    """What is kept; nothing if there is no readable file of this version."""
    try:
        kept = msgspec.json.decode(read_small_file(quiet_path(folder)), type=KeptQuiet)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return KeptQuiet()
    return kept if kept.version == VERSION else KeptQuiet()


def save_quiet(folder: Path, kept: KeptQuiet) -> None:
    """Replace what is kept. Raises `SensorAppError` or OSError if the disk refuses."""
    replace_small_file(quiet_path(folder), msgspec.json.format(msgspec.json.encode(kept), indent=1))
