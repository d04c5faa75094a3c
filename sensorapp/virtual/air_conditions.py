"""What the radio path to one sensor is like, and the figures of the radio itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

PduFilter = Callable[[bool, bytes], tuple[bytes, ...]]
"""Given (towards the central?, L2CAP PDU): the PDUs that arrive in its place.

`()` swallows it, `(pdu,)` lets it pass, two of them duplicate it. A real link never does
any of this by itself; hosts and firmware do, and so does an attacker.
"""

DEFAULT_INTERVAL_S = 0.030
"""Connection interval before the sensor asks for another; what a Linux host dials with."""

DEFAULT_SUPERVISION_TIMEOUT_S = 0.42
"""Linux again: so short that half a second of body shadow ends the link."""

CONTROLLER_BUFFERS = 6
"""Packets a controller takes from its host before it must hand back a credit."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How well central and sensor hear each other; may be replaced at any time.

    `event_loss` is the share of connection events (and of advertisements, scan responses
    and connection requests) that are lost, 0 to 1. What a link carries is sent again until
    it arrives, as long as the link lives. `interval_ms` and `supervision_timeout_s`
    override what the two ends agreed on; None leaves it to them. `refuse_connections`
    makes every attempt end with 0x3E, "failed to be established".
    """

    in_range: bool = True
    rssi_dbm: int = -55
    event_loss: float = 0.0
    interval_ms: float | None = None
    supervision_timeout_s: float | None = None
    refuse_connections: bool = False
    pdu_filter: PduFilter | None = None

    def __post_init__(self) -> None:
        """Refuse figures that no radio can have."""
        if not 0.0 <= self.event_loss <= 1.0:
            raise ValueError(f"event_loss must be from 0 to 1, not {self.event_loss}")
        if not -127 <= self.rssi_dbm <= 20:
            raise ValueError(f"rssi_dbm must be from -127 to 20, not {self.rssi_dbm}")
        if self.interval_ms is not None and not 5.0 <= self.interval_ms <= 4000.0:
            raise ValueError(f"interval_ms must be from 5 to 4000, not {self.interval_ms}")
        if self.supervision_timeout_s is not None and self.supervision_timeout_s <= 0.0:
            raise ValueError("supervision_timeout_s must be positive")

    @property
    def loss(self) -> float:
        """The chance that one event fails: 1 out of range."""
        return self.event_loss if self.in_range else 1.0
