"""The wearer's own smoothness: median and quartiles of the movements so far.

People differ more from each other than a person's movements do, so a movement is compared
with the same wearer's earlier ones. Movements whose SPARC can't be trusted (confidence under
0.5: more than half of it is measurement) are left out. Before 20 movements there is no
baseline: with fewer, its median would be uncertain by more than 0.06, a quarter of what
movements differ by (1.253 * 0.215 / sqrt(20)).
"""

from __future__ import annotations

import numpy as np

from sensorapp.metrics.percentiles import Percentiles

LEAST_CONFIDENCE = 0.5
LEAST_MOVEMENTS = 20
_LOWEST = -20
"""SPARC beyond this counts as this; what is not shaking stays above -5."""


class OwnBaseline:
    """Gathers SPARC in bounded memory."""

    def __init__(self) -> None:
        self._percentiles = Percentiles(_LOWEST, 0, steps=100)

    def add(self, sparc: float | None, confidence: float | None) -> None:
        """One more movement; what is unknown or not to be trusted is left out."""
        if sparc is not None and confidence is not None and confidence >= LEAST_CONFIDENCE:
            self._percentiles.add(np.array([sparc]))

    @property
    def movements(self) -> int:
        """How many movements it knows."""
        return self._percentiles.total

    def usual(self) -> tuple[float, float, float] | None:
        """Lower quartile, median and upper quartile, to 0.01; None means "not yet"."""
        lower, median, upper = (self._percentiles.at(percent) for percent in (25, 50, 75))
        if self.movements < LEAST_MOVEMENTS or lower is None or median is None or upper is None:
            return None
        return lower, median, upper
