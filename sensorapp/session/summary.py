"""A session in a few numbers."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from sensorapp.coach.breaks import BreakCoach
from sensorapp.metrics.own_baseline import OwnBaseline
from sensorapp.model.outputs import Summary
from sensorapp.model.settings import BreakSettings
from sensorapp.session.exposure import ExposureTally

_NS = 1_000_000_000


@dataclass(slots=True)
class Tally:
    """What one sensor's session counted so far; `period_ns` is of the newest rate."""

    samples: int = 0
    samples_lost: int = 0
    alerts: int = 0
    slouches: int = 0
    faults: int = 0
    sparcs: list[float] = field(default_factory=list)
    smoothness: OwnBaseline = field(default_factory=OwnBaseline)
    movements: int = 0
    t_ns: int | None = None
    period_ns: int = 0
    breaks: BreakCoach = field(default_factory=lambda: BreakCoach("", BreakSettings()))
    exposure: ExposureTally = field(default_factory=ExposureTally)


def summarise(tallies: Sequence[Tally]) -> Summary:
    """Sum up the sensors of a session.

    Times, usual smoothness, exposure and breaks are the first's.
    """
    if not tallies:
        tallies = [Tally()]
    first = tallies[0]
    sparcs = [sparc for tally in tallies for sparc in tally.sparcs]
    return Summary(
        t_ns=first.t_ns,
        duration_s=0.0 if first.t_ns is None else (first.t_ns + first.period_ns) / _NS,
        samples=sum(tally.samples for tally in tallies),
        samples_lost=sum(tally.samples_lost for tally in tallies),
        alerts=sum(tally.alerts for tally in tallies),
        slouches=sum(tally.slouches for tally in tallies),
        movements=sum(tally.movements for tally in tallies),
        sparc_median=statistics.median(sparcs) if sparcs else None,
        sparc_usual=first.smoothness.usual(),
        exposure=first.exposure.sum_up(),
        breaks=first.breaks.totals,
    )
