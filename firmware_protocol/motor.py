"""The motor, as far as the sensor has to know it: what runs, and until when."""

from __future__ import annotations

from collections.abc import Sequence

from firmware_protocol.acts import RunMotor
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import TICK_HZ, HapticPattern

LONGEST_MS = 10_000
"""A buzz that goes on for longer is refused."""
_PAUSE_MS = 200
_PATTERNS: dict[int, tuple[tuple[int, int], ...]] = {
    HapticPattern.SHORT: ((100, 0),),
    HapticPattern.DOUBLE: ((100, 100), (100, 0)),
    HapticPattern.LONG: ((500, 0),),
}
_HALF_WRAP = 1 << 31


class Motor:
    """Ticks are the sensor's clock, also where it wraps at 32 bits."""

    def __init__(self) -> None:
        self._until_ticks: int | None = None

    def run(self, haptic: Haptic, ticks: int) -> RunMotor | None:
        """Begin a buzz; None, and nothing changes, for one that is unknown or too long."""
        pulses_ms = haptic.pulses_ms or _repeated(haptic.pattern, haptic.repeats)
        total_ms = sum(map(sum, pulses_ms))
        if not pulses_ms or total_ms > LONGEST_MS:
            return None
        self._until_ticks = ticks + total_ms * TICK_HZ // 1000
        return RunMotor(haptic.strength_pct, pulses_ms)

    def is_running(self, ticks: int) -> bool:
        """Whether a buzz goes on at this instant."""
        until = self._until_ticks
        return until is not None and 0 < (until - ticks) % (1 << 32) < _HALF_WRAP

    @property
    def has_run(self) -> bool:
        """Whether a buzz was begun since the last one was ended before its time."""
        return self._until_ticks is not None

    def running(self, ticks: Sequence[int]) -> bytes:
        """For each of these instants 1 if a buzz goes on, else 0."""
        if self._until_ticks is None:
            return bytes(len(ticks))
        return bytes(map(self.is_running, ticks))

    def stop(self) -> bool:
        """End a buzz; whether one may have been going on."""
        was, self._until_ticks = self._until_ticks is not None, None
        return was


def _repeated(pattern: int, repeats: int) -> tuple[tuple[int, int], ...]:
    """A stored pattern, `repeats` times (0 counts as once); nothing for an unknown one."""
    pulses = _PATTERNS.get(pattern, ())
    if not pulses or repeats <= 1:
        return pulses
    on_ms, off_ms = pulses[-1]
    spaced = (*pulses[:-1], (on_ms, off_ms + _PAUSE_MS))
    return spaced * (repeats - 1) + pulses
