"""TIME_SYNC: one round trip between the host's clock and the sensor's; and wall time."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.ids import (
    TIME_SYNC_ANSWER_LAYOUT,
    TIME_SYNC_REQUEST_LAYOUT,
    UNIX_TIME_LAYOUT,
)


@dataclass(frozen=True, slots=True)
class TimeSyncRequest:
    """The host's clock as it asked, microseconds since an instant of its own choice."""

    host_us: int

    def pack(self) -> bytes:
        """8 bytes; `LocalProtocolError` if it is no u64."""
        return _pack(TIME_SYNC_REQUEST_LAYOUT, self.host_us)

    @classmethod
    def unpack(cls, data: bytes) -> TimeSyncRequest:
        """Decode; surplus bytes are ignored."""
        return cls(_unpack(TIME_SYNC_REQUEST_LAYOUT, data)[0])


@dataclass(frozen=True, slots=True)
class TimeSyncAnswer:
    """The request's `host_us`, and the sensor's clock at receipt and at the answer.

    The ticks are those of Motion Data, 1/32768 s, but in 64 bits: they do not wrap.
    """

    host_us: int
    received_ticks: int
    answered_ticks: int

    def pack(self) -> bytes:
        """24 bytes; `LocalProtocolError` if a field is no u64."""
        return _pack(
            TIME_SYNC_ANSWER_LAYOUT, self.host_us, self.received_ticks, self.answered_ticks
        )

    @classmethod
    def unpack(cls, data: bytes) -> TimeSyncAnswer:
        """Decode; surplus bytes are ignored."""
        host_us, received_ticks, answered_ticks = _unpack(TIME_SYNC_ANSWER_LAYOUT, data)
        return cls(host_us, received_ticks, answered_ticks)


@dataclass(frozen=True, slots=True)
class UnixTime:
    """SET_TIME, and the answer to GET_TIME: an instant on both clocks; `ticks` don't wrap."""

    unix_us: int
    ticks: int

    def pack(self) -> bytes:
        """16 bytes; `LocalProtocolError` if a field is no u64."""
        return _pack(UNIX_TIME_LAYOUT, self.unix_us, self.ticks)

    @classmethod
    def unpack(cls, data: bytes) -> UnixTime:
        """Decode; surplus bytes are ignored."""
        return cls(*_unpack(UNIX_TIME_LAYOUT, data))


def _pack(layout: str, *values: int) -> bytes:
    try:
        return struct.pack(layout, *values)
    except struct.error as error:
        raise LocalProtocolError(f"a time does not fit: {error}") from error


def _unpack(layout: str, data: bytes) -> tuple[int, ...]:
    size = struct.calcsize(layout)
    if len(data) < size:
        raise RemoteProtocolError("length", f"{len(data)} bytes of times, {size} needed")
    return struct.unpack_from(layout, data)
