"""The ways to reach a wearer who does not look at the terminal, as long as a stream runs."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sensorapp.app.settings_watch import SettingsWatch
from sensorapp.model.inputs import Command
from sensorapp.model.notes import NoteAnswer
from sensorapp.notify.desktop import USUAL, DesktopNotifier, Patience
from sensorapp.notify.note_desk import NoteDesk
from sensorapp.notify.sensor_notes import SensorNotes
from sensorapp.ports import Sink
from sensorapp.runner import Runner
from sensorapp.session.session import Session
from sensorapp.session.state import SessionState


class Channels:
    """Notes on the desktop; `sinks` are for the session's runner."""

    def __init__(self, session: Session, watch: SettingsWatch, patience: Patience = USUAL) -> None:
        """`watch` says whether the wearer wants notes, at any time."""
        self._runner: Runner | None = None
        self._notifier = DesktopNotifier(self._answered, self._told, patience)

        def state() -> SessionState:
            return session.state

        self._desk = NoteDesk(self._notifier, state, self._send, lambda: watch.notifies)
        self._about_sensor = SensorNotes(self._notifier, state, lambda: watch.notifies)

    @property
    def sinks(self) -> tuple[Sink, ...]:
        """What is to see the session's outputs."""
        return self._desk, self._about_sensor

    def join(self, runner: Runner) -> None:
        """Buttons become commands of this runner's session."""
        self._runner = runner

    async def __aenter__(self) -> Self:
        """Begin; whatever shows notes is looked for with the first one."""
        await self._notifier.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take away what is shown, within a second."""
        await self._notifier.__aexit__(kind, error, trace)

    def _answered(self, answer: NoteAnswer) -> None:
        self._desk.answered(answer)

    def _send(self, command: Command, value: float | None) -> None:
        if self._runner is not None:
            self._runner.send(command, value)

    def _told(self, message: str) -> None:
        if self._runner is not None:
            self._runner.channel_changed("desktop", message)
