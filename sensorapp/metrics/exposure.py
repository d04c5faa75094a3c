"""Share of time spent bent forward beyond a limit.

After Hoogendoorn et al. 2000 (Spine 25:3087): flexion of 60 deg and more during over 5 % of
the working time went with more low-back pain. 20, 30 and 45 deg are the steps below it that
exposure is usually reported at. Frames with an unknown angle count neither way.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric
from sensorapp.model.imu import FloatArray

LIMITS_DEG = (20, 30, 45, 60)


class Exposure:
    """Shares of time over 20, 30, 45 and 60 deg, frame by frame on the 10 Hz grid."""

    def __init__(self) -> None:
        self._known = 0
        self._over = [0] * len(LIMITS_DEG)

    def add(self, flexion_deg: float | None) -> None:
        """Count one frame; None or NaN is an unknown angle."""
        if flexion_deg is None or math.isnan(flexion_deg):
            return
        self._known += 1
        for position, limit_deg in enumerate(LIMITS_DEG):
            if flexion_deg <= limit_deg:
                break
            self._over[position] += 1

    def shares(self) -> tuple[tuple[int, float | None], ...]:
        """(limit in deg, share 0..1) for each limit, shares None without a known angle."""
        return tuple(
            (limit_deg, over / self._known if self._known else None)
            for limit_deg, over in zip(LIMITS_DEG, self._over, strict=True)
        )


def share_over(flexion_deg: FloatArray, limit_deg: float) -> float | None:
    """Share 0..1 of the frames (n,) with a known angle that exceed the limit; NaN = unknown."""
    known = flexion_deg[np.isfinite(flexion_deg)]
    return float((known > limit_deg).mean()) if len(known) else None


def _share_over_20(flexion_deg: FloatArray) -> float | None:
    return share_over(flexion_deg, LIMITS_DEG[0])


METRIC = Metric(
    key="over_20_deg",
    unit="",
    better=Better.LOWER,
    help="Share of time bent forward by more than 20 degrees.",
    measure=_share_over_20,
    examples=(
        Example(np.array([0.0, 25.0, 20.0, 70.0]), 0.5, 0.0, "by hand; the limit is not over"),
        Example(np.array([np.nan, 25.0]), 1.0, 0.0, "by hand; unknown counts neither way"),
        Example(np.array([np.nan]), None, 0.0, "nothing known"),
        Example(np.empty(0), None, 0.0, "no data"),
    ),
)
