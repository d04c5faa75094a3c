"""What a live screen is fed from; it can't tell a sensor from a replay or a demonstration."""

from __future__ import annotations

from typing import Protocol

from sensorapp.model.inputs import Command
from sensorapp.session.state import SessionState


class LiveSource(Protocol):
    """A running session as the screen sees it, given by the composition root."""

    @property
    def finished(self) -> bool:
        """True once nothing more will come."""
        ...

    @property
    def takes_commands(self) -> bool:
        """False where the keys of then count, in a replay; the screen hides those of now."""
        ...

    @property
    def rings(self) -> bool:
        """Whether an alert or a reminder rings the terminal's bell."""
        ...

    def state(self) -> SessionState:
        """What is known now; asked for ten times a second, so it must return at once."""
        ...

    def send(self, command: Command, value: float | None) -> None:
        """Pass on what the user pressed; `value` is minutes for a pause or snooze."""
        ...

    async def run(self) -> None:
        """Pump the stream until it ends.

        Cancelled when the user quits: it then leaves the sensor cleanly, within seconds.
        Raises a `SensorAppError` with what to show if it can't go on.
        """
        ...
