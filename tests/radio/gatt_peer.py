"""A plain Bumble GATT server in the air, to try the bleak backend on; no protocol of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bumble import att, hci
from bumble.core import UUID, AdvertisingData
from bumble.device import Device
from bumble.gatt import Characteristic, CharacteristicValue, Descriptor, Service
from bumble.host import Host

from sensorapp.virtual.air import Air
from sensorapp.virtual.jumping_loop import run_jumping

ADDRESS = "C2:00:00:00:00:01"
SERVICE = "12340000-0000-4000-8000-000000000000"
ECHO = "12340001-0000-4000-8000-000000000000"
NOTES = "12340002-0000-4000-8000-000000000000"
STRICT = "12340003-0000-4000-8000-000000000000"
NOTE_UUID = "0000fe01-0000-1000-8000-00805f9b34fb"

_T = TypeVar("_T")


class GattPeer:
    """A server with a value to read and write, one that notifies and indicates, one that
    refuses every write with 0xFD."""

    def __init__(self, air: Air, address: str = ADDRESS, name: str = "PEER-1") -> None:
        self.address = address
        self.name = name
        self.written: list[bytes] = []
        self.value = b"hello"
        self.reasons: list[int] = []
        controller = air.new_controller(name, address)
        self.device = Device(
            name=name, address=hci.Address(address), host=Host(controller, controller)
        )
        self._readable, self._writeable = Characteristic.READABLE, Characteristic.WRITEABLE
        properties = Characteristic.Properties
        self.notes: Characteristic[bytes] = Characteristic(
            NOTES, properties.NOTIFY | properties.INDICATE, self._readable, b""
        )
        echo: Characteristic[bytes] = Characteristic(
            ECHO,
            properties.READ | properties.WRITE | properties.WRITE_WITHOUT_RESPONSE,
            self._readable | self._writeable,
            CharacteristicValue(read=lambda _: self.value, write=self._on_write),
            [Descriptor("2901", self._readable, b"the echo")],
        )
        strict: Characteristic[bytes] = Characteristic(
            STRICT,
            properties.WRITE,
            self._writeable,
            CharacteristicValue(write=self._refuse),
        )
        self.device.add_service(Service(SERVICE, [echo, self.notes, strict]))
        self.device.on("connection", self._on_connection)

    async def start(self) -> None:
        await self.device.power_on()
        await self.advertise()

    async def advertise(self) -> None:
        kinds = AdvertisingData.Type
        await self.device.start_advertising(
            advertising_data=bytes(
                AdvertisingData(
                    [
                        (kinds.FLAGS, b"\x06"),
                        (
                            kinds.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
                            bytes(UUID(SERVICE)),
                        ),
                    ]
                )
            ),
            scan_response_data=bytes(
                AdvertisingData(
                    [
                        (kinds.COMPLETE_LOCAL_NAME, self.name.encode()),
                        (kinds.SERVICE_DATA_16_BIT_UUID, b"\x01\xfe\x2a"),
                    ]
                )
            ),
            advertising_interval_min=100.0,
            advertising_interval_max=100.0,
        )

    def _on_connection(self, connection: object) -> None:
        self.device.connections[next(iter(self.device.connections))].on(
            "disconnection", self._on_disconnection
        )

    def _on_disconnection(self, reason: int) -> None:
        self.reasons.append(reason)
        self.restart = asyncio.ensure_future(self.advertise())

    def _on_write(self, _connection: object, value: bytes) -> None:
        self.written.append(value)
        self.value = value

    def _refuse(self, _connection: object, _value: bytes) -> None:
        raise att.ATT_Error(0xFD)


def play(main: Coroutine[Any, Any, _T]) -> _T:
    """Run a test's coroutine on the jumping loop, five minutes of its clock at most."""
    return run_jumping(main, limit_s=300.0)
