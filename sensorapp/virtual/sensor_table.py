"""The GATT table of the clip sensor, made of Bumble's attributes."""

from __future__ import annotations

from collections.abc import Callable

from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic as Attribute
from bumble.gatt import CharacteristicValue, Service

from firmware_protocol.ids import Characteristic, SigCharacteristic

Read = Callable[[str], bytes]
Write = Callable[[str, bytes], None]

_P = Attribute.Properties
_OURS = {
    Characteristic.INFO: _P.READ,
    Characteristic.CONTROL: _P.WRITE | _P.WRITE_WITHOUT_RESPONSE | _P.INDICATE,
    Characteristic.MOTION: _P.NOTIFY,
    Characteristic.STATUS: _P.READ | _P.NOTIFY,
}
_DEVICE_INFORMATION = {
    SigCharacteristic.MODEL_NUMBER: _P.READ,
    SigCharacteristic.SERIAL_NUMBER: _P.READ,
    SigCharacteristic.FIRMWARE_REVISION: _P.READ,
}
_BATTERY = {SigCharacteristic.BATTERY_LEVEL: _P.READ | _P.NOTIFY}


class GattTable:
    """Services whose reads and writes go to two functions; `encrypted` guards ours.

    Both get the UUID first and raise `bumble.att.ATT_Error` to refuse.
    """

    def __init__(self, read: Read, write: Write, *, encrypted: bool) -> None:
        self._read = read
        self._write = write
        self._encrypted = encrypted
        self._attributes: dict[str, Attribute[bytes]] = {}
        self.services = [
            self._service(Characteristic.SERVICE, _OURS),
            self._service(SigCharacteristic.DEVICE_INFORMATION, _DEVICE_INFORMATION),
            self._service(SigCharacteristic.BATTERY, _BATTERY),
        ]

    def handles(self) -> dict[str, int]:
        """Handle of each characteristic's value, once a server has taken the services in."""
        return {uuid: attribute.handle for uuid, attribute in self._attributes.items()}

    def uuid_of(self, attribute: object) -> str | None:
        """Which of our characteristics this is, None if none."""
        for uuid, known in self._attributes.items():
            if known is attribute:
                return uuid
        return None

    def _service(
        self, uuid: str, table: dict[Characteristic, _P] | dict[SigCharacteristic, _P]
    ) -> Service:
        return Service(
            UUID(uuid),
            [self._attribute(each.value, properties) for each, properties in table.items()],
        )

    def _attribute(self, uuid: str, properties: _P) -> Attribute[bytes]:
        guarded = self._encrypted and uuid in (Characteristic.CONTROL, Characteristic.STATUS)
        rights = Attribute.Permissions(0)
        if properties & _P.READ:
            rights |= Attribute.READABLE
            rights |= Attribute.READ_REQUIRES_ENCRYPTION if guarded else Attribute.READABLE
        if properties & _P.WRITE:
            rights |= Attribute.WRITEABLE
            rights |= Attribute.WRITE_REQUIRES_ENCRYPTION if guarded else Attribute.WRITEABLE

        def read(_: Connection) -> bytes:
            return self._read(uuid)

        def write(_: Connection, value: bytes) -> None:
            self._write(uuid, value)

        attribute: Attribute[bytes] = Attribute(
            UUID(uuid), properties, rights, CharacteristicValue(read=read, write=write)
        )
        self._attributes[uuid] = attribute
        return attribute
