"""Sees the desktop's notification service come and go, where that is a name on the session bus.

On a connection of its own: the library's goes with its service, and says nothing of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable

SERVICE = "org.freedesktop.Notifications"
_DBUS = "org.freedesktop.DBus"
_RULE = f"type='signal',sender='{_DBUS}',member='NameOwnerChanged',arg0='{SERVICE}'"


class ServiceWatch:
    """Calls `gone` when the service leaves the bus, or the bus itself ends, and `came` when one
    takes the name.
    """

    def __init__(self, gone: Callable[[], None], came: Callable[[], None]) -> None:
        self._gone = gone
        self._came = came
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch, if that is not done already; where there is no bus, nothing happens."""
        if sys.platform == "linux" and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._watch())

    async def aclose(self) -> None:
        """Watch no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        from dbus_fast import Message
        from dbus_fast.aio.message_bus import MessageBus
        from dbus_fast.constants import MessageType

        def heard(message: Message) -> None:
            changed = message.member == "NameOwnerChanged" and message.sender == _DBUS
            if message.message_type is not MessageType.SIGNAL or not changed:
                return
            name, _, now = message.body
            if name == SERVICE:
                (self._came if now else self._gone)()

        bus: MessageBus | None = None
        connected = False
        try:
            with contextlib.suppress(Exception):  # no bus, or none any more
                bus = MessageBus()
                await bus.connect()
                connected = True
                bus.add_message_handler(heard)
                await bus.call(
                    Message(
                        destination=_DBUS,
                        path="/org/freedesktop/DBus",
                        interface=_DBUS,
                        member="AddMatch",
                        signature="s",
                        body=[_RULE],
                    )
                )
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        finally:
            if bus is not None:
                bus.disconnect()
        if connected:
            self._gone()
