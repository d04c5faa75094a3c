"""Motion Data: one notification holding consecutive samples, decodable alone."""

from __future__ import annotations

import struct

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.ids import (
    MAJOR,
    MAX_VALUE_BYTES,
    MIN_ATT_MTU,
    MOTION_HEADER_LAYOUT,
    NO_INDEX,
    TICKS_LAYOUT,
    MotionFlag,
    MotionFormat,
)
from firmware_protocol.value import value

_HEADER = struct.Struct(MOTION_HEADER_LAYOUT)
_TICKS = struct.Struct(TICKS_LAYOUT)
_WITH_TICKS = struct.Struct(MOTION_HEADER_LAYOUT + TICKS_LAYOUT.lstrip("<"))
_START, _START_WITH_TICKS = _HEADER.size, _WITH_TICKS.size
_TICKS_BIT = 0x10
_FORMAT_MASK = 0x0F

FLAGS = tuple(MotionFlag(number) for number in range(0x100))
"""Every flag byte: looked up some ten times a second, which an enum's own way makes slow."""
_IS_BACKFILL = tuple(MotionFlag.BACKFILL in flags for flags in FLAGS)

ROW_BYTES = {MotionFormat.GYRO_ACCEL: 12, MotionFormat.ACCEL: 6}
"""Bytes of one sample in each format that is built."""

_FORMATS = {motion_format.value: motion_format for motion_format in ROW_BYTES}


@value
class MotionPacket:
    """Samples `index` to `index + count - 1` of an epoch.

    Attributes
    ----------
    epoch: u8, which stream.
    index: u32, sample number of the first row since the epoch began.
    ticks: sensor clock at the first row, 1/32768 s modulo 2**32; None if not sent.
    accel_exp, gyro_exp: 0-15; one LSB is 2**-accel_exp g, 2**-gyro_exp deg/s.
    format: what a row holds.
    flags: see `MotionFlag`; they concern the packet, not each row.
    rows: little-endian int16; gyroscope xyz then accelerometer xyz (format 0, 12 bytes a row) or
        accelerometer xyz (format 1, 6 bytes a row).
    """

    epoch: int
    index: int
    ticks: int | None
    accel_exp: int
    gyro_exp: int
    format: MotionFormat
    flags: MotionFlag
    rows: bytes

    @property
    def count(self) -> int:
        """Number of samples, at least 1."""
        return len(self.rows) // ROW_BYTES[self.format]

    @property
    def is_backfill(self) -> bool:
        """Sent again, or from the store; not live."""
        return _IS_BACKFILL[self.flags]

    @property
    def worn(self) -> bool | None:
        """On the body; None if the sensor can't tell."""
        if MotionFlag.WORN_VALID not in self.flags:
            return None
        return MotionFlag.WORN in self.flags

    def pack(self) -> bytes:
        """The bytes of the notification; `LocalProtocolError` if a field does not fit."""
        _check(self)
        first = MAJOR << 5 | (0 if self.ticks is None else _TICKS_BIT) | self.format
        scale = self.gyro_exp << 4 | self.accel_exp
        header = _HEADER.pack(first, scale, self.flags, self.epoch, self.index)
        ticks = b"" if self.ticks is None else _TICKS.pack(self.ticks)
        return header + ticks + self.rows

    @classmethod
    def unpack(cls, data: bytes) -> MotionPacket:
        """Decode a notification.

        `RemoteProtocolError` of kind `version` or `format` means bytes of a later version: count
        and keep them; `length` and `index` mean bytes that no version allows.
        """
        if len(data) < 1:
            raise RemoteProtocolError("length", "an empty motion packet")
        first = data[0]
        if first >> 5 != MAJOR:
            raise RemoteProtocolError("version", f"motion packet of major version {first >> 5}")
        motion_format = _FORMATS.get(first & _FORMAT_MASK)
        if motion_format is None:
            number = first & _FORMAT_MASK
            raise RemoteProtocolError("format", f"motion format {number} is not known here")
        row_bytes = ROW_BYTES[motion_format]
        start = _START_WITH_TICKS if first & _TICKS_BIT else _START
        body_bytes = len(data) - start
        if body_bytes <= 0 or body_bytes % row_bytes:
            raise RemoteProtocolError(
                "length", f"{len(data)} bytes are no header and whole samples of {row_bytes} bytes"
            )
        if first & _TICKS_BIT:
            _, scale, flags, epoch, index, ticks = _WITH_TICKS.unpack_from(data)
        else:
            _, scale, flags, epoch, index = _HEADER.unpack_from(data)
            ticks = None
        if index + body_bytes // row_bytes > NO_INDEX:
            raise RemoteProtocolError("index", f"samples from {index} pass the end of an epoch")
        rows = bytes(data[start:])
        # By position, since it is made for every packet.
        return cls(epoch, index, ticks, scale & 0x0F, scale >> 4, motion_format, FLAGS[flags], rows)


def samples_that_fit(att_mtu: int, motion_format: MotionFormat) -> tuple[int, bool]:
    """Samples in the largest packet, and whether it has ticks.

    Ticks are left out only where no sample would fit beside them: format 0 below ATT_MTU 27.
    """
    if att_mtu < MIN_ATT_MTU:
        raise LocalProtocolError(f"ATT_MTU {att_mtu} is below {MIN_ATT_MTU}")
    room = min(att_mtu - 3, MAX_VALUE_BYTES) - _HEADER.size
    row_bytes = ROW_BYTES[motion_format]
    with_ticks = room - _TICKS.size >= row_bytes
    return (room - _TICKS.size if with_ticks else room) // row_bytes, with_ticks


def _check(packet: MotionPacket) -> None:
    row_bytes = ROW_BYTES.get(packet.format)
    if row_bytes is None or not packet.rows or len(packet.rows) % row_bytes:
        raise LocalProtocolError(f"{len(packet.rows)} bytes are no rows of {packet.format!r}")
    if not (0 <= packet.accel_exp <= 15 and 0 <= packet.gyro_exp <= 15):
        raise LocalProtocolError("a scale exponent is outside 0-15")
    if not (0 <= packet.epoch <= 0xFF and 0 <= packet.index <= NO_INDEX - packet.count):
        raise LocalProtocolError("epoch or index is out of range")
    if packet.ticks is not None and not 0 <= packet.ticks <= 0xFFFFFFFF:
        raise LocalProtocolError("ticks are no u32")
    if not 0 <= packet.flags <= 0xFF:
        raise LocalProtocolError("flags are no u8")
