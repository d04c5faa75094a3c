"""What a session asks of the link to a sensor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Ask for notifications or indications of a characteristic."""

    sensor_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class Read:
    """Read a characteristic; the answer comes back as `ValueRead`."""

    sensor_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class Write:
    """Write a characteristic, with or without the peer's acknowledgement."""

    sensor_id: str
    channel: str
    data: bytes
    response: bool = True


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Give up this connection and make a new one, for `reason`."""

    sensor_id: str
    reason: str


Action = Subscribe | Read | Write | Reconnect
