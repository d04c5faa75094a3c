"""Parameters of the control-point operations and of their answers.

Each `unpack` refuses what is too short and ignores what is longer: structures grow at their end.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.ids import (
    AVAILABLE_LAYOUT,
    BACKFILL_END_LAYOUT,
    BACKFILL_REQUEST_LAYOUT,
    NO_INDEX,
    POSITION_LAYOUT,
    START_ANSWER_LAYOUT,
    START_REQUEST_LAYOUT,
    STOP_ANSWER_LAYOUT,
    MotionFormat,
    StartOption,
)

_KNOWN_OPTIONS = sum(StartOption)

NO_OPTIONS = StartOption(0)
"""START without any option."""


@dataclass(frozen=True, slots=True)
class StartRequest:
    """START: what is wanted; `format` is a plain number where it is of a later version."""

    format: MotionFormat | int
    rate_mhz: int
    accel_exp: int
    gyro_exp: int
    max_batch: int = 0
    options: StartOption = NO_OPTIONS

    def pack(self) -> bytes:
        """8 bytes; `LocalProtocolError` if a field does not fit."""
        if not (0 <= self.accel_exp <= 15 and 0 <= self.gyro_exp <= 15):
            raise LocalProtocolError("a scale exponent is outside 0-15")
        scale = self.gyro_exp << 4 | self.accel_exp
        return _pack(
            START_REQUEST_LAYOUT, self.format, self.rate_mhz, scale, self.max_batch, self.options
        )

    @classmethod
    def unpack(cls, data: bytes) -> StartRequest:
        """Decode; whether the values can be met is for the sensor to judge."""
        number, rate_mhz, scale, max_batch, options = _unpack(START_REQUEST_LAYOUT, data)
        return cls(
            format=MotionFormat(number) if number in set(MotionFormat) else number,
            rate_mhz=rate_mhz,
            accel_exp=scale & 0x0F,
            gyro_exp=scale >> 4,
            max_batch=max_batch,
            options=StartOption(options & _KNOWN_OPTIONS),
        )


@dataclass(frozen=True, slots=True)
class StartAnswer:
    """START: what will come. `rate_mhz` is the sensor's actual rate, `ticks` its clock now."""

    epoch: int
    first_index: int
    rate_mhz: int
    ticks: int

    def pack(self) -> bytes:
        """13 bytes; `LocalProtocolError` if a field does not fit."""
        return _pack(START_ANSWER_LAYOUT, self.epoch, self.first_index, self.rate_mhz, self.ticks)

    @classmethod
    def unpack(cls, data: bytes) -> StartAnswer:
        """Decode; a rate of 0 is refused, since no time follows from it."""
        epoch, first_index, rate_mhz, ticks = _unpack(START_ANSWER_LAYOUT, data)
        if rate_mhz == 0:
            raise RemoteProtocolError("value", "the sensor answered START with a rate of 0")
        return cls(epoch, first_index, rate_mhz, ticks)


@dataclass(frozen=True, slots=True)
class StopAnswer:
    """STOP: index of the last sample taken, None if the epoch has none."""

    last_index: int | None

    def pack(self) -> bytes:
        """4 bytes; `LocalProtocolError` if the index does not fit."""
        return _pack(STOP_ANSWER_LAYOUT, NO_INDEX if self.last_index is None else self.last_index)

    @classmethod
    def unpack(cls, data: bytes) -> StopAnswer:
        """Decode."""
        last_index = _unpack(STOP_ANSWER_LAYOUT, data)[0]
        return cls(None if last_index == NO_INDEX else last_index)


@dataclass(frozen=True, slots=True)
class Position:
    """ACK and RESUME: the first index of an epoch that the host does not have."""

    epoch: int
    next_index: int

    def pack(self) -> bytes:
        """5 bytes; `LocalProtocolError` if a field does not fit."""
        return _pack(POSITION_LAYOUT, self.epoch, self.next_index)

    @classmethod
    def unpack(cls, data: bytes) -> Position:
        """Decode."""
        epoch, next_index = _unpack(POSITION_LAYOUT, data)
        return cls(epoch, next_index)


@dataclass(frozen=True, slots=True)
class Available:
    """RESUME, answer: what the sensor still holds, both ends included."""

    oldest_index: int
    newest_index: int

    def pack(self) -> bytes:
        """8 bytes; `LocalProtocolError` if a field does not fit."""
        return _pack(AVAILABLE_LAYOUT, self.oldest_index, self.newest_index)

    @classmethod
    def unpack(cls, data: bytes) -> Available:
        """Decode."""
        oldest_index, newest_index = _unpack(AVAILABLE_LAYOUT, data)
        return cls(oldest_index, newest_index)

    def lost_from(self, next_index: int) -> int:
        """Samples that can't be had any more for a host that asked for `next_index`."""
        return max(0, self.oldest_index - next_index)


@dataclass(frozen=True, slots=True)
class BackfillRequest:
    """BACKFILL: samples `first_index` to `first_index + count - 1` of an epoch, again."""

    epoch: int
    first_index: int
    count: int

    def pack(self) -> bytes:
        """9 bytes; `LocalProtocolError` if a field does not fit."""
        return _pack(BACKFILL_REQUEST_LAYOUT, self.epoch, self.first_index, self.count)

    @classmethod
    def unpack(cls, data: bytes) -> BackfillRequest:
        """Decode; whether there are such samples is for the sensor to judge."""
        epoch, first_index, count = _unpack(BACKFILL_REQUEST_LAYOUT, data)
        return cls(epoch, first_index, count)


@dataclass(frozen=True, slots=True)
class BackfillSent:
    """BACKFILL, second answer: how many samples went out."""

    count: int

    def pack(self) -> bytes:
        """4 bytes; `LocalProtocolError` if the count does not fit."""
        return _pack(BACKFILL_END_LAYOUT, self.count)

    @classmethod
    def unpack(cls, data: bytes) -> BackfillSent:
        """Decode."""
        return cls(_unpack(BACKFILL_END_LAYOUT, data)[0])


def _pack(layout: str, *values: int) -> bytes:
    try:
        return struct.pack(layout, *values)
    except struct.error as error:
        raise LocalProtocolError(f"a parameter does not fit: {error}") from error


def _unpack(layout: str, data: bytes) -> tuple[int, ...]:
    size = struct.calcsize(layout)
    if len(data) < size:
        raise RemoteProtocolError("length", f"{len(data)} bytes of parameters, {size} needed")
    return struct.unpack_from(layout, data)
