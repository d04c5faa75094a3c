"""One line for all inputs, between callbacks that can't wait and a consumer that may be slow.

It is bounded, and nothing in it is ever thrown away. When it is full it takes no more data:
the link then hangs up, and the sensor keeps what was not acknowledged until there is room
again. A sensor without memory loses samples by that, and its driver names them.
"""

from __future__ import annotations

import asyncio
from collections import deque

from sensorapp.link.ble import BleConnection
from sensorapp.model.inputs import Input, Notification, Tick

LIMIT = 8192
"""Inputs held at most: 13 minutes of ten packets a second, about 4 MB."""

Entry = tuple[Input, BleConnection | None]
"""An input, and the connection that it came from."""


class Inbox:
    """A queue with one consumer that ends, perhaps with an error."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._entries: deque[Entry] = deque()
        self._ready = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closed = False
        self._failure: Exception | None = None

    def put(self, item: Input, connection: BleConnection | None = None) -> bool:
        """Add an input; False if there is no room for data or the line is closed.

        Changes of the link and results of actions are few and always find room.
        """
        if self._closed:
            return False
        if len(self._entries) >= self._limit:
            self._room.clear()
            if isinstance(item, Notification | Tick):
                return False
        self._entries.append((item, connection))
        self._ready.set()
        return True

    def close(self, failure: Exception | None = None) -> None:
        """Take nothing more; the consumer gets what is there, then the end or `failure`."""
        if not self._closed:
            self._closed = True
            self._failure = failure
            self._ready.set()

    async def get(self) -> Entry | None:
        """The oldest entry; None at the end; raises what ended the link."""
        while not self._entries:
            if self._closed:
                if self._failure is not None:
                    raise self._failure
                return None
            self._ready.clear()
            await self._ready.wait()
        entry = self._entries.popleft()
        if len(self._entries) <= self._limit // 2:
            self._room.set()
        return entry

    async def room(self) -> None:
        """Return once a full line is half empty."""
        await self._room.wait()
