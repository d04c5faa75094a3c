"""The history around a live session: begun before it, completed beside it, closed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sensorapp.app.history_completion import HistoryCompletion
from sensorapp.app.history_keeper import HistoryKeeper
from sensorapp.app.session_history import start_of
from sensorapp.model.errors import SensorAppError
from sensorapp.model.recording import RecordingHeader
from sensorapp.ports import Sink
from sensorapp.session.history_rows import HistoryTally
from sensorapp.store.history_file import history_path, history_to_write

_STOP_WAIT_S = 1.0


@contextmanager
def kept_history(
    data: Path,
    recording: str | None,
    header: RecordingHeader,
    say: Callable[[str], None],
) -> Iterator[tuple[Sink, ...]]:
    """The sinks that keep it, while the data folder is held; none without a `recording` there.

    A history that can't be written is said once, before the session or after it; the session
    goes on.
    """
    start = None if recording is None else start_of(header, recording)
    if recording is None or start is None:
        yield ()
        return
    path = history_path(data)
    is_there = path.exists()  # none is begun before a sensor gave something to keep
    said = _trouble_of(path) if is_there else None
    if said is not None:
        say(_sentences(said))
    keeper = HistoryKeeper(path, HistoryTally(start))
    completion = HistoryCompletion(data, recording) if is_there and said is None else None
    try:
        yield (keeper,)
    finally:
        if completion is not None:
            completion.stop(_STOP_WAIT_S)
        trouble = keeper.finish()
        if trouble is not None and said is None:
            say(_sentences(trouble))


def _trouble_of(path: Path) -> SensorAppError | None:
    try:
        with history_to_write(path):
            return None
    except SensorAppError as error:
        return error


def _sentences(error: SensorAppError) -> str:
    return f"The history is not kept now. {error.sentence} {error.next_step}"
