"""Writes the history while a session runs, a minute at a time, in a thread of its own.

Nothing of a session depends on it: a history that can't be written is told of once and tried again
each minute, and what is missing at the end is made from the recording later.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from pathlib import Path

from sensorapp.model.errors import HistoryError, SensorAppError
from sensorapp.model.history import HistoryRows
from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Output, Summary
from sensorapp.session.history_rows import HistoryTally
from sensorapp.store.history_file import history_error, history_to_write
from sensorapp.store.history_table import write_rows

CLOSE_WAIT_S = 3.0
"""Longest wait for the disk at the end."""

_log = logging.getLogger(__name__)


class HistoryKeeper:
    """A sink; `finish` is called after the session's end."""

    def __init__(self, path: Path, tally: HistoryTally) -> None:
        self._path = path
        self._tally = tally
        self._begun = False
        self._ended = False
        self._waiting: queue.SimpleQueue[HistoryRows | None] = queue.SimpleQueue()
        self._trouble: SensorAppError | None = None
        # a disk that never answers must not keep the program from ending
        self._thread = threading.Thread(target=self._write, name="history", daemon=True)
        self._thread.start()

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """Pass rows on once a minute is whole."""
        self._tally.accept(item, outputs)
        self._ended = self._ended or any(isinstance(output, Summary) for output in outputs)
        if self._begun and not self._tally.minutes_waiting and not self._ended:
            return
        rows = self._tally.take(at_end=self._ended)
        if rows is not None:
            self._begun = True
            self._waiting.put(rows)

    def finish(self) -> SensorAppError | None:
        """Wait for what is on its way, but not for long; what kept it from the disk, if it is not.

        Safe to call twice.
        """
        self._waiting.put(None)
        self._thread.join(CLOSE_WAIT_S)
        if self._thread.is_alive():
            return HistoryError(
                "The history is not all written: the disk does not answer.",
                "What is missing is made from the recording at the next start.",
            )
        return self._trouble

    def _write(self) -> None:
        """Take rows until the end; what could not be written is tried again with the next."""
        pending: list[HistoryRows] = []
        ended = False
        while not ended:
            rows = self._waiting.get()
            if rows is None:
                ended = True
            else:
                pending.append(rows)
            if pending:
                self._try(pending)

    def _try(self, pending: list[HistoryRows]) -> None:
        try:
            with history_to_write(self._path) as history:
                while pending:
                    write_rows(history, pending[0])
                    del pending[0]
        except (SensorAppError, sqlite3.Error) as error:
            if isinstance(error, sqlite3.Error):
                error = history_error(self._path, error)
            if self._trouble is None:
                _log.warning("the history is not written: %s", error)
            self._trouble = error
        else:
            self._trouble = None
