"""What a device has said of itself while it was scanned for, put together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from bleak.assigned_numbers import AdvertisementDataType
from bleak.backends.scanner import AdvertisementData
from bleak.uuids import normalize_uuid_16, normalize_uuid_32
from bumble.core import AdvertisingData

_UUID_LISTS: dict[int, int] = {
    AdvertisementDataType.INCOMPLETE_LIST_SERVICE_UUID16: 2,
    AdvertisementDataType.COMPLETE_LIST_SERVICE_UUID16: 2,
    AdvertisementDataType.INCOMPLETE_LIST_SERVICE_UUID32: 4,
    AdvertisementDataType.COMPLETE_LIST_SERVICE_UUID32: 4,
    AdvertisementDataType.INCOMPLETE_LIST_SERVICE_UUID128: 16,
    AdvertisementDataType.COMPLETE_LIST_SERVICE_UUID128: 16,
}
_SERVICE_DATA: dict[int, int] = {
    AdvertisementDataType.SERVICE_DATA_UUID16: 2,
    AdvertisementDataType.SERVICE_DATA_UUID32: 4,
    AdvertisementDataType.SERVICE_DATA_UUID128: 16,
}
_NAMES: tuple[int, ...] = (
    AdvertisementDataType.SHORTENED_LOCAL_NAME,
    AdvertisementDataType.COMPLETE_LOCAL_NAME,
)


@dataclass(slots=True)
class Heard:
    """Advertisement and scan response of one device, merged as the platforms merge them."""

    local_name: str | None = None
    tx_power_dbm: int | None = None
    service_uuids: list[str] = field(default_factory=list)
    service_data: dict[str, bytes] = field(default_factory=dict)
    manufacturer_data: dict[int, bytes] = field(default_factory=dict)

    def add(self, packet: bytes) -> None:
        """Take in one packet; what it does not speak of stays. Damaged parts are skipped."""
        for structure, value in AdvertisingData.from_bytes(packet).ad_structures:
            kind = int(structure)
            if kind in _NAMES:
                self.local_name = value.decode("utf-8", errors="replace")
            elif kind == AdvertisementDataType.TX_POWER_LEVEL and len(value) == 1:
                self.tx_power_dbm = int.from_bytes(value, "little", signed=True)
            elif kind == AdvertisementDataType.MANUFACTURER_SPECIFIC_DATA and len(value) >= 2:
                self.manufacturer_data[int.from_bytes(value[:2], "little")] = value[2:]
            elif (size := _SERVICE_DATA.get(kind)) is not None and len(value) >= size:
                self.service_data[_uuid_text(value[:size])] = value[size:]
            elif (size := _UUID_LISTS.get(kind)) is not None:
                for start in range(0, len(value) - size + 1, size):
                    text = _uuid_text(value[start : start + size])
                    if text not in self.service_uuids:
                        self.service_uuids.append(text)

    def as_bleak(self, rssi_dbm: int) -> AdvertisementData:
        """Everything heard so far, in bleak's form."""
        return AdvertisementData(
            local_name=self.local_name,
            manufacturer_data=dict(self.manufacturer_data),
            service_data=dict(self.service_data),
            service_uuids=list(self.service_uuids),
            tx_power=self.tx_power_dbm,
            rssi=rssi_dbm,
            platform_data=(),
        )


def _uuid_text(raw: bytes) -> str:
    """The 128-bit text form of a UUID as it is in the air, least significant byte first."""
    if len(raw) == 2:
        return normalize_uuid_16(int.from_bytes(raw, "little"))
    if len(raw) == 4:
        return normalize_uuid_32(int.from_bytes(raw, "little"))
    return str(uuid.UUID(bytes=raw[::-1]))
