"""Which notes are worth showing: a sink that turns a session's outputs into notes."""

from __future__ import annotations

from collections.abc import Callable

from sensorapp.model.breaks import BreakDue, DueKind
from sensorapp.model.inputs import Command, Input, QuietChanged, Tick, UserCommand
from sensorapp.model.notes import Note, NoteAnswer, NoteButton
from sensorapp.model.outputs import Output
from sensorapp.model.posture import AlertKind, SlouchAlert
from sensorapp.notify.wording import (
    BREAK_KEY,
    POSTURE_KEY,
    WHY_KEY,
    alert_note,
    break_note,
    why_note,
)
from sensorapp.ports import Notifier
from sensorapp.session.mute import MUTES
from sensorapp.session.state import SessionState

_COMMANDS = {
    NoteButton.SNOOZE: Command.SNOOZE,
    NoteButton.PAUSE: Command.PAUSE,
    NoteButton.LATER: Command.BREAK_LATER,
}


class NoteDesk:
    """Shows what calls the wearer, and takes it away once it is over.

    What is not sounded calls nobody here either, and a slouch that goes on calls once. A button
    sends the session the command that the key sends; "why?" brings the numbers in a note of its
    own.
    """

    def __init__(
        self,
        notifier: Notifier,
        state: Callable[[], SessionState],
        send: Callable[[Command, float | None], None],
        allowed: Callable[[], bool],
    ) -> None:
        """`state` is the session's, `allowed` whether the wearer wants notes now."""
        self._notifier = notifier
        self._state = state
        self._send = send
        self._allowed = allowed
        self._alert: SlouchAlert | None = None
        self._keys: set[str] = set()

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """Show and withdraw; see `Sink`."""
        if self._keys and isinstance(item, Tick):
            self._look_back()
        if _silences(item):
            self._withdraw(POSTURE_KEY, WHY_KEY)
        for output in outputs:
            if isinstance(output, SlouchAlert):
                self._alerted(output)
            elif isinstance(output, BreakDue):
                self._break_due(output)

    def answered(self, answer: NoteAnswer) -> None:
        """The wearer pressed a button, or put a note away: that it was seen is enough."""
        self._keys.discard(answer.key)
        command = None if answer.button is None else _COMMANDS.get(answer.button)
        if command is not None:
            self._send(command, None)
        elif answer.button is NoteButton.WHY and self._alert is not None:
            self._show(WHY_KEY, why_note(self._alert))

    def _alerted(self, alert: SlouchAlert) -> None:
        if alert.kind is AlertKind.RECOVERED:
            self._withdraw(POSTURE_KEY)
        elif alert.sounds:
            self._alert = alert
            self._show(POSTURE_KEY, alert_note(alert))

    def _break_due(self, due: BreakDue) -> None:
        if due.kind is DueKind.RECOVERED:
            self._withdraw(BREAK_KEY)
        elif not due.late_s:
            self._show(BREAK_KEY, break_note(due))

    def _look_back(self) -> None:
        """Not all that ends says so: an alert also goes when nobody can tell the angle."""
        if not self._allowed():
            self._withdraw(*self._keys)
            return
        state = self._state()
        if state.alert is None:
            self._withdraw(POSTURE_KEY)
        if state.break_due is None:
            self._withdraw(BREAK_KEY)

    def _show(self, key: str, note: Note) -> None:
        if self._allowed():
            self._keys.add(key)
            self._notifier.show(note)

    def _withdraw(self, *keys: str) -> None:
        for key in keys:
            if key in self._keys:
                self._keys.discard(key)
                self._notifier.withdraw(key)


def _silences(item: Input) -> bool:
    """Whether the wearer does not want to be called from now on."""
    if isinstance(item, QuietChanged):
        return item.why is not None
    return isinstance(item, UserCommand) and item.command in MUTES
