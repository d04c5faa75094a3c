"""Status: the sensor on itself, once a second."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.ids import (
    BATTERY_UNKNOWN,
    MAJOR,
    NO_INDEX,
    STATUS_LAYOUT,
    StatusFlag,
    StatusState,
)

_LAYOUT = struct.Struct(STATUS_LAYOUT)
_KNOWN_FLAGS = sum(StatusFlag)

Gist = tuple[StatusState | int, StatusFlag, int, int | None]
"""State, flags, epoch and battery of a Status."""


@dataclass(frozen=True, slots=True)
class Status:
    """One Status value.

    Attributes
    ----------
    state: a `StatusState`, or the number itself where it is of a later version.
    flags: known bits only.
    epoch: u8 that the indices belong to.
    battery_pct: 0-100, None if unknown.
    lost_samples: of this epoch, for good; 65535 means that many or more.
    newest_index: newest sample taken; None before the first of the epoch.
    oldest_index: oldest sample still held; `newest_index + 1` (0 before the first) if none is.
    ticks: sensor clock at the newest sample; at the sending, if the epoch has no sample.
    """

    state: StatusState | int
    flags: StatusFlag
    epoch: int
    battery_pct: int | None
    lost_samples: int
    newest_index: int | None
    oldest_index: int
    ticks: int

    @property
    def gist(self) -> Gist:
        """What of it is worth telling at once."""
        return self.state, self.flags, self.epoch, self.battery_pct

    @property
    def worn(self) -> bool | None:
        """On the body; None if the sensor can't tell."""
        if StatusFlag.WORN_VALID not in self.flags:
            return None
        return StatusFlag.WORN in self.flags

    def pack(self) -> bytes:
        """The 20 bytes; `LocalProtocolError` if a field does not fit."""
        try:
            return _LAYOUT.pack(
                MAJOR << 5,
                self.state,
                self.flags,
                self.epoch,
                BATTERY_UNKNOWN if self.battery_pct is None else self.battery_pct,
                min(self.lost_samples, 0xFFFF),
                NO_INDEX if self.newest_index is None else self.newest_index,
                self.oldest_index,
                self.ticks,
            )
        except struct.error as error:
            raise LocalProtocolError(f"a status field does not fit: {error}") from error

    @classmethod
    def unpack(cls, data: bytes) -> Status:
        """Decode; bytes after the 20th are additions of a later version and are ignored."""
        check_version(data, _LAYOUT.size, "status")
        _, state, flags, epoch, battery, lost, newest, oldest, ticks = _LAYOUT.unpack_from(data)
        return cls(
            state=_state(state),
            flags=StatusFlag(flags & _KNOWN_FLAGS),
            epoch=epoch,
            battery_pct=battery_pct(battery),
            lost_samples=lost,
            newest_index=None if newest == NO_INDEX else newest,
            oldest_index=oldest,
            ticks=ticks,
        )


def battery_pct(raw: int) -> int | None:
    """0-100, or None: a number above 100 is no charge, so it is treated as unknown."""
    return raw if raw <= 100 else None


def check_version(data: bytes, size: int, what: str) -> None:
    """Refuse another major version first, since only this one promises a length."""
    if data and data[0] >> 5 != MAJOR:
        raise RemoteProtocolError("version", f"{what} of major version {data[0] >> 5}")
    if len(data) < size:
        raise RemoteProtocolError("length", f"{what} of {len(data)} bytes, at least {size} needed")


def _state(number: int) -> StatusState | int:
    return StatusState(number) if number in set(StatusState) else number
