"""Made-up wearers whose clip slips, is knocked, or sits fast: what is offered to them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sensorapp.model.posture import BaselineOffer, Calibration, OfferKind
from sensorapp.virtual.wearer import Activity, Phase, Pose, Script, Wearer
from tests.long.wearer_lives import ASKEW_DEG, SEATS
from tests.seats import Floats, askew, slipping
from tests.unit.session_support import Clip, fed_in_blocks, of, session

EXPECTED: dict[str, list[OfferKind]] = {
    "slips": [OfferKind.SHIFTED],
    "is knocked": [OfferKind.KNOCKED],
    "sits fast": [],
}
_MINUTES = {"slips": 14.0, "is knocked": 1.0, "sits fast": 14.0}


@dataclass(frozen=True)
class SlipRow:
    """What one seed's wearer was offered."""

    seed: int
    what: str
    offered: tuple[OfferKind, ...]
    calibrations: int

    @property
    def is_right(self) -> bool:
        """Whether that was offered which was due, and nothing was changed by itself."""
        return list(self.offered) == EXPECTED[self.what] and self.calibrations == 1


def slip_row(seed: int, what: str) -> SlipRow:
    """A while of sitting and typing in one seat, with what happens to the clip."""
    rng = np.random.default_rng([seed, 4])
    mounting = askew(SEATS[int(rng.integers(len(SEATS)))], rng, ASKEW_DEG)
    phases = [Phase(Activity.SIT, 5.0, 1.0, Pose())]
    while sum(phase.duration_s for phase in phases) < 60.0 * _MINUTES[what]:
        pose = Pose(rng.normal(1.0, 1.0), rng.normal(0.0, 1.0))
        activity = Activity.TYPE if rng.random() < 0.7 else Activity.SIT
        phases.append(Phase(activity, rng.uniform(20.0, 60.0), 1.5, pose))
    wearer = Wearer(Script(tuple(phases)), seed, mounting=mounting)
    table = np.concatenate(list(wearer.blocks()))
    around = rng.uniform(0.0, 2.0 * np.pi)
    level = np.array([np.cos(around), 0.0, np.sin(around)])
    x, y, z = (level @ mounting.segment_from_sensor()).tolist()
    turned = slipping(table, (x, y, z), _turn_deg(what, len(table), rng))
    outputs = fed_in_blocks(session(), Clip(packet=50).connects().feels(turned).items)
    kinds = tuple(offer.kind for offer in of(BaselineOffer, outputs))
    return SlipRow(seed, what, kinds, len(of(Calibration, outputs)))


def _turn_deg(what: str, count: int, rng: np.random.Generator) -> Floats:
    t_s = np.arange(count) / 100.0
    if what == "slips":
        begin_s = rng.uniform(20.0, 60.0)
        span_s, deg = (begin_s, begin_s + rng.uniform(60.0, 180.0)), rng.uniform(9.0, 14.0)
    elif what == "is knocked":
        begin_s = rng.uniform(12.0, 18.0)
        span_s, deg = (begin_s, begin_s + rng.uniform(0.06, 0.12)), rng.uniform(18.0, 35.0)
    else:
        span_s, deg = (0.0, 1.0), 0.0
    return np.asarray(np.interp(t_s, span_s, (0.0, deg)))


def slip_table(rows: Sequence[SlipRow]) -> Iterator[str]:
    """A line for each thing that can happen, and each row that was not right."""
    yield f"{'the clip':12} {'seeds':>6} {'right':>6}"
    for what in EXPECTED:
        here = [row for row in rows if row.what == what]
        yield f"{what:12} {len(here):6} {sum(row.is_right for row in here):6}"
    for row in rows:
        if not row.is_right:
            yield f"seed {row.seed}, {row.what}: {[kind.value for kind in row.offered]}"
