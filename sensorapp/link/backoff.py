"""How long to wait before the next attempt: at once, then longer, never longer than 30 s."""

from __future__ import annotations

import random

FIRST_DELAY_S = 0.25
LONGEST_DELAY_S = 30.0
HEARD_DELAY_S = 4.0
"""Longest wait before another try with a sensor that was heard: its wearer is there and waits."""
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

    def failed(self, *, heard: bool = False) -> float:
        """Count a failure; returns the seconds to wait before the next attempt.

        `heard` says that the sensor is in range: 4 s at the longest then.
        """
        self._failures += 1
        if self._failures == 1:
            return 0.0
        doublings = min(self._failures - 2, 16)
        longest_s = HEARD_DELAY_S if heard else LONGEST_DELAY_S
        delay_s = min(FIRST_DELAY_S * 2.0**doublings, longest_s)
        return delay_s * (1.0 - JITTER * self._rng.random())

    def reset(self) -> None:
        """A connection held: begin again at once next time."""
        self._failures = 0
