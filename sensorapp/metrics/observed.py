"""How much of the time the angle was known, and what is left out and why."""

from __future__ import annotations

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric
from sensorapp.metrics.postures import Doubt, Postures, postures_of


class Observed:
    """Known time and time left out, run by run."""

    def __init__(self) -> None:
        self._by_doubt_ns = [0] * len(Doubt)
        self._gap_ns = 0

    def add(self, run: Postures) -> None:
        """Count the time of a run and the gaps before its frames."""
        self._gap_ns += int(run.gap_ns.sum())
        for doubt in Doubt:
            self._by_doubt_ns[doubt] += int(run.span_ns[run.doubt == doubt].sum())

    @property
    def known_s(self) -> float:
        """Seconds in which the angle counts."""
        return self._by_doubt_ns[Doubt.NONE] / 1e9

    @property
    def left_out_s(self) -> tuple[tuple[str, float], ...]:
        """(reason, seconds) for what does not count."""
        doubts = [doubt for doubt in Doubt if doubt is not Doubt.NONE]
        named = [(doubt.name.lower(), self._by_doubt_ns[doubt] / 1e9) for doubt in doubts]
        return (("gap", self._gap_ns / 1e9), *named)


def _known_share(run: Postures) -> float | None:
    observed = Observed()
    observed.add(run)
    whole_s = observed.known_s + sum(seconds for _, seconds in observed.left_out_s)
    return observed.known_s / whole_s if whole_s else None


METRIC = Metric(
    key="known_share",
    unit="",
    better=Better.HIGHER,
    help="Share of time with the sensor worn and its angle certain.",
    measure=_known_share,
    examples=(
        Example(postures_of(np.array([1.0, np.nan, 1.0, 1.0])), 0.75, 1e-9, "by hand"),
        Example(
            postures_of(np.ones(2), t_ns=np.array([0, 1_000_000_000])), 0.2 / 1.1, 1e-9, "a gap"
        ),
        Example(postures_of(np.empty(0)), None, 0.0, "no data"),
    ),
)
