"""What silence the wearer asked for, in the data folder or, for a demo, in memory alone."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from sensorapp.app.quiet_times import Asked, Until
from sensorapp.model.errors import SensorAppError
from sensorapp.store.asked_quiet import KeptQuiet, load_quiet, quiet_path, save_quiet
from sensorapp.store.small_file import FileState, file_state

_LONGEST_S = 86_400.0
"""A file that asks for more than a day ahead was not written by us, or the clock was wrong."""

_log = logging.getLogger(__name__)


class AskedFor:
    """Kept in `folder`, where `sensorapp pause` may change it while a session runs."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._asked = Asked()
        self._seen: FileState = None

    def read(self, now: datetime) -> Asked:
        """What is asked for now; looks at the file's date, and at the file if that is new."""
        if self._folder is not None:
            seen = file_state(quiet_path(self._folder))
            if seen != self._seen:
                self._seen = seen
                self._asked = _asked(load_quiet(self._folder), now)
        return self._asked

    def write(self, asked: Asked) -> None:
        """Ask for something else; what can't be kept counts until the program ends."""
        self._asked = asked
        if self._folder is None:
            return
        try:
            save_quiet(self._folder, _kept(asked))
        except (OSError, SensorAppError) as error:
            _log.warning("the pause was not kept over a restart: %s", error)
        self._seen = file_state(quiet_path(self._folder))


def keep_asked(folder: Path, asked: Asked) -> None:
    """Write it for the session that runs, and those that start. Raises `SensorAppError`."""
    save_quiet(folder, _kept(asked))


def _kept(asked: Asked) -> KeptQuiet:
    silence, heard = asked.silence, asked.heard_until
    return KeptQuiet(
        why=None if silence is None else silence.why,
        until_utc_s=None if silence is None else silence.end.timestamp(),
        heard_until_utc_s=None if heard is None else heard.timestamp(),
    )


def _asked(kept: KeptQuiet, now: datetime) -> Asked:
    end, heard = _instant(kept.until_utc_s, now), _instant(kept.heard_until_utc_s, now)
    silence = None if kept.why is None or end is None else Until(kept.why, end)
    return Asked(silence, heard)


def _instant(utc_s: float | None, now: datetime) -> datetime | None:
    if utc_s is None or not 0.0 < utc_s - now.timestamp() <= _LONGEST_S:
        return None
    return datetime.fromtimestamp(utc_s, UTC)
