"""A notification service of our own on a real bus: it shows nothing, and can misbehave."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self

from dbus_fast.aio.message_bus import MessageBus
from dbus_fast.annotations import (
    DBusDict,
    DBusInt32,
    DBusSignature,
    DBusStr,
    DBusUInt32,
)
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

SERVICE = "org.freedesktop.Notifications"
DISMISSED = 2
EXPIRED = 1
CLOSED = 3

Strings = Annotated[list[str], DBusSignature("as")]
Nothing = Annotated[None, DBusSignature("")]
Information = Annotated[list[str], DBusSignature("ssss")]


@dataclass(frozen=True, slots=True)
class Shown:
    """A notification as it came over the bus."""

    number: int
    app: str
    title: str
    text: str
    actions: dict[str, str]
    """Labels to the keys that pressing them sends."""
    urgency: int
    has_sound: bool


@dataclass
class Told:
    """What the service was asked, by whichever life of it."""

    shown: list[Shown] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)


class _Interface(ServiceInterface):
    """Version 1.2 of the desktop's notification specification, as far as anybody asks for it."""

    def __init__(self, told: Told, capabilities: list[str], first: int) -> None:
        super().__init__(SERVICE)
        self._told = told
        self._capabilities = capabilities
        self._next = first
        self.answers = asyncio.Event()
        self.answers.set()
        self.open: set[int] = set()

    @dbus_method(name="Notify")
    async def notify(
        self,
        app: DBusStr,
        replaces: DBusUInt32,
        icon: DBusStr,
        title: DBusStr,
        text: DBusStr,
        actions: Strings,
        hints: DBusDict,
        expires_ms: DBusInt32,
    ) -> DBusUInt32:
        await self.answers.wait()
        number, self._next = self._next, self._next + 1
        labels = dict(zip(actions[1::2], actions[::2], strict=True))
        sound = any(name.startswith("sound") for name in hints)
        urgency = hints["urgency"].value
        shown = Shown(number, app, title, text, labels, urgency, sound)
        # Nobody sees, and presses, what the answer to this call has not told of yet.
        asyncio.get_running_loop().call_later(0.005, self._appears, shown)
        return number

    @dbus_method(name="CloseNotification")
    async def close_notification(self, number: DBusUInt32) -> Nothing:
        await self.answers.wait()
        self._told.closed.append(number)
        self.close(number, CLOSED)

    @dbus_method(name="GetCapabilities")
    async def get_capabilities(self) -> Strings:
        await self.answers.wait()
        return self._capabilities

    @dbus_method(name="GetServerInformation")
    def get_server_information(self) -> Information:
        return ["peer", "sensorapp", "1", "1.2"]

    @dbus_signal(name="NotificationClosed")
    def closed(self, number: int, reason: int) -> Annotated[list[int], DBusSignature("uu")]:
        return [number, reason]

    @dbus_signal(name="ActionInvoked")
    def invoked(self, number: int, key: str) -> Annotated[list[object], DBusSignature("us")]:
        return [number, key]

    def _appears(self, shown: Shown) -> None:
        self.open.add(shown.number)
        self._told.shown.append(shown)

    def close(self, number: int, reason: int) -> None:
        if number in self.open:
            self.open.discard(number)
            self.closed(number, reason)


class NotificationService:
    """The service on the bus of `socket`; it can be pressed, go away, come back and hang."""

    def __init__(self, socket: Path, capabilities: tuple[str, ...] = ("actions", "body")) -> None:
        self._address = f"unix:path={socket}"
        self._capabilities = list(capabilities)
        self._told = Told()
        self._bus: MessageBus | None = None
        self._interface: _Interface | None = None
        self._lives = 0
        self._ended: asyncio.Task[None] | None = None

    @property
    def shown(self) -> list[Shown]:
        """All notifications so far, in order."""
        return self._told.shown

    @property
    def closed(self) -> list[int]:
        """Numbers of those that it was asked to take away."""
        return self._told.closed

    @property
    def open(self) -> list[Shown]:
        """Those that are on the screen now."""
        return [one for one in self.shown if one.number in self._now.open]

    @property
    def _now(self) -> _Interface:
        assert self._interface is not None
        return self._interface

    async def begins(self) -> Self:
        """Take the name; numbers begin elsewhere in each life."""
        self._lives += 1
        bus = self._bus = await MessageBus(self._address).connect()
        self._interface = _Interface(self._told, self._capabilities, 100 * self._lives)
        bus.export("/org/freedesktop/Notifications", self._interface)
        await bus.request_name(SERVICE)
        self._ended = asyncio.create_task(_ended(bus))
        return self

    def dies(self) -> None:
        """Without a word to those who wait for an answer."""
        assert self._bus is not None
        self._bus.disconnect()
        self.hangs(False)

    def hangs(self, hangs: bool = True) -> None:
        """Answer nothing, or all of it."""
        if hangs:
            self._now.answers.clear()
        else:
            self._now.answers.set()

    def press(self, shown: Shown, label: str) -> None:
        """Press a button, as services do it: the note goes with that."""
        self._now.invoked(shown.number, shown.actions[label])
        self._now.close(shown.number, DISMISSED)

    def dismiss(self, shown: Shown, reason: int = DISMISSED) -> None:
        """Put a note away, or let it expire."""
        self._now.close(shown.number, reason)


async def _ended(bus: MessageBus) -> None:
    with contextlib.suppress(Exception):  # the bus may end before the service
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]


async def until(holds: Callable[[], object], within_s: float = 30.0) -> None:
    """Wait for something that another task does. Fails if it does not happen."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.002)
