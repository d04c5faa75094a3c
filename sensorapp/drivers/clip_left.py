"""What is remembered of a clip's stream while its link is gone."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.parameters import StartAnswer
from sensorapp.model.stream import StreamPosition


@dataclass(frozen=True, slots=True)
class Left:
    """A stream whose link is gone, and the boot that it belongs to."""

    start: StartAnswer
    boot_id: int

    @classmethod
    def of(cls, position: StreamPosition) -> Left:
        """One that another session left."""
        return cls(StartAnswer(position.epoch, 0, position.rate_mhz, 0), position.boot_id)

    def position(self, name: str, driver: str, next_index: int) -> StreamPosition:
        """How far it has come, for another session."""
        start = self.start
        return StreamPosition(name, driver, self.boot_id, start.epoch, next_index, start.rate_mhz)
