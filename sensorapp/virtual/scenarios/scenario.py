"""A scenario as read: steps whose numbers are still distributions, and what goes with them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sensorapp.virtual.scenarios.air import AirChange
from sensorapp.virtual.scenarios.quantity import Quantity
from sensorapp.virtual.wearer import Activity, ImuModel, Mounting, Phase, Pose, Script, Wearer

_SCRIPT, _MOUNTING = 21, 22
"""Steps and mounting draw from streams of their own, so that a longer file keeps its mounting."""


@dataclass(frozen=True, slots=True)
class Step:
    """An activity. With `repeats` it is a move out and back, that often, resting at both ends.

    `duration_s` counts only without repeats, `hold_s` only with them.
    """

    activity: Activity
    duration_s: Quantity
    move_s: Quantity
    flexion_deg: Quantity
    side_bend_deg: Quantity
    twist_deg: Quantity
    creep_deg: Quantity
    hold_s: Quantity
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class MountingChoice:
    """How the clip's seat is drawn; `random` means any rotation at all."""

    pitch_deg: Quantity
    roll_deg: Quantity
    turn_deg: Quantity
    random: bool = False

    def drawn(self, rng: np.random.Generator) -> Mounting:
        """One seat."""
        if self.random:
            return Mounting.random(rng)
        return Mounting(
            self.pitch_deg.drawn(rng), self.roll_deg.drawn(rng), self.turn_deg.drawn(rng)
        )


@dataclass(frozen=True, slots=True)
class Scenario:
    """`settings` override the slouch settings while the scenario is shown, by their names.

    `buffer_samples` is what the sensor keeps while nobody fetches it, 0 for nothing.
    """

    name: str
    title: str
    about: str
    steps: tuple[Step, ...]
    mounting: MountingChoice
    imu: ImuModel
    settings: dict[str, float] = field(default_factory=dict)
    air: tuple[AirChange, ...] = ()
    buffer_samples: int = 0

    def script(self, seed: int) -> Script:
        """The steps with their numbers drawn."""
        rng = np.random.default_rng([seed, _SCRIPT])
        phases: list[Phase] = []
        for step in self.steps:
            phases.extend(_phases(step, phases[-1] if phases else None, rng))
        return Script(tuple(phases))

    def wearer(self, seed: int, rate_mhz: int = 100_000, *, loop: bool = False) -> Wearer:
        """A wearer who does it; the same seed gives the same person, part and course."""
        mounting = self.mounting.drawn(np.random.default_rng([seed, _MOUNTING]))
        return Wearer(self.script(seed), seed, rate_mhz, mounting, self.imu, loop=loop)


def _phases(step: Step, before: Phase | None, rng: np.random.Generator) -> list[Phase]:
    if step.repeats == 0:
        return [
            Phase(
                step.activity,
                step.duration_s.drawn(rng),
                step.move_s.drawn(rng),
                _pose(step, rng),
                step.creep_deg.drawn(rng),
            )
        ]
    home = Pose() if before is None else _pose_at_end(before)
    phases: list[Phase] = []
    for _ in range(step.repeats):
        for pose in (_pose(step, rng), home):
            move_s = step.move_s.drawn(rng)
            hold_s = step.hold_s.drawn(rng)
            phases.append(Phase(step.activity, move_s + hold_s, move_s, pose))
    return phases


def _pose(step: Step, rng: np.random.Generator) -> Pose:
    return Pose(
        step.flexion_deg.drawn(rng), step.side_bend_deg.drawn(rng), step.twist_deg.drawn(rng)
    )


def _pose_at_end(phase: Phase) -> Pose:
    pose = phase.pose
    return Pose(pose.flexion_deg + phase.creep_deg, pose.side_bend_deg, pose.twist_deg)
