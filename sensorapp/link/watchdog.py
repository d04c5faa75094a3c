"""When silence means something: a connection can be up and carry nothing.

Only a watch on data sees that; no stack reports it.
"""

from __future__ import annotations

from enum import Enum

STEP_S = 0.25
"""How often to look."""

WEAK_AFTER_S = 1.0
WEAK_PERIODS = 5
OVER_AFTER_S = 5.0
"""Links of this sensor live through 4 s of silence by their own supervision timeout."""

PREPARE_S = 12.0
"""Longest silence before the first sample: one request may take `ACTION_TIMEOUT_S`."""

_SMOOTHING = 0.2
_NS = 1_000_000_000


class Silence(Enum):
    """What the time since the last data means."""

    NONE = "none"
    WEAK = "weak"
    OVER = "over"


class Watchdog:
    """Judges the silence of one connection from the times at which it is looked at."""

    def __init__(self, now_ns: int) -> None:
        self._looked_ns = now_ns
        self._excused_ns = now_ns
        self._heard_ns = now_ns
        self._notifications = 0
        self._period_ns: float | None = None

    def look(self, now_ns: int, heard_ns: int, notifications: int, *, streaming: bool) -> Silence:
        """Judge; `heard_ns` is the last arrival, `notifications` how many there were.

        A pause of the program itself, stopped or suspended, is no silence of the sensor.
        """
        if now_ns - self._looked_ns > (STEP_S + WEAK_AFTER_S) * _NS:
            self._excused_ns = now_ns
        self._looked_ns = now_ns
        self._learn(heard_ns, notifications)
        silence_ns = now_ns - max(heard_ns, self._excused_ns)
        if not streaming:
            return Silence.OVER if silence_ns > PREPARE_S * _NS else Silence.NONE
        weak_ns = max(WEAK_PERIODS * (self._period_ns or 0.0), WEAK_AFTER_S * _NS)
        if silence_ns > max(OVER_AFTER_S * _NS, weak_ns):
            return Silence.OVER
        return Silence.WEAK if silence_ns > weak_ns else Silence.NONE

    def _learn(self, heard_ns: int, notifications: int) -> None:
        count = notifications - self._notifications
        if count <= 0:
            return
        if self._notifications:
            period_ns = (heard_ns - self._heard_ns) / count
            old_ns = self._period_ns
            self._period_ns = (
                period_ns if old_ns is None else old_ns + _SMOOTHING * (period_ns - old_ns)
            )
        self._heard_ns, self._notifications = heard_ns, notifications
