"""Percentiles of a stream in bounded memory: counts in fine steps."""

from __future__ import annotations

import numpy as np

from sensorapp.model.imu import FloatArray, IntArray


class Percentiles:
    """Counts of values rounded to 1 / `steps`, from `lowest` to `highest`; those beyond at the end.

    A tenth of a degree, the usual step, is finer than any single sensor can tell.
    """

    def __init__(self, lowest: int, highest: int, steps: int = 10) -> None:
        self._lowest = lowest
        self._steps = steps
        self._counts: IntArray = np.zeros((highest - lowest) * steps + 1, dtype=np.int64)
        self.total = 0
        """How many values were counted."""

    def add(self, values: FloatArray) -> None:
        """Count values (n,); NaN counts nowhere."""
        finite = values[np.isfinite(values)]
        places = np.rint((finite - self._lowest) * self._steps)
        places = np.clip(places, 0, len(self._counts) - 1).astype(np.int64)
        self._counts += np.bincount(places, minlength=len(self._counts))
        self.total += len(finite)

    def at(self, pct: int) -> float | None:
        """Smallest step with `pct` % of the values at it or below; None without a value."""
        if self.total == 0:
            return None
        place = int(np.searchsorted(np.cumsum(self._counts) * 100, pct * self.total))
        return (self._lowest * self._steps + place) / self._steps
