"""The control point's envelope: requests, answers, and answers in several parts.

A request is `[op][token][parameters]`, an answer `[0x80][op][token][result][parameters]`. What the
parameters hold is in `parameters.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.ids import MAX_VALUE_BYTES, MIN_ATT_MTU, REPLY, REPLY_MORE, Op, Result

_HEADER_BYTES = 4
_INDICATION_OVERHEAD_BYTES = 3


@dataclass(frozen=True, slots=True)
class Request:
    """What the host writes; `op` is a plain number so that unknown ones can be carried."""

    op: int
    token: int
    parameters: bytes = b""

    def pack(self) -> bytes:
        """The bytes to write; `LocalProtocolError` if a field does not fit."""
        if not (0 <= self.op <= 0xFF and 0 <= self.token <= 0xFF):
            raise LocalProtocolError("operation or token is no u8")
        if self.op in {REPLY, REPLY_MORE}:
            raise LocalProtocolError(f"operation 0x{self.op:02X} would look like an answer")
        return bytes((self.op, self.token)) + self.parameters

    @classmethod
    def unpack(cls, data: bytes) -> Request:
        """Decode; any operation is let through, for the sensor answers unknown ones."""
        if len(data) < 2:
            raise RemoteProtocolError("length", "a request needs operation and token")
        if data[0] in {REPLY, REPLY_MORE}:
            raise RemoteProtocolError("head", "an answer was written to the control point")
        return cls(data[0], data[1], bytes(data[2:]))


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; `op` and `result` are plain numbers where they are of a later version."""

    op: int
    token: int
    result: Result | int
    parameters: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether the operation was carried out."""
        return self.result == Result.OK

    def pack(
        self, att_mtu: int = MAX_VALUE_BYTES + _INDICATION_OVERHEAD_BYTES
    ) -> tuple[bytes, ...]:
        """The indications, in order: one, or several parts where ATT_MTU is too small for one."""
        if att_mtu < MIN_ATT_MTU:
            raise LocalProtocolError(f"ATT_MTU {att_mtu} is below {MIN_ATT_MTU}")
        if len(self.parameters) > MAX_VALUE_BYTES:
            raise LocalProtocolError(f"{len(self.parameters)} bytes are too long for an answer")
        room = min(att_mtu - _INDICATION_OVERHEAD_BYTES, MAX_VALUE_BYTES) - _HEADER_BYTES
        starts = range(0, max(len(self.parameters), 1), room)
        return tuple(
            bytes((REPLY if start == starts[-1] else REPLY_MORE, self.op, self.token, self.result))
            + self.parameters[start : start + room]
            for start in starts
        )


class ReplyAssembler:
    """Joins the parts of answers; one per connection, since parts never cross one."""

    def __init__(self) -> None:
        self._open: Reply | None = None

    def feed(self, data: bytes) -> Reply | None:
        """The answer that this indication completes, None if more parts follow.

        After a `RemoteProtocolError` what was collected is forgotten.
        """
        begun, self._open = self._open, None
        if len(data) < _HEADER_BYTES:
            raise RemoteProtocolError("length", f"an answer of {len(data)} bytes, 4 needed")
        if data[0] not in {REPLY, REPLY_MORE}:
            raise RemoteProtocolError("head", f"0x{data[0]:02X} begins no answer")
        parameters = bytes(data[_HEADER_BYTES:])
        if begun is not None:
            if (begun.op, begun.token, int(begun.result)) != tuple(data[1:_HEADER_BYTES]):
                raise RemoteProtocolError("sequence", "another answer came amid a split one")
            parameters = begun.parameters + parameters
        if len(parameters) > MAX_VALUE_BYTES:
            raise RemoteProtocolError("length", "a split answer grew too long")
        reply = Reply(_op(data[1]), data[2], _result(data[3]), parameters)
        if data[0] == REPLY:
            return reply
        self._open = reply
        return None


def _op(number: int) -> int:
    return Op(number) if number in set(Op) else number


def _result(number: int) -> Result | int:
    return Result(number) if number in set(Result) else number
