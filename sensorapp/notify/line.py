"""One connection to the desktop's notification service, through desktop-notifier.

That library never raises from a send: it writes to the log and goes on. Whether a note was taken
is known here by its word of dispatch. Elsewhere it lets any kind of error through.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from sensorapp.model.notes import Note, NoteAnswer, NoteButton, NoteKind
from sensorapp.notify.wording import BUTTON_LABELS, for_desktop

if TYPE_CHECKING:
    from desktop_notifier.backends.base import DesktopNotifierBackend

_NAMES = {NoteKind.SENSOR: "sensorapp (sensor)"}
"""Technical notes come under another name, so that a wearer can give them rules of their own."""

_NAME = "sensorapp"

_CLOSE_S = 0.2
"""Longest wait for a connection to end: it is on this computer."""


class LineFailed(Exception):
    """The desktop can't show notes now; one sentence says why."""


class DesktopLine:
    """Shows notes through one backend of the library, as long as that one works.

    A service that went away and came back is another one: it takes another line.
    """

    def __init__(self, answered: Callable[[NoteAnswer], None]) -> None:
        """`answered` is called on the running loop, whichever thread the system uses."""
        self._answered = answered
        self._loop = asyncio.get_running_loop()
        self._backend: DesktopNotifierBackend | None = None
        self._has_buttons = False
        self._identifiers: dict[str, str] = {}

    async def load(self) -> None:
        """Import what the system needs for it, beside the loop. Raises `LineFailed`."""
        try:
            make = await asyncio.to_thread(_backend_class)
            self._backend = make(_NAME, None)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            raise LineFailed(_reason(error)) from error

    async def open(self) -> None:
        """Find the service and what it can do. Raises `LineFailed`; may take for ever."""
        backend = self._loaded()
        try:
            allowed = await backend.request_authorisation()
            capabilities = await backend.get_capabilities()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            raise LineFailed(_reason(error)) from error
        from desktop_notifier.common import Capability

        if not allowed:
            raise LineFailed("the system does not allow them for this terminal")
        if Capability.TITLE not in capabilities:
            raise LineFailed("this system has none for a program in a terminal")
        self._has_buttons = Capability.BUTTONS in capabilities

    async def show(self, note: Note) -> None:
        """Show a note in the place of the one with its key. Raises `LineFailed`."""
        from desktop_notifier.common import Button, Notification, Urgency

        backend = self._loaded()
        await self.clear(note.key)
        title, text = for_desktop(note, has_buttons=self._has_buttons)
        buttons = [
            Button(BUTTON_LABELS[one], self._saying(note.key, one))
            for one in (note.buttons if self._has_buttons else ())
        ]
        dispatched: list[bool] = []
        wanted = Notification(
            title,
            text,
            urgency=Urgency.Low if note.is_minor else Urgency.Normal,
            buttons=tuple(buttons),
            thread=note.kind.value,
            on_dispatched=lambda: dispatched.append(True),
            on_clicked=self._saying(note.key, None),
            on_dismissed=self._saying(note.key, None),
        )
        backend.app_name = _NAMES.get(note.kind, _NAME)
        await backend.send(wanted)
        if not dispatched:
            raise LineFailed("the notification service did not take one")
        self._identifiers[note.key] = wanted.identifier

    async def clear(self, key: str) -> None:
        """Take a note away; one that is gone, by whatever way, is no trouble."""
        identifier = self._identifiers.pop(key, None)
        if identifier is None or self._backend is None:
            return
        try:
            await self._backend.clear(identifier)
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 KeyError for one that expired, anything of a dead bus
            return

    async def is_showing(self, key: str) -> bool:
        """Whether a note was neither put away, pressed nor taken back by the service."""
        identifier = self._identifiers.get(key)
        if identifier is None or self._backend is None:
            return False
        return identifier in await self._backend.get_current_notifications()

    async def close(self) -> None:
        """Leave; what is shown stays where it is. Bounded in time."""
        bus, self._backend = getattr(self._backend, "bus", None), None
        if bus is None:
            return
        bus.disconnect()
        with contextlib.suppress(Exception):  # how it ended is no matter, but nobody else asks
            await asyncio.wait_for(bus.wait_for_disconnect(), _CLOSE_S)

    def _loaded(self) -> DesktopNotifierBackend:
        assert self._backend is not None
        return self._backend

    def _saying(self, key: str, button: NoteButton | None) -> Callable[[], None]:
        def said() -> None:
            self._loop.call_soon_threadsafe(self._answered, NoteAnswer(key, button))

        return said


def _backend_class() -> type[DesktopNotifierBackend]:
    """Loaded when the first note is to be shown, not when the program starts."""
    main = importlib.import_module("desktop_notifier.main")
    made: type[DesktopNotifierBackend] = main.get_backend_class()
    return made


def _reason(error: Exception) -> str:
    """Why there is no service, from what the library met on the way to it."""
    kind = getattr(error, "type", "")
    if kind in (
        "org.freedesktop.DBus.Error.ServiceUnknown",
        "org.freedesktop.DBus.Error.NameHasNoOwner",
    ):
        return "no notification service is running"
    if kind == "org.freedesktop.DBus.Error.NoReply":
        return "the notification service ended"
    if isinstance(error, OSError) or type(error).__name__ == "InvalidAddressError":
        return "there is no desktop session here"
    return "the notification service does not work"
