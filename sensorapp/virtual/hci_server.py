"""Offers the air's one adapter over a socket, so that another program can use it as its own.

One program at a time. When it ends, however it ends, its adapter is gone as one that was pulled
out: links are not closed but fall silent, and sensors notice by their supervision timeout.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bumble import core
from bumble.transport.common import PacketParser

from sensorapp.model.errors import SensorAppError
from sensorapp.virtual.air import CENTRAL_ADDRESS, Air
from sensorapp.virtual.hci_place import HciPlace

_PIECE_BYTES = 65_536


@asynccontextmanager
async def adapter_server(air: Air, place: HciPlace) -> AsyncIterator[None]:
    """Offer the adapter while the context lasts. Raises `SensorAppError` if the place is taken."""
    offer = _Offer(air)
    try:
        server = await _listening(offer, place)
    except OSError as error:
        raise SensorAppError(
            f"Nothing can be offered at {place.text}: {(error.strerror or 'refused').lower()}.",
            "Choose another place, or end the program that has it.",
        ) from error
    try:
        async with server:
            yield
    finally:
        offer.end()
        _clear(place)


async def _listening(offer: _Offer, place: HciPlace) -> asyncio.Server:
    if place.port is not None:
        return await asyncio.start_server(offer.serve, place.address, place.port)
    _clear(place)
    mask = os.umask(0o177)  # private from the first moment on
    try:
        return await asyncio.start_unix_server(offer.serve, place.address)
    finally:
        os.umask(mask)


def _clear(place: HciPlace) -> None:
    """Remove a socket, also one that was left behind by a program that was killed."""
    path = Path(place.address)
    with contextlib.suppress(OSError):
        if place.port is None and path.is_socket():
            path.unlink()


class _Offer:
    def __init__(self, air: Air) -> None:
        self._air = air
        self._user: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One program, from its first byte to its end; a second one is turned away."""
        if self._user is not None:
            writer.close()
            return
        self._user = writer
        controller = self._air.new_controller("adapter", CENTRAL_ADDRESS)
        controller.host = _Socket(writer)
        parser = PacketParser(controller)
        try:
            # what makes no sense ends the connection, like a dongle that hangs itself up
            with contextlib.suppress(OSError, core.BaseBumbleError):
                while data := await reader.read(_PIECE_BYTES):
                    parser.feed_data(data)
        finally:
            self._user = None
            self._air.remove_controller(controller)
            writer.close()

    def end(self) -> None:
        """Hang up on whoever is there."""
        if self._user is not None:
            self._user.close()


class _Socket:
    """Where the controller's packets go: Bumble's `TransportSink`."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def on_packet(self, packet: bytes) -> None:
        """Hand a packet to the program; one that is gone gets none."""
        if not self._writer.is_closing():
            self._writer.write(packet)
