"""Where data lie: one private folder, and names that can't lead out of it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from sensorapp.model.errors import RecordingError
from sensorapp.store.private_file import create_private_folder
from sensorapp.text.cleaning import plain_text

DATA_VARIABLE = "SENSORAPP_DATA"
RECORDINGS = "recordings"
RECORDING_SUFFIX = ".mcap"

_UTC = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|\+00:00)", re.ASCII)
_NAMES_TRIED = 10_000


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of all private data, not created yet: SENSORAPP_DATA or the system's place."""
    named = environment.get(DATA_VARIABLE, "")
    if named:
        return Path(named).expanduser().absolute()
    return platformdirs.user_data_path("sensorapp", appauthor=False)


def recordings_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of recordings inside the data folder, created with mode 0700 if missing."""
    folder = data_folder(environment) / RECORDINGS
    create_private_folder(folder)
    return folder


def new_recording_path(folder: Path, started_utc: str) -> Path:
    """A free name in `folder` for a recording that starts at `started_utc` (RFC 3339, UTC).

    `2026-11-23T04-35-12Z.mcap`, then `-2` and so on. Another program may take the name
    meanwhile: `RecordingWriter` refuses it then. ValueError for what is no instant in UTC.
    """
    match = _UTC.fullmatch(started_utc)
    if match is None:
        raise ValueError(f"no RFC 3339 instant in UTC: {started_utc!r}")
    day, *time = match.groups()
    stem = f"{day}T{'-'.join(time)}Z"
    for number in range(1, _NAMES_TRIED):
        suffix = "" if number == 1 else f"-{number}"
        path = folder / f"{stem}{suffix}{RECORDING_SUFFIX}"
        if not os.path.lexists(path):
            return path
    raise RecordingError(
        "There is no free name for another recording of this second.", "Try again in a second."
    )


def path_inside(folder: Path, name: str) -> Path:
    """`folder / name`, which must be a plain name of something really inside `folder`.

    RecordingError for separators, `..`, drive letters, control characters and links that
    lead elsewhere.
    """
    plain = name == plain_text(name, 255) and not set(name) & set('/\\:*?"<>|')
    if not plain or name in ("", ".", "..") or name != name.rstrip("."):
        raise _outside(name)
    path = folder / name
    try:
        inside = path.resolve().parent == folder.resolve()
        # Python 3.13 resolves a loop of links to itself, without an error.
        dangling = path.is_symlink() and not path.exists()
    except (OSError, RuntimeError) as error:  # a loop of links
        raise _outside(name) from error
    if dangling or not inside:
        raise _outside(name)
    return path


def _outside(name: str) -> RecordingError:
    return RecordingError(
        f'"{plain_text(name, 60)}" can\'t be the name of a file in the data folder.',
        "Use letters, digits, points, dashes and underscores.",
    )
