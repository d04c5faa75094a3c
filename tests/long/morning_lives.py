"""The first minutes of made-up wearers who put the clip on anew, for `tests.long.mornings`.

How people begin is drawn from what was measured on people where that is known: desk work leans
5, 11 to 12, 26 to 44 deg from sitting (p10, p50, p90), mostly forward; walking and standing 3, 9,
16 to 23 deg either way; sitting up on another day differs by 3.2 deg. How far and how long people
lean aside was not measured: "armrest", "aside" and "aside_first" are made as bad as may be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sensorapp.model.posture import Vector3
from sensorapp.virtual.wearer import Activity, Mounting, Phase, Pose, Script, Wearer
from sensorapp.virtual.wearer.rotation import trunk_rotation
from tests.long.wearer_lives import ASKEW_DEG, SEATS
from tests.seats import askew

STARTS = (
    "sits",
    "office",
    "leans",
    "slouches",
    "reclines",
    "stands",
    "walks",
    "armrest",
    "aside",
    "aside_first",
)
ASIDE = ("armrest", "aside", "aside_first")
_SITTING_TALL = ("sits", "office", "aside_first")
_MINUTES = 11.5
_DAY_DEG = (2.3, 1.6)
"""Scatter of sitting up, flexion and side bend: two poses then differ by 3.2 and 2.3 deg."""


@dataclass(frozen=True, slots=True)
class Second:
    """The vertical in the axes of the body at the end of a second, and what was done in it."""

    up: Vector3
    busy: bool
    walking: bool


class Morning:
    """What one wearer does, drawn once: how they lean, walk, and sit today."""

    def __init__(self, seed: int, start: str) -> None:
        self._start = start
        self._rng = rng = np.random.default_rng([seed, STARTS.index(start), 9])
        self.mounting: Mounting = askew(SEATS[int(rng.integers(len(SEATS)))], rng, ASKEW_DEG)
        self._lean_deg = min(40.0, math.exp(rng.normal(math.log(11.5), 0.65)))
        self._walk_deg = float(np.clip(rng.normal(2.0, 8.0), -18.0, 18.0))
        self._walk_aside_deg = rng.normal(0.0, 1.5)
        self._bias_deg = rng.normal(0.0, 1.5)
        self._aside_deg = rng.choice([-1.0, 1.0]) * rng.uniform(6.0, 14.0)
        self._aside_until_s = rng.uniform(120.0, 360.0)
        self._today_deg = rng.normal(0.0, _DAY_DEG)
        self._now_s = 0.0

    def script(self) -> Script:
        """Eleven minutes and a half, and what was begun then; drawn at the first call."""
        return Script(tuple(self._phases()))

    def seconds(self, seed: int) -> list[Second]:
        """The same as a perfect sensor would see it, second by second."""
        script = self.script()
        count = int(script.duration_s)
        wearer = Wearer(script, seed, mounting=self.mounting)
        ups = trunk_rotation(wearer.angles_deg(np.arange(1.0, count + 1.0)))[:, 1].tolist()
        busy, walking = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
        begin_s = 0.0
        for phase in script.phases:
            moved_s, end_s = begin_s + phase.move_s, begin_s + phase.duration_s
            busy[int(begin_s) : int(moved_s) + 1] = True
            if phase.activity is Activity.WALK:
                busy[int(begin_s) : int(end_s) + 1] = True
                walking[int(moved_s) + 1 : int(end_s)] = True
            begin_s = end_s
        return [
            Second((x, y, z), moves and not walks, walks)
            for (x, y, z), moves, walks in zip(ups, busy.tolist(), walking.tolist(), strict=True)
        ]

    def _phases(self) -> Iterator[Phase]:
        if self._start == "walks":
            yield from self._walks(self._rng.uniform(15.0, 50.0))
        while self._now_s < 60.0 * _MINUTES:
            chance = self._rng.random()
            if chance < 0.06:
                yield from self._walks(self._rng.uniform(12.0, 60.0))
            elif chance < 0.30:
                yield self._moves(chance)
            yield self._works()

    def _does(
        self, activity: Activity, lasts_s: float, flexion_deg: float, side_deg: float
    ) -> Phase:
        self._now_s += lasts_s
        pose = Pose(flexion_deg + self._today_deg[0], side_deg + self._today_deg[1])
        return Phase(activity, lasts_s, self._rng.uniform(1.0, 2.0), pose)

    def _works(self) -> Phase:
        rng = self._rng
        activity = Activity.TYPE if rng.random() < 0.7 else Activity.SIT
        if self._start == "stands":
            activity = Activity.STAND
        return self._does(activity, rng.uniform(15.0, 60.0), self._leans_deg(), self._bends_deg())

    def _leans_deg(self) -> float:
        rng = self._rng
        if self._start == "stands":
            return self._walk_deg + float(rng.normal(0.0, 2.0))
        if self._start == "slouches":
            return float(rng.uniform(15.0, 30.0))
        if self._start == "reclines":
            return -float(rng.uniform(6.0, 18.0))
        if self._start in _SITTING_TALL:
            return float(rng.normal(2.0, 1.5))
        return self._lean_deg * float(rng.uniform(0.7, 1.2))

    def _bends_deg(self) -> float:
        aside = self._start == "aside"
        aside |= self._start == "aside_first" and self._now_s < self._aside_until_s
        aside |= self._start == "armrest" and self._rng.random() < 0.65
        return float(self._rng.normal(self._aside_deg if aside else self._bias_deg, 1.5))

    def _walks(self, lasts_s: float) -> Iterator[Phase]:
        rng, aside_deg = self._rng, self._walk_aside_deg
        stands_deg, walks_deg = rng.normal(self._walk_deg, (2.0, 2.5)).tolist()
        yield self._does(Activity.STAND, rng.uniform(3.0, 8.0), stands_deg, aside_deg)
        yield self._does(Activity.WALK, lasts_s, walks_deg, aside_deg + rng.normal(0.0, 1.5))

    def _moves(self, chance: float) -> Phase:
        rng = self._rng
        if chance < 0.14:
            side_deg = rng.uniform(-20.0, 20.0)
            return self._does(Activity.TWIST, rng.uniform(2.0, 6.0), rng.uniform(5, 35), side_deg)
        if chance < 0.22:
            flexion_deg, side_deg = rng.uniform(-12.0, 4.0), rng.uniform(-18.0, 18.0)
            return self._does(Activity.LEAN, rng.uniform(5.0, 40.0), flexion_deg, side_deg)
        side_deg = rng.normal(self._bias_deg, 2.0)
        return self._does(Activity.SLOUCH, rng.uniform(5.0, 60.0), rng.uniform(5, 30), side_deg)
