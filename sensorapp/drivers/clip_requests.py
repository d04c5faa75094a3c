"""Requests to a clip: the one that is awaited, and tokens for those beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from firmware_protocol.commands import Reply, Request
from firmware_protocol.ids import Characteristic, Op
from firmware_protocol.parameters import Position
from sensorapp.drivers.base import DriverOutput
from sensorapp.model.actions import Read, Subscribe, Write

ANSWER_NS = 5_000_000_000
"""Without an answer for this long the link counts as lost (SPEC.md, section 5)."""

_BESIDE = 0x80
"""Tokens from here on are of requests beside the awaited one: neither counts the other's."""
_MOTOR = 0xC0
"""Tokens from here on are of the motor's: what is asked of it follows from settings, and other
settings in a replay must not change which answer belongs to which of the other requests."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request whose answer is awaited since `host_ns`."""

    op: Op
    token: int
    host_ns: int


class Requests:
    """What is written to the control point. START, RESUME and STOP wait for one another.

    BACKFILL is answered twice and runs beside them; whoever asks keeps its token.
    """

    def __init__(self, sensor_id: str) -> None:
        self._sensor_id = sensor_id
        self._token = 0
        self._beside = 0
        self._of_motor = 0
        self._asked: _Asked | None = None

    @property
    def waiting(self) -> bool:
        """Whether an answer is awaited: then nothing else is to be asked."""
        return self._asked is not None

    def ask(self, op: Op, parameters: bytes, host_ns: int) -> Write:
        """Ask, and wait for the answer; it takes the place of one that is awaited."""
        self._token = self._token + 1 & 0x7F
        self._asked = _Asked(op, self._token, host_ns)
        return self._write(op, self._token, parameters)

    def beside(self, op: Op, parameters: bytes) -> tuple[int, Write]:
        """Ask beside it; the token that the answer will have."""
        self._beside = self._beside + 1 & 0x3F
        token = _BESIDE | self._beside
        return token, self._write(op, token, parameters)

    def of_motor(self, op: Op, parameters: bytes) -> tuple[int, Write]:
        """As `beside`, for what is asked of the motor."""
        self._of_motor = self._of_motor + 1 & 0x3F
        token = _MOTOR | self._of_motor
        return token, self._write(op, token, parameters)

    def acknowledge(self, position: Position) -> Write:
        """All below is stored; there is no answer."""
        return self._write(Op.ACK, 0, position.pack(), response=False)

    def answered(self, reply: Reply) -> bool:
        """Whether this is the answer; only once, for BlueZ repeats indications."""
        asked = self._asked
        if asked is None or (reply.op, reply.token) != (asked.op, asked.token):
            return False
        self._asked = None
        return True

    def overdue(self, host_ns: int) -> bool:
        """Whether the answer should be here."""
        return self._asked is not None and host_ns - self._asked.host_ns > ANSWER_NS

    def excuse(self, pause_ns: int) -> None:
        """Wait longer by a sleep of this program: it may be about to hear the answer."""
        if self._asked is not None:
            self._asked = replace(self._asked, host_ns=self._asked.host_ns + pause_ns)

    def came(self, host_ns: int) -> None:
        """Samples came; the answer to STOP comes after all that the sensor has to send."""
        if self._asked is not None and self._asked.op == Op.STOP:
            self._asked = replace(self._asked, host_ns=host_ns)

    def forget(self) -> None:
        """The link is another one: no answer will come."""
        self._asked = None

    def _write(self, op: Op, token: int, parameters: bytes, *, response: bool = True) -> Write:
        request = Request(op, token, parameters)
        channel = Characteristic.CONTROL.value
        return Write(self._sensor_id, channel, request.pack(), response=response)


def opening(sensor_id: str) -> list[DriverOutput]:
    """The first that is asked for on a connection."""
    channels = (Characteristic.CONTROL, Characteristic.STATUS, Characteristic.MOTION)
    subscriptions = [Subscribe(sensor_id, channel.value) for channel in channels]
    return [*subscriptions, Read(sensor_id, Characteristic.INFO.value)]
