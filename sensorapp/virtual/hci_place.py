"""Where an adapter is offered over a socket, by the names that Bumble gives its transports.

`tcp-server:127.0.0.1:9000` or `unix-server:PATH` on the side that has the adapter, and their twins
`tcp-client:` and `unix-client:` on the side that uses it. Only this computer: whoever reaches such
a socket is the sensor's host.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sensorapp.model.errors import SensorAppError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Side(StrEnum):
    """Who has the adapter, and who uses it."""

    SERVER = "server"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class HciPlace:
    """A path (`port` None), or a host and a port."""

    text: str
    address: str
    port: int | None

    @classmethod
    def parse(cls, text: str, side: Side) -> HciPlace:
        """Read a place; raises `SensorAppError` for what is none of this computer's."""
        kind, _, rest = text.partition(":")
        if kind == f"unix-{side}" and rest:
            return cls(text, rest, None)
        host, _, port = rest.rpartition(":")
        host = host.strip("[]")
        if kind == f"tcp-{side}" and port.isdecimal() and 0 < int(port) < 65536:
            if host in LOOPBACK:
                return cls(text, host, int(port))
            raise SensorAppError(
                f"{host or 'That address'} is not this computer's own.",
                f"Use 127.0.0.1, for instance tcp-{side}:127.0.0.1:9000.",
            )
        raise SensorAppError(
            "That is no place for an adapter.",
            f"Give unix-{side}:PATH or tcp-{side}:127.0.0.1:PORT.",
        )
