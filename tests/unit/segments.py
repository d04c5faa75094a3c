"""A clip whose host is killed now and then, and the recordings that this leaves."""

from __future__ import annotations

from pathlib import Path

from sensorapp.app.offline import header_of
from sensorapp.app.verify import Verified, verify
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.model.inputs import Command, Input, UserCommand
from sensorapp.model.settings import SessionSettings
from sensorapp.model.stream import StreamPosition
from sensorapp.store.recording_writer import RecordingWriter
from tests.lossy_pipe import CLIP, RATE_HZ, Pipe, Weather

CALM = Weather()


class Segments(Pipe):
    """A clip whose host is killed now and then; each session's inputs become a recording."""

    def __init__(self, folder: Path, weather: Weather = CALM, buffer_samples: int = 8192) -> None:
        self._folder = folder
        self._inputs: list[Input] = []
        self._settings = SessionSettings()
        self.paths: list[Path] = []
        super().__init__(3, buffer_samples, weather)

    def connect(self) -> None:
        self.now_ns += 1
        super().connect()

    def kill_host(self, *, stored: bool = True) -> StreamPosition | None:
        position = super().kill_host(stored=stored)
        self.ended()
        if position is not None:
            self.go_on(position)
        return position

    def go_on(self, position: StreamPosition) -> None:
        self._settings = SessionSettings(left_off=(position,))
        self.run = DRIVER.open(CLIP, RATE_HZ * 1000, position)

    def stop(self) -> None:
        self._inputs.append(UserCommand(self.now_ns, CLIP, Command.STOP))
        super().stop()
        self.ended()

    def ended(self) -> None:
        minute = len(self.paths)
        path = self._folder / f"{minute}.mcap"
        header = header_of(self._settings, "live", f"2026-11-27T08:{minute:02d}:00Z")
        writer = RecordingWriter(path, header)
        for item in self._inputs:
            writer.write(item)
        writer.close()
        assert writer.sync() is None
        self.paths.append(path)
        self._inputs = []

    def verified(self) -> list[Verified]:
        return [verify(path) for path in self.paths]

    def _tell(self, item: Input) -> None:
        self._inputs.append(item)
        super()._tell(item)
