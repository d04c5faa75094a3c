"""What the sensor shows before any connection: its advertisement and its scan response."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.ids import (
    BATTERY_UNKNOWN,
    MAJOR,
    SERVICE_DATA_LAYOUT,
    Characteristic,
    ScanFlag,
)
from firmware_protocol.status import battery_pct, check_version

_LAYOUT = struct.Struct(SERVICE_DATA_LAYOUT)
_KNOWN_FLAGS = sum(ScanFlag)
_SERVICE_BYTES = bytes.fromhex(Characteristic.SERVICE.replace("-", ""))[::-1]
# AD types: Bluetooth Assigned Numbers 2.3.
_AD_FLAGS, _AD_UUIDS_128, _AD_NAME, _AD_SERVICE_DATA_128 = 0x01, 0x07, 0x09, 0x21
_LE_GENERAL_NO_CLASSIC = 0x06
_LEGACY_BYTES = 31


@dataclass(frozen=True, slots=True)
class ServiceData:
    """The service data of our UUID.

    Attributes
    ----------
    flags: known bits only.
    battery_pct: 0-100, None if unknown.
    short_id: u16, the digits of the name.
    backlog_min: minutes of samples waiting; 255 means that many or more.
    """

    flags: ScanFlag
    battery_pct: int | None
    short_id: int
    backlog_min: int

    def pack(self) -> bytes:
        """The bytes after the UUID; `LocalProtocolError` if a field does not fit."""
        battery = BATTERY_UNKNOWN if self.battery_pct is None else self.battery_pct
        backlog = min(self.backlog_min, 0xFF)
        try:
            return _LAYOUT.pack(MAJOR << 5, self.flags, battery, self.short_id, backlog)
        except struct.error as error:
            raise LocalProtocolError(f"a service data field does not fit: {error}") from error

    @classmethod
    def unpack(cls, data: bytes) -> ServiceData:
        """Decode the bytes after the UUID; surplus bytes are ignored."""
        check_version(data, _LAYOUT.size, "service data")
        _, flags, battery, short_id, backlog_min = _LAYOUT.unpack_from(data)
        known = ScanFlag(flags & _KNOWN_FLAGS)
        return cls(known, battery_pct(battery), short_id, backlog_min)


def sensor_name(short_id: int) -> str:
    """`TP-` and the short id in four upper-case hexadecimal digits."""
    if not 0 <= short_id <= 0xFFFF:
        raise LocalProtocolError(f"short id {short_id} is no u16")
    return f"TP-{short_id:04X}"


def advertisement(name: str) -> bytes:
    """Flags, complete list of 128-bit service UUIDs, complete name: 30 bytes for `TP-3F9A`."""
    flags = _structure(_AD_FLAGS, bytes((_LE_GENERAL_NO_CLASSIC,)))
    uuids = _structure(_AD_UUIDS_128, _SERVICE_BYTES)
    return _legacy(flags + uuids + _structure(_AD_NAME, name.encode("ascii")))


def scan_response(data: ServiceData) -> bytes:
    """Service Data - 128-bit UUID, 24 bytes."""
    return _legacy(_structure(_AD_SERVICE_DATA_128, _SERVICE_BYTES + data.pack()))


def ad_structures(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(AD type, value) of each structure; a zero length ends the list early, as in the Core."""
    position = 0
    while position < len(data) and data[position]:
        end = position + 1 + data[position]
        if end > len(data):
            raise RemoteProtocolError("length", "advertising data end inside a structure")
        yield data[position + 1], bytes(data[position + 2 : end])
        position = end


def find_service_data(data: bytes) -> ServiceData | None:
    """Our service data in raw advertising or scan-response bytes; None if there are none."""
    for kind, value in ad_structures(data):
        if kind == _AD_SERVICE_DATA_128 and value[:16] == _SERVICE_BYTES:
            return ServiceData.unpack(value[16:])
    return None


def _structure(kind: int, value: bytes) -> bytes:
    return bytes((len(value) + 1, kind)) + value


def _legacy(data: bytes) -> bytes:
    if len(data) > _LEGACY_BYTES:
        raise LocalProtocolError(f"{len(data)} bytes of advertising data, {_LEGACY_BYTES} fit")
    return data
