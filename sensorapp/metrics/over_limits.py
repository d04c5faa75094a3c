"""Share of time spent bent forward beyond a limit.

After Hoogendoorn et al. 2000 (Spine 25:3087): flexion of 60 deg and more during over 5 % of
the working time went with more low-back pain. 20, 30 and 45 deg are the steps below it that
exposure is usually reported at. Frames with an unknown angle count neither way.
"""

from __future__ import annotations

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric
from sensorapp.metrics.postures import Postures, postures_of

LIMITS_DEG = (20, 30, 45, 60)


class OverLimits:
    """Shares of frames over 20, 30, 45 and 60 deg, run by run."""

    def __init__(self) -> None:
        self._known = 0
        self._over = [0] * len(LIMITS_DEG)

    def add(self, run: Postures) -> None:
        """Count the frames of a run."""
        self._known += int(run.known.sum())
        for position, limit_deg in enumerate(LIMITS_DEG):
            self._over[position] += int((run.flexion_deg > limit_deg).sum())

    def shares(self) -> tuple[tuple[int, float | None], ...]:
        """(limit in deg, share 0..1) for each limit, shares None without a known angle."""
        return tuple(
            (limit_deg, over / self._known if self._known else None)
            for limit_deg, over in zip(LIMITS_DEG, self._over, strict=True)
        )


def _share_over_20(run: Postures) -> float | None:
    over = OverLimits()
    over.add(run)
    return over.shares()[0][1]


METRIC = Metric(
    key="over_20_deg",
    unit="",
    better=Better.LOWER,
    help="Share of time bent forward by more than 20 degrees.",
    measure=_share_over_20,
    examples=(
        Example(
            postures_of(np.array([0.0, 25.0, 20.0, 70.0])), 0.5, 0.0, "by hand: 20 is not over 20"
        ),
        Example(postures_of(np.array([np.nan, 25.0])), 1.0, 0.0, "unknown counts neither way"),
        Example(postures_of(np.array([np.nan])), None, 0.0, "nothing known"),
        Example(postures_of(np.empty(0)), None, 0.0, "no data"),
    ),
)
