"""Completes the history in the background while a new session runs."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from sensorapp.app.history import complete
from sensorapp.app.interrupt import Interrupted
from sensorapp.model.errors import SensorAppError

_WORK_S = 0.002
_RESTS = 2.0
"""After so much work a rest, so many times as long: the session that runs has the processor
whenever it wants it."""

_log = logging.getLogger(__name__)


class HistoryCompletion:
    """A thread that makes what a kill left out, and gives way every few inputs."""

    def __init__(self, data: Path, but: str) -> None:
        self._data = data
        self._but = but
        self._stopped = threading.Event()
        self._rested_s = time.perf_counter()
        self._thread = threading.Thread(target=self._work, name="history-completion", daemon=True)
        self._thread.start()

    def stop(self, wait_s: float) -> None:
        """Leave off; the next start goes on with it. Waits no longer than `wait_s`."""
        self._stopped.set()
        self._thread.join(wait_s)

    def wait(self) -> None:
        """Until it is done."""
        self._thread.join()

    def _work(self) -> None:
        try:
            complete(self._data, self._but, self._give_way)
        except Interrupted:
            return
        except SensorAppError as error:
            _log.warning("the history was not completed: %s", error)

    def _give_way(self) -> None:
        if self._stopped.is_set():
            raise Interrupted
        now_s = time.perf_counter()
        worked_s = now_s - self._rested_s
        if worked_s > _WORK_S:
            time.sleep(_RESTS * worked_s)
            self._rested_s = time.perf_counter()
