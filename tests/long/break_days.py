"""Days at a desk whose breaks are known: each is to be credited once, and sitting never.

A day is sitting of all kinds, two walks with a stand between them, a walk that a gap cuts, the
clip off for lunch, and a lost link while sitting; drawn anew from each seed.

    python -m tests.long.break_days --seeds 10 --first 1
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sensorapp.model.activity import ActivityKind
from sensorapp.model.breaks import BreakCredited, BreakDue, BreakKind, BreakTotals
from sensorapp.model.outputs import Summary
from sensorapp.model.settings import BreakSettings, SessionSettings
from sensorapp.virtual.wearer import Activity, ImuModel, Pose
from tests.unit.session_support import NS, Clip, acts, fed_in_blocks, frames, of, session

RATE_MHZ = 25_000
WALKING = Pose(flexion_deg=4.0)
Phase = tuple[Activity, float, Pose]
MOVING = (BreakKind.WALK, BreakKind.LEFT_SEAT)


@dataclass
class Expected:
    """A break that there was, and which rules may find it."""

    begin_s: float
    end_s: float
    kinds: tuple[BreakKind, ...]


@dataclass
class Plan:
    """The phases of a day, one after the other, and what happens meanwhile."""

    rng: np.random.Generator
    phases: list[Phase] = field(default_factory=list)
    breaks: list[Expected] = field(default_factory=list)
    lost_s: list[tuple[float, float]] = field(default_factory=list)
    now_s: float = 0.0

    def does(self, activity: Activity, seconds: float, pose: Pose) -> None:
        self.phases.append((activity, seconds, pose))
        self.now_s += seconds

    def sits(self, seconds: float) -> None:
        """At a desk: typing, leaning, slouching, turning round, picking things up."""
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            span_s = max(2.0, min(self.rng.uniform(4.0, 40.0), until_s - self.now_s))
            self.does(*self._sitting(span_s))

    def _sitting(self, seconds: float) -> Phase:
        rng = self.rng
        kinds = (
            *(Activity.SIT, Activity.TYPE, Activity.LEAN, Activity.SLOUCH),
            *(Activity.TWIST, Activity.SLOW_BEND, Activity.BEND_DOWN),
        )
        activity = kinds[rng.choice(7, p=(0.3, 0.35, 0.1, 0.1, 0.05, 0.05, 0.05))]
        pose = {
            Activity.TYPE: Pose(4.0),
            Activity.LEAN: Pose(rng.uniform(-8.0, 8.0), rng.uniform(-15.0, 15.0)),
            Activity.SLOUCH: Pose(rng.uniform(15.0, 25.0)),
            Activity.TWIST: Pose(twist_deg=rng.uniform(-40.0, 40.0)),
            Activity.SLOW_BEND: Pose(rng.uniform(20.0, 40.0)),
            Activity.BEND_DOWN: Pose(rng.uniform(50.0, 65.0), rng.uniform(-15.0, 15.0)),
        }.get(activity, Pose())
        return activity, seconds, pose

    def expects(self, begin_s: float, *kinds: BreakKind) -> None:
        self.breaks.append(Expected(begin_s, self.now_s, kinds))


def plan_of(seed: int, share: float = 1.0) -> Plan:
    """A day of two hours and a quarter; with `share` its sitting is shorter."""
    plan = Plan(np.random.default_rng(seed))
    plan.does(Activity.SIT, 10.0, Pose())
    plan.sits(48 * 60.0 * share)
    begin_s = plan.now_s
    plan.does(Activity.WALK, 70.0, WALKING)
    plan.does(Activity.STAND, 40.0, Pose(flexion_deg=3.0))
    plan.does(Activity.WALK, 70.0, WALKING)
    plan.expects(begin_s, *MOVING)
    plan.sits(max(20 * 60.0 * share, 120.0))
    plan.lost_s.append((plan.now_s, plan.now_s + 50.0))
    plan.sits(max(10 * 60.0 * share, 150.0))
    begin_s = plan.now_s
    plan.does(Activity.WALK, 165.0, WALKING)
    plan.lost_s.append((begin_s + 15.0, begin_s + 30.0))
    plan.expects(begin_s, *MOVING)
    plan.sits(max(10 * 60.0 * share, 90.0))
    begin_s = plan.now_s
    plan.does(Activity.SENSOR_OFF, max(20 * 60.0 * share, 330.0), Pose(flexion_deg=90.0))
    plan.expects(begin_s, BreakKind.NOT_WORN)
    plan.sits(max(30 * 60.0 * share, 60.0))
    return plan


@dataclass
class Judged:
    """What was found in a day."""

    missed: list[Expected]
    extra: list[BreakCredited]
    wrong: list[BreakCredited]
    late_s: list[float]
    dues: list[BreakDue]
    walked_s: float
    totals: BreakTotals

    @property
    def good(self) -> bool:
        return not self.missed and not self.extra and not self.wrong


def judged(plan: Plan, seed: int, settings: SessionSettings) -> Judged:
    """Play a day and compare."""
    table = acts(*plan.phases, rate_mhz=RATE_MHZ, seed=seed, imu=ImuModel())
    rate_hz = RATE_MHZ // 1000
    lost = [(round(begin * rate_hz), round(end * rate_hz)) for begin, end in plan.lost_s]
    played = session(settings)
    clip = Clip(rate_mhz=RATE_MHZ).connects().feels(table, lost=lost)
    outputs = fed_in_blocks(played, clip.items)
    (summary,) = of(Summary, played.finish())
    left = of(BreakCredited, outputs)
    missed, wrong, late_s = [], [], []
    for one in plan.breaks:
        found = [e for e in left if one.begin_s <= e.t_ns / NS <= one.end_s + 5.0]
        if not found:
            missed.append(one)
            continue
        left.remove(found[0])
        late_s.append(found[0].t_ns / NS - one.begin_s)
        if found[0].kind not in one.kinds:
            wrong.append(found[0])
    walking = sum(
        frame.activity is not None and frame.activity.kind is ActivityKind.WALKING
        for frame in frames(outputs)
    )
    dues = of(BreakDue, outputs)
    return Judged(missed, left, wrong, late_s, dues, walking / 10.0, summary.breaks)


def days(first: int, count: int) -> Iterator[tuple[int, Judged]]:
    """Whole days with the settings as they come."""
    for seed in range(first, first + count):
        settings = SessionSettings(breaks=BreakSettings())
        yield seed, judged(plan_of(seed), seed, settings)


def main() -> int:
    """Status 1 if a break was missed or made up."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.long.break_days")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=10)
    asked = parser.parse_args()
    good = True
    for seed, found in days(asked.first, asked.seeds):
        good &= found.good
        print(
            f"seed {seed}: {len(found.missed)} missed, {len(found.extra)} made up, "
            f"{len(found.wrong)} of another kind; credited after "
            f"{', '.join(f'{late_s:.0f}' for late_s in found.late_s)} s; "
            f"{found.totals.walked_s:.0f} s walked; "
            f"{', '.join(f'{due.kind} {due.t_ns / NS / 60.0:.1f} min' for due in found.dues)}",
            flush=True,
        )
        for extra in found.extra:
            print(f"  made up: {extra.kind} at {extra.t_ns / NS:.1f} s", flush=True)
        for missed in found.missed:
            print(f"  missed: {missed}", flush=True)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
