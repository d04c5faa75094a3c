"""How long to wait before the next attempt: at once, then longer, never longer than 30 s."""

from __future__ import annotations

import random

FIRST_DELAY_S = 0.25
LONGEST_DELAY_S = 30.0
JITTER = 0.25
"""Share by which a delay is shortened at most, so that two hosts don't stay in step."""


class Backoff:
    """Delays 0, 0.25, 0.5, 1, 2, 4 ... 30 s, each up to a quarter shorter by chance."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._failures = 0

    @property
    def failures(self) -> int:
        """Attempts failed since the last reset."""
        return self._failures

    def failed(self) -> float:
        """Count a failure; returns the seconds to wait before the next attempt."""
        self._failures += 1
        if self._failures == 1:
            return 0.0
        doublings = min(self._failures - 2, 16)
        delay_s = min(FIRST_DELAY_S * 2.0**doublings, LONGEST_DELAY_S)
        return delay_s * (1.0 - JITTER * self._rng.random())

    def reset(self) -> None:
        """A connection held: begin again at once next time."""
        self._failures = 0
