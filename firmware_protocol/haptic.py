"""HAPTIC: run the motor by a pattern's number or by a list of pulses."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.ids import HAPTIC_CUSTOM

_STEP_MS = 10
_MAX_PULSES = 8
_MAX_MS = 10_000


@dataclass(frozen=True, slots=True)
class Haptic:
    """A buzz.

    Attributes
    ----------
    strength_pct: 0-100.
    pattern, repeats: a stored pattern (0-254) and how often; both 0 beside `pulses_ms`.
    pulses_ms: up to 8 pairs (on, off), multiples of 10 up to 2550; 10 s in all.
    """

    strength_pct: int
    pattern: int = 0
    repeats: int = 0
    pulses_ms: tuple[tuple[int, int], ...] = ()

    def pack(self) -> bytes:
        """The parameters; `LocalProtocolError` if the motor could not or must not do this."""
        times_ms = [time_ms for pulse in self.pulses_ms for time_ms in pulse]
        if not 0 <= self.strength_pct <= 100 or not 0 <= self.repeats <= 0xFF:
            raise LocalProtocolError("strength or repeats out of range")
        if not times_ms:
            if not 0 <= self.pattern < HAPTIC_CUSTOM:
                raise LocalProtocolError(f"no pattern {self.pattern}")
            return bytes((self.pattern, self.strength_pct, self.repeats))
        if self.pattern or self.repeats:
            raise LocalProtocolError("a list of pulses has no pattern and no repeats")
        if len(self.pulses_ms) > _MAX_PULSES or sum(times_ms) > _MAX_MS:
            raise LocalProtocolError("at most 8 pulses and 10 s")
        if any(time_ms % _STEP_MS or not 0 <= time_ms <= 2550 for time_ms in times_ms):
            raise LocalProtocolError("times are multiples of 10 ms up to 2550 ms")
        steps = bytes(time_ms // _STEP_MS for time_ms in times_ms)
        return bytes((HAPTIC_CUSTOM, self.strength_pct, len(self.pulses_ms))) + steps

    @classmethod
    def unpack(cls, data: bytes) -> Haptic:
        """Decode; surplus bytes are ignored."""
        if len(data) < 3:
            raise RemoteProtocolError("length", f"HAPTIC with {len(data)} bytes, 3 needed")
        pattern, strength_pct, number = data[0], data[1], data[2]
        if strength_pct > 100:
            raise RemoteProtocolError("value", f"HAPTIC with a strength of {strength_pct} %")
        if pattern != HAPTIC_CUSTOM:
            return cls(strength_pct, pattern, number)
        if not 1 <= number <= _MAX_PULSES:
            raise RemoteProtocolError("value", f"HAPTIC with {number} pulses")
        if len(data) < 3 + 2 * number:
            raise RemoteProtocolError("length", "HAPTIC ends inside its pulses")
        steps = [_STEP_MS * step for step in data[3 : 3 + 2 * number]]
        if sum(steps) > _MAX_MS:
            raise RemoteProtocolError("value", "HAPTIC longer than 10 s")
        return cls(strength_pct, pulses_ms=tuple(zip(steps[::2], steps[1::2], strict=True)))
