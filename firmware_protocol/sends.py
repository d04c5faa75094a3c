"""What leaves a sensor: values for the host, and refusals."""

from __future__ import annotations

from collections.abc import Iterable

from firmware_protocol.ids import AttCode, Characteristic
from firmware_protocol.motion import MotionPacket
from firmware_protocol.value import value

_MOTION = Characteristic.MOTION.value


@value
class Send:
    """A value for the host: an indication (to be confirmed) or a notification."""

    characteristic: str
    data: bytes
    indicate: bool


class AttError(Exception):
    """The request has to be refused with this ATT error code; it changed nothing."""

    def __init__(self, code: AttCode) -> None:
        super().__init__(f"ATT error 0x{code:02X}: {code.name}")
        self.code: int = code


def motion_sends(packets: Iterable[MotionPacket]) -> tuple[Send, ...]:
    """Motion Data as notifications."""
    return tuple([Send(_MOTION, packet.pack(), indicate=False) for packet in packets])
