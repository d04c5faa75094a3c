"""What a live screen is fed from; it can't tell a sensor from a replay or a demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from sensorapp.model.inputs import Command
from sensorapp.model.setting_key import Key, Value
from sensorapp.model.setup import Ask
from sensorapp.session.state import SessionState
from sensorapp.tui.settings_view import SettingLine


class SettingsBook(Protocol):
    """The settings as a screen lists and changes them, given by the composition root."""

    def lines(self) -> tuple[SettingLine, ...]:
        """Every key as it is now."""
        ...

    def change(self, key: Key, value: Value | None) -> str:
        """Set a key, or let its default count again (None); one sentence on trouble, or empty."""
        ...


@runtime_checkable
class OffersSettings(Protocol):
    """An application that has settings to show."""

    def open_settings(self) -> None:
        """Show them above the live screen; does nothing without a book."""
        ...


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


class SetupDesk(Protocol):
    """What a set-up on the screen needs besides the session's state and commands."""

    @property
    def sensitivity(self) -> int:
        """1 to 6, as set now."""
        ...

    def begin(self) -> None:
        """Hold alerts back, and keep no pose until the end."""
        ...

    def end(self, *, done: bool) -> None:
        """Keep what came of it, or put back what was there before; alerts may sound again."""
        ...

    def asks(self, ask: Ask) -> None:
        """The wearer is asked for a pose: a virtual one does it."""
        ...

    def choose(self, sensitivity: int) -> str:
        """Set another sensitivity for good; one sentence if it does not count now, else ""."""
        ...


class SetupFirst(Enum):
    """Whether a session begins with a set-up."""

    NO = "no"
    OFFER = "offer"
    BEGIN = "begin"


@dataclass(frozen=True, slots=True)
class Setup:
    """The way to a set-up, and whether the session begins with one."""

    desk: SetupDesk
    first: SetupFirst = SetupFirst.NO


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """A profile that can be switched to; `posed` if a neutral pose of it holds now.

    `of_before` if there is one of another seat of the clip.
    """

    profile: str
    label: str
    posed: bool
    of_before: bool = False


class ProfileDesk(Protocol):
    """The profiles of the wearer, and the switch between them."""

    def choices(self) -> tuple[ProfileChoice, ...]:
        """All of them, in the order of their keys."""
        ...

    def take(self, profile: str) -> None:
        """Be judged by this one from now on."""
        ...
