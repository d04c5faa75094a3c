"""A recording's rows for the history: the same session again, as fast as the machine can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sensorapp.app.clock import utc_offsets, utc_seconds
from sensorapp.app.offline import TOGETHER, fed_together
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.errors import RecordingError
from sensorapp.model.history import HistoryRows
from sensorapp.model.inputs import HOST, Tick
from sensorapp.model.recording import RecordingHeader
from sensorapp.session.history_rows import HistoryTally, SessionStart
from sensorapp.session.session import Session
from sensorapp.store.private_file import shown_name
from sensorapp.store.recording_reader import open_recording

_MOST_OFFSET_S = 86_400
"""No clock on a wall is a day from UTC; what says so was not written by this program."""


def start_of(header: RecordingHeader, recording: str) -> SessionStart | None:
    """What a history needs of a header; None if it does not say when it began.

    Where it does not say what the clock on the wall showed, that is taken from this computer.
    """
    started_utc_s = utc_seconds(header.started_utc)
    if started_utc_s is None:
        return None
    offsets = header.utc_offsets
    if not offsets or any(abs(offset_s) > _MOST_OFFSET_S for _, offset_s in offsets):
        offsets = utc_offsets(started_utc_s)
    return SessionStart(recording, started_utc_s, offsets, header.settings.coaching)


def rows_of_recording(
    path: Path, check: Callable[[], None] = lambda: None, together: int = TOGETHER
) -> HistoryRows | None:
    """All rows of a recording, None if it never met a sensor.

    `check` is called before every `together` inputs and may end the way there by raising. Raises
    `RecordingError` for what can't be read.
    """
    recording = open_recording(path)
    start = start_of(recording.header, path.name)
    if start is None:
        raise RecordingError(
            f"{shown_name(path)} does not say when it was recorded.",
            "It can be replayed; the history goes on without it.",
        )
    session = Session(replace(recording.header.settings, motor=None), drivers())  # nobody feels it
    tally = HistoryTally(start)
    for item, outputs in fed_together(session, recording, check, together):
        tally.accept(item, outputs)
    tally.accept(Tick(0, HOST), session.finish())
    return tally.take(at_end=True)
