"""Info: what a sensor is, as type-length-value records; also the answer to GET_CAPS."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.ids import MAJOR, MINOR, Feature, MotionFormat, Tlv

_KNOWN_FEATURES = sum(Feature)
_MAX_TEXT_BYTES = 32
_MAX_RATES = 63


@dataclass(frozen=True, slots=True)
class Info:
    """One Info value.

    Attributes
    ----------
    model, firmware: 1-32 printable ASCII characters.
    boot_id: u32, another one after every reboot.
    rates_mhz: rates offered, rising, thousandths of a hertz.
    accel_range_g, gyro_range_dps: one side; kept to 0.001.
    buffer_samples, buffer_bytes: what is held while nobody fetches; 0 without a buffer.
    encrypted: whether the link has to be encrypted.
    features: known bits only.
    formats: sample formats offered; numbers of later versions are left out.
    short_id: u16 of the name and the service data.
    protocol_minor: of the peer.
    """

    model: str
    firmware: str
    boot_id: int
    rates_mhz: tuple[int, ...]
    accel_range_g: float
    gyro_range_dps: float
    buffer_samples: int
    buffer_bytes: int
    encrypted: bool
    features: Feature
    formats: tuple[MotionFormat, ...]
    short_id: int
    protocol_minor: int = MINOR

    def pack(self) -> bytes:
        """All records in the order of their types; `LocalProtocolError` if one does not fit."""
        _check(self)
        try:
            records = self._records()
        except struct.error as error:
            raise LocalProtocolError(f"an Info field does not fit: {error}") from error
        return b"".join(bytes((kind, len(value))) + value for kind, value in records)

    def _records(self) -> tuple[tuple[Tlv, bytes], ...]:
        return (
            (Tlv.PROTOCOL, struct.pack("<BB", MAJOR, self.protocol_minor)),
            (Tlv.MODEL, self.model.encode("ascii")),
            (Tlv.FIRMWARE, self.firmware.encode("ascii")),
            (Tlv.BOOT_ID, struct.pack("<I", self.boot_id)),
            (Tlv.FEATURES, struct.pack("<I", self.features)),
            (Tlv.RATES, struct.pack(f"<{len(self.rates_mhz)}I", *self.rates_mhz)),
            (Tlv.ACCEL_RANGE, struct.pack("<I", round(self.accel_range_g * 1000))),
            (Tlv.GYRO_RANGE, struct.pack("<I", round(self.gyro_range_dps * 1000))),
            (Tlv.BUFFER, struct.pack("<II", self.buffer_samples, self.buffer_bytes)),
            (Tlv.SECURITY, struct.pack("<B", self.encrypted)),
            (Tlv.FORMATS, struct.pack("<H", sum(1 << number for number in self.formats))),
            (Tlv.SHORT_ID, struct.pack("<H", self.short_id)),
        )

    @classmethod
    def unpack(cls, data: bytes) -> Info:
        """Decode; unknown types are skipped, longer values are cut, of a repeated type the first.

        Refused: another major version, a missing record, a value that is too short or outside
        what the specification allows.
        """
        records: dict[int, bytes] = {}
        for kind, value in _tlvs(data):
            records.setdefault(kind, value)
        major, minor = _numbers(records, Tlv.PROTOCOL, "<BB")
        if major != MAJOR:
            raise RemoteProtocolError("version", f"Info of major version {major}")
        samples, size = _numbers(records, Tlv.BUFFER, "<II")
        formats = _numbers(records, Tlv.FORMATS, "<H")[0]
        return cls(
            model=_text(records, Tlv.MODEL),
            firmware=_text(records, Tlv.FIRMWARE),
            boot_id=_numbers(records, Tlv.BOOT_ID, "<I")[0],
            rates_mhz=_rates(records),
            accel_range_g=_range(records, Tlv.ACCEL_RANGE),
            gyro_range_dps=_range(records, Tlv.GYRO_RANGE),
            buffer_samples=samples,
            buffer_bytes=size,
            encrypted=_numbers(records, Tlv.SECURITY, "<B")[0] != 0,
            features=Feature(_numbers(records, Tlv.FEATURES, "<I")[0] & _KNOWN_FEATURES),
            formats=tuple(number for number in MotionFormat if formats >> number & 1),
            short_id=_numbers(records, Tlv.SHORT_ID, "<H")[0],
            protocol_minor=minor,
        )


def _check(info: Info) -> None:
    for text in (info.model, info.firmware):
        if not _is_plain(text):
            raise LocalProtocolError(f"{text!r} is not 1-32 printable ASCII characters")
    rates = info.rates_mhz
    if not 1 <= len(rates) <= _MAX_RATES or rates[0] < 1 or list(rates) != sorted(set(rates)):
        raise LocalProtocolError("rates must be 1-63 numbers above 0, rising")
    if not (info.accel_range_g > 0 and info.gyro_range_dps > 0):
        raise LocalProtocolError("ranges must be above 0")


def _is_plain(text: str) -> bool:
    return 1 <= len(text) <= _MAX_TEXT_BYTES and text.isascii() and text.isprintable()


def _tlvs(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(data):
        value = (
            bytes(data[position + 2 : position + 2 + data[position + 1]])
            if (position + 1 < len(data))
            else b""
        )
        if position + 1 >= len(data) or len(value) != data[position + 1]:
            raise RemoteProtocolError("length", "Info ends inside a record")
        yield data[position], value
        position += 2 + len(value)


def _value(records: dict[int, bytes], kind: Tlv) -> bytes:
    if kind not in records:
        raise RemoteProtocolError("missing", f"Info has no {kind.name} record")
    return records[kind]


def _numbers(records: dict[int, bytes], kind: Tlv, layout: str) -> tuple[int, ...]:
    value = _value(records, kind)
    if len(value) < struct.calcsize(layout):
        raise RemoteProtocolError("length", f"the Info record {kind.name} is too short")
    return struct.unpack_from(layout, value)


def _text(records: dict[int, bytes], kind: Tlv) -> str:
    text = _value(records, kind).decode("latin-1")
    if not _is_plain(text):
        raise RemoteProtocolError("value", f"the Info record {kind.name} is no printable ASCII")
    return text


def _rates(records: dict[int, bytes]) -> tuple[int, ...]:
    value = _value(records, Tlv.RATES)
    if not value or len(value) % 4:
        raise RemoteProtocolError("length", "the Info record RATES is no list of u32")
    rates = struct.unpack(f"<{len(value) // 4}I", value)
    if rates[0] < 1 or list(rates) != sorted(set(rates)):
        raise RemoteProtocolError("value", "the rates of Info are not above 0 and rising")
    return rates


def _range(records: dict[int, bytes], kind: Tlv) -> float:
    number = _numbers(records, kind, "<I")[0]
    if number == 0:
        raise RemoteProtocolError("value", f"the Info record {kind.name} is 0")
    return number / 1000
