"""A recording that begins with the first connection, so that none is left empty behind."""

from __future__ import annotations

from collections.abc import Callable

from sensorapp.model.errors import RecordingError
from sensorapp.model.inputs import Connected, Input
from sensorapp.store.recording_writer import RecordingWriter


class LateRecorder:
    """Implements `Recorder`: keeps inputs until a sensor is connected, then opens the file.

    What comes before is a handful of link states. `opened` begins a patient writer: if the file
    can't be begun, `sync` says so, like every other trouble of a recording, and tries again.
    """

    def __init__(self, opened: Callable[[], RecordingWriter]) -> None:
        self._opened = opened
        self._waiting: list[Input] = []
        self._writer: RecordingWriter | None = None
        self._trouble: str | None = None

    def write(self, item: Input) -> None:
        """Append an input."""
        if self._writer is not None:
            self._writer.write(item)
            return
        if self._trouble is not None:
            return
        self._waiting.append(item)
        if isinstance(item, Connected):
            self._open()

    def sync(self) -> str | None:
        """Make what was written durable; None if it is, else one plain sentence."""
        return self._trouble if self._writer is None else self._writer.sync()

    def close(self) -> None:
        """Finish the file, if there is one."""
        if self._writer is not None:
            self._writer.close()

    def _open(self) -> None:
        try:
            self._writer = self._opened()
        except RecordingError as error:
            self._trouble = f"{error.sentence} {error.next_step}"
        else:
            for item in self._waiting:
                self._writer.write(item)
        self._waiting.clear()
