"""Recorded walks, looped, with a forward lean of 20 deg added to everything between them.

    SENSORAPP_DATASETS=... python -m tests.reference.walking_loop 30

plays half an hour of each recording through a whole session and prints what was alerted:
nobody may be while walking, and every lean that is held for 40 s has to be found. The time up
to the first walk of all stays upright, for that is the pose that is learnt.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from sensorapp.model.posture import AlertKind, SlouchAlert
from sensorapp.model.settings import SessionSettings, SlouchSettings
from tests.unit.session_support import NS, Clip, fed, of, session

Floats = NDArray[np.float64]
Spans = list[tuple[float, float]]

LEAN_DEG = 20.0
LONG_S = 40.0
_MOVE_S = 1.5
_RATE_HZ = 100.0
_SENSOR_FROM_DATA = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0]])
"""The data's axes are up, right and forward; the clip's are right, up and backward."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Alerts (s) of a looped recording, its walks, and its leans of 40 s and more."""

    alerts_s: list[float]
    walks_s: Spans
    leans_s: Spans

    @property
    def while_walking_s(self) -> list[float]:
        return [t for t in self.alerts_s if any(begin <= t < end for begin, end in self.walks_s)]

    @property
    def missed_s(self) -> Spans:
        return [
            (begin, end)
            for begin, end in self.leans_s
            if not any(begin < t < end for t in self.alerts_s)
        ]


def looped(path: Path, minutes: float) -> tuple[Floats, Spans]:
    """Samples (n, 6) as the clip would feel them, m/s2 and rad/s, and the labelled walks."""
    with np.load(path) as data:
        axes = np.kron(np.eye(2), _SENSOR_FROM_DATA)
        once = np.concatenate((data["acc"], data["gyr"]), axis=1).astype(np.float64) @ axes.T
        bouts = data["walking_bouts_s"].astype(np.float64)
    period_s = len(once) / _RATE_HZ
    times = round(minutes * 60.0 / period_s)
    walks = [(b + k * period_s, e + k * period_s) for k in range(times) for b, e in bouts]
    return np.tile(once, (times, 1)), walks


def rests_between(walks: Spans) -> Spans:
    """Where the lean is added."""
    return [(end, begin) for (_, end), (begin, _) in pairwise(walks)]


def leaned(table: Floats, rests: Spans) -> Floats:
    """The same samples of somebody who leans by 20 deg in `rests`, moving there in 1.5 s."""
    t_s = np.arange(len(table)) / _RATE_HZ
    lean_rad = np.zeros(len(table))
    for begin, end in rests:
        share = np.clip(np.minimum(t_s - begin, end - t_s) / _MOVE_S, 0.0, 1.0)
        lean_rad += np.radians(LEAN_DEG) * share**3 * (10.0 - share * (15.0 - 6.0 * share))
    # Leaning forward turns the sensor about its own X, against the right-hand rule.
    turned = Rotation.from_rotvec(np.outer(lean_rad, [1.0, 0.0, 0.0]))
    felt = np.concatenate((turned.apply(table[:, :3]), turned.apply(table[:, 3:])), axis=1)
    felt[:, 3] -= np.gradient(lean_rad) * _RATE_HZ
    return felt


def judged(path: Path, minutes: float) -> Verdict:
    """What a session with alerts as often as they are due says to it."""
    table, walks = looped(path, minutes)
    rests = rests_between(walks)
    settings = SessionSettings(slouch=SlouchSettings(min_pause_s=0.0))
    items = Clip().connects().feels(leaned(table, rests)).items
    alerts = of(SlouchAlert, fed(session(settings), items))
    return Verdict(
        [alert.t_ns / NS for alert in alerts if alert.kind is AlertKind.SLOUCH],
        walks,
        [(begin, end) for begin, end in rests if end - begin >= LONG_S],
    )


def main() -> int:
    """Print the verdict on each recording; 1 if any is not as it should be."""
    folder = Path(os.environ["SENSORAPP_DATASETS"]) / "walking"
    wrong = 0
    for path in sorted(folder.glob("*.npz")):
        verdict = judged(path, float(sys.argv[1]))
        wrong += len(verdict.while_walking_s) + len(verdict.missed_s)
        print(
            f"{path.stem}: {len(verdict.alerts_s)} alerts; in {len(verdict.walks_s)} walks: "
            f"{verdict.while_walking_s}; leans of {LONG_S:.0f} s and more: "
            f"{len(verdict.leans_s)}, missed {verdict.missed_s}"
        )
    return min(1, wrong)


if __name__ == "__main__":
    raise SystemExit(main())
