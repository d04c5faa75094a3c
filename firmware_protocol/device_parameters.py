"""Parameters of the operations that concern the device and not its samples.

Each `unpack` refuses what is too short or out of range and ignores what is longer.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.ids import (
    CONFIRMATION,
    SET_ALERT_REQUEST_LAYOUT,
    HapticPattern,
    TareAction,
)

_GRAVITY_LAYOUT = "<3h"
_GRAVITY_EXP = 14
_LONGEST_DELAY_S = 600.0

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Tare:
    """TARE, request: `gravity_g` (x, y, z) in g goes with `SET` alone."""

    action: TareAction
    gravity_g: Vector | None = None

    def pack(self) -> bytes:
        """1 or 7 bytes; `LocalProtocolError` if vector and action don't go together."""
        if (self.action is TareAction.SET) != (self.gravity_g is not None):
            raise LocalProtocolError("TARE takes a vector with SET, and with nothing else")
        return bytes((self.action,)) + (pack_gravity(self.gravity_g) if self.gravity_g else b"")

    @classmethod
    def unpack(cls, data: bytes) -> Tare:
        """Decode; refuses actions that are not known, and vectors that are no gravity."""
        (number,) = _unpack("<B", data)
        if number not in set(TareAction):
            raise RemoteProtocolError("value", f"TARE has no action {number}")
        action = TareAction(number)
        if action is not TareAction.SET:
            return cls(action)
        gravity_g = unpack_gravity(data[1:])
        if gravity_g is None or not 0.5 <= math.hypot(*gravity_g) <= 1.5:
            raise RemoteProtocolError("value", "TARE with a vector that is no gravity")
        return cls(action, gravity_g)


@dataclass(frozen=True, slots=True)
class LocalAlert:
    """SET_ALERT: a buzz when the tilt against the tare lasts, with no host near."""

    enabled: bool
    angle_deg: float = 15.0
    delay_s: float = 15.0
    pattern: HapticPattern = HapticPattern.SHORT
    strength_pct: int = 60
    rearm_s: int = 900

    def pack(self) -> bytes:
        """9 bytes; `LocalProtocolError` if a field does not fit."""
        return _pack(
            SET_ALERT_REQUEST_LAYOUT,
            self.enabled,
            round(self.angle_deg * 10.0),
            round(self.delay_s * 10.0),
            self.pattern,
            self.strength_pct,
            self.rearm_s,
        )

    @classmethod
    def unpack(cls, data: bytes) -> LocalAlert:
        """Decode; refuses what can't be watched for."""
        enabled, angle, delay, pattern, strength_pct, rearm_s = _unpack(
            SET_ALERT_REQUEST_LAYOUT, data
        )
        if not 10 <= angle <= 1800 or delay / 10.0 > _LONGEST_DELAY_S or strength_pct > 100:
            raise RemoteProtocolError("value", "SET_ALERT out of range")
        if pattern not in set(HapticPattern):
            raise RemoteProtocolError("value", f"SET_ALERT with pattern {pattern}")
        return cls(
            bool(enabled),
            angle / 10.0,
            delay / 10.0,
            HapticPattern(pattern),
            strength_pct,
            rearm_s,
        )


def pack_gravity(gravity_g: Vector | None) -> bytes:
    """6 bytes in 2^-14 g; all 0 for none."""
    scaled = [round(math.ldexp(value, _GRAVITY_EXP)) for value in gravity_g or (0.0, 0.0, 0.0)]
    return _pack(_GRAVITY_LAYOUT, *scaled)


def unpack_gravity(data: bytes) -> Vector | None:
    """The vector in g, None if it is all 0."""
    x, y, z = (math.ldexp(value, -_GRAVITY_EXP) for value in _unpack(_GRAVITY_LAYOUT, data))
    return (x, y, z) if x or y or z else None


def pack_confirmation() -> bytes:
    """What ERASE and FACTORY_RESET want to be sure."""
    return _pack("<H", CONFIRMATION)


def is_confirmed(data: bytes) -> bool:
    """Whether these parameters confirm; `RemoteProtocolError` if they are too short."""
    return _unpack("<H", data)[0] == CONFIRMATION


def one_byte(data: bytes) -> int:
    """The parameter of IDENTIFY, SLEEP and PROFILE."""
    return _unpack("<B", data)[0]


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
