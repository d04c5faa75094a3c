"""Round trips between the clocks of host and clip (TIME_SYNC): some at first, then each minute."""

from __future__ import annotations

from firmware_protocol.clock_parameters import TimeSyncAnswer, TimeSyncRequest
from firmware_protocol.commands import Reply
from firmware_protocol.ids import Feature, Op
from firmware_protocol.info import Info
from sensorapp.drivers.clip_requests import Requests
from sensorapp.model.actions import Write
from sensorapp.model.device import ClockPing

FIRST_PINGS = 5
"""The shortest of some is soon near the shortest there is."""
FIRST_PAUSE_NS = 1_000_000_000
PAUSE_NS = 60_000_000_000


class Pings:
    """Asks when one is due and nothing else is awaited; an answer that never comes does no harm."""

    def __init__(self, sensor_id: str) -> None:
        self._sensor_id = sensor_id
        self._token: int | None = None
        self._asked_ns = 0
        self._count = 0

    def connected(self, host_ns: int) -> None:
        """Another link: begin again with a few."""
        self._token, self._asked_ns, self._count = None, host_ns, 0

    def due(self, info: Info | None, requests: Requests, host_ns: int) -> list[Write]:
        """The request that is due now, if one is."""
        if info is None or Feature.TIME_SYNC not in info.features or requests.waiting:
            return []
        pause_ns = FIRST_PAUSE_NS if self._count < FIRST_PINGS else PAUSE_NS
        if host_ns - self._asked_ns < pause_ns:
            return []
        self._asked_ns = host_ns
        self._count += 1
        self._token, write = requests.beside(Op.TIME_SYNC, TimeSyncRequest(host_ns // 1000).pack())
        return [write]

    def answered(self, reply: Reply, host_ns: int) -> list[ClockPing]:
        """What a whole answer says; nothing for one that was not asked for, or refused."""
        if reply.token != self._token or not reply.ok:
            return []
        self._token = None
        answer = TimeSyncAnswer.unpack(reply.parameters)
        ping = ClockPing(
            self._sensor_id,
            answer.host_us * 1000,
            host_ns,
            answer.received_ticks,
            answer.answered_ticks,
        )
        return [ping]
