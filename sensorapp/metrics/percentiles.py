"""Percentiles of a stream in bounded memory: counts in steps of a tenth."""

from __future__ import annotations

import numpy as np

from sensorapp.model.imu import FloatArray, IntArray

STEPS = 10
"""Steps to a unit: a tenth of a degree is finer than any single sensor can tell."""


class Percentiles:
    """Counts of values rounded to 0.1, between `lowest` and `highest`; those beyond count there."""

    def __init__(self, lowest: int, highest: int) -> None:
        self._lowest = lowest
        self._counts: IntArray = np.zeros((highest - lowest) * STEPS + 1, dtype=np.int64)
        self._total = 0

    def add(self, values: FloatArray) -> None:
        """Count values (n,); NaN counts nowhere."""
        finite = values[np.isfinite(values)]
        steps = np.rint((finite - self._lowest) * STEPS)
        places = np.clip(steps, 0, len(self._counts) - 1).astype(np.int64)
        self._counts += np.bincount(places, minlength=len(self._counts))
        self._total += len(finite)

    def at(self, pct: int) -> float | None:
        """Smallest tenth with `pct` % of the values at it or below; None without a value."""
        if self._total == 0:
            return None
        below = np.cumsum(self._counts)
        return self._lowest + int(np.searchsorted(below * 100, pct * self._total)) / STEPS
