"""What the shells implement: the seams between the pure middle and the world."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from sensorapp.model.actions import Action
from sensorapp.model.device import LinkState
from sensorapp.model.inputs import Command, Input
from sensorapp.model.notes import Note
from sensorapp.model.outputs import Output
from sensorapp.model.posture import Silence
from sensorapp.model.settings import ChangedSettings


class Clock(Protocol):
    """Time of the host; the only way anything above the session learns it."""

    def now_ns(self) -> int:
        """Nanoseconds on a clock that never steps and counts through suspend."""
        ...

    async def sleep_until(self, t_ns: int) -> None:
        """Return once `now_ns()` has reached `t_ns`."""
        ...


class Link(Protocol):
    """A source of inputs that carries out actions: a live sensor, a replay, a virtual one."""

    def inputs(self) -> AsyncIterator[Input]:
        """All that happens, in order, until the link is closed or has nothing more."""
        ...

    def perform(self, action: Action) -> None:
        """Queue an action; its result comes back as an input. Never blocks, never raises."""
        ...

    def noted(self, state: LinkState) -> None:
        """Learn what the session sees (streaming above all), for backoff and watchdogs."""
        ...

    async def aclose(self) -> None:
        """Leave cleanly; safe to call twice, bounded in time."""
        ...


class Recorder(Protocol):
    """Keeps inputs durably."""

    def write(self, item: Input) -> None:
        """Append an input; reports trouble through `sync`, never by raising."""
        ...

    def sync(self) -> str | None:
        """Make all that was written durable; None if it is, else one plain sentence."""
        ...

    def close(self) -> None:
        """Finish the file; safe to call twice."""
        ...


class SettingsSource(Protocol):
    """Where a running session learns that the user changed the settings."""

    def changed(self) -> ChangedSettings | None:
        """What the user changed since it was asked last; None if nothing.

        Asked for at each tick; must return quickly and never raise.
        """
        ...


class QuietSource(Protocol):
    """Where a running session learns that alerts are to be silent, or may sound again."""

    def changed(self) -> tuple[Silence | None, str] | None:
        """Why they are silent from now on (None: they may sound), and until when, for people.

        None if that is as it was told. Asked for at each tick; must return quickly and never raise.
        """
        ...

    def ask(self, command: Command, minutes: float | None) -> bool:
        """Take a command that is about silence; False for any other."""
        ...


class Sink(Protocol):
    """Something that is shown or told a session's outputs."""

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """See what `item` led to; must return quickly and never raise."""
        ...


class Notifier(Protocol):
    """Shows notes where the wearer looks, and learns what becomes of them.

    Nothing here blocks or raises: what can't be shown is told once, in words of the notifier's
    own, and tried again.
    """

    def show(self, note: Note) -> None:
        """Show a note; it takes the place of one with the same key."""
        ...

    def withdraw(self, key: str) -> None:
        """Take a note away, if it is there: it is no longer true."""
        ...
