"""An adapter that another program offers over a socket (see `hci_server`)."""

from __future__ import annotations

import asyncio

from bumble import hci
from bumble.device import Device
from bumble.host import Host
from bumble.transport.common import StreamPacketSink, StreamPacketSource

from sensorapp.model.errors import RadioUnavailable
from sensorapp.virtual.air import CENTRAL_ADDRESS
from sensorapp.virtual.air_central import Central
from sensorapp.virtual.hci_place import HciPlace


class RemoteAdapter:
    """Takes the place of an `Air` for bleak's virtual backend; needs a running loop."""

    def __init__(self, place: HciPlace) -> None:
        self._place = place
        self._central: Central | None = None
        self._source: _Source | None = None
        self._opening = asyncio.Lock()

    async def central(self) -> Central:
        """The adapter, ready for use; opened anew once it was lost.

        Raises `RadioUnavailable` if nobody offers one there.
        """
        async with self._opening:
            if self._central is None or self._source is None or self._source.is_lost:
                self._central = await self._opened()
            await self._central.power_on()
            return self._central

    async def _opened(self) -> Central:
        loop = asyncio.get_running_loop()
        place = self._place
        try:
            if place.port is None:
                transport, source = await loop.create_unix_connection(_Source, place.address)
            else:
                transport, source = await loop.create_connection(_Source, place.address, place.port)
        except OSError as error:
            raise RadioUnavailable(
                "no_bluetooth",
                f"No virtual adapter is offered at {place.text}.",
                "Start `sensorapp virtual-sensor` first, with the same place.",
            ) from error
        self._source = source
        host = Host(source, StreamPacketSink(transport))
        return Central(Device(name="central", address=hci.Address(CENTRAL_ADDRESS), host=host))


class _Source(StreamPacketSource):
    """Packets from the socket; remembers its end."""

    is_lost = False

    def connection_lost(self, exc: Exception | None) -> None:
        """The other program is gone, and the adapter with it."""
        self.is_lost = True
        super().connection_lost(exc)
        self.on_transport_lost()
