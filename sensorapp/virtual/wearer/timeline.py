"""A script as smooth functions of time.

Moves follow the minimum-jerk course of Flash and Hogan 1985 (J Neurosci 5:1688,
doi 10.1523/JNEUROSCI.05-07-01688.1985): speed and acceleration are 0 at both ends, so
angular rate and acceleration are continuous from phase to phase. Rhythms (typing,
walking, being worn at all) fade in and out along the same course.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sensorapp.virtual.wearer.activities import HABITS, Activity, Habit
from sensorapp.virtual.wearer.script import Phase, Script

Floats = NDArray[np.float64]

_RISING_LEAN_DEG = 28.0
"""How far the trunk leans forward on the way between sitting and standing, beyond its poses."""


class Channel(IntEnum):
    """Columns of what a timeline gives."""

    FLEXION_DEG = 0
    SIDE_BEND_DEG = 1
    TWIST_DEG = 2
    HEIGHT_M = 3
    TYPING = 4
    WALKING = 5
    WORN = 6


def minimum_jerk(share: Floats) -> Floats:
    """Course from 0 to 1 over shares of the time, held at the ends outside [0, 1]."""
    tau = np.clip(share, 0.0, 1.0)
    return np.asarray(tau**3 * (10.0 - tau * (15.0 - 6.0 * tau)))


def _there_and_back(share: Floats) -> Floats:
    """A smooth hump from 0 over 1 back to 0, flat to second order at both ends."""
    tau = np.clip(share, 0.0, 1.0)
    return np.asarray((4.0 * tau * (1.0 - tau)) ** 3)


class Timeline:
    """The slow part of the motion at any time; see `Channel` for what it consists of.

    With `loop` the script begins again for ever, moving from its last pose into its first;
    without it the last pose is held.
    """

    def __init__(self, script: Script, *, loop: bool) -> None:
        phases = script.phases
        self._loop = loop
        self._duration_s = script.duration_s
        self._activities = tuple(phase.activity for phase in phases)
        self._begin_s = np.cumsum([0.0, *(phase.duration_s for phase in phases[:-1])])
        self._move_s = np.array([phase.move_s for phase in phases])
        self._creep_deg = np.array([phase.creep_deg for phase in phases])
        rest_s = np.array([phase.duration_s - phase.move_s for phase in phases])
        self._creep_s = np.maximum(rest_s, np.finfo(np.float64).tiny)
        self._arrive = _targets(phases)
        leave = self._arrive.copy()
        leave[:, Channel.FLEXION_DEG] += np.where(rest_s > 0.0, self._creep_deg, 0.0)
        self._come_from = np.roll(leave, 1, axis=0)

    def values(self, t_s: Floats) -> Floats:
        """All channels at `t_s` (n,), as (n, 7)."""
        cycle, phase, within_s = self._locate(t_s)
        arrive = self._arrive[phase]
        first = (cycle == 0) & (phase == 0)
        come_from = np.where(first[:, None], arrive, self._come_from[phase])
        share = within_s / self._move_s[phase]
        change = arrive - come_from
        values = come_from + change * minimum_jerk(share)[:, None]
        crept = minimum_jerk((within_s - self._move_s[phase]) / self._creep_s[phase])
        rising = change[:, Channel.HEIGHT_M] != 0.0
        values[:, Channel.FLEXION_DEG] += self._creep_deg[
            phase
        ] * crept + _RISING_LEAN_DEG * rising * _there_and_back(share)
        return values

    def activity(self, t_s: float) -> Activity:
        """What is being done at `t_s`; a phase owns the moment it begins."""
        _, phase, _ = self._locate(np.array([t_s]))
        return self._activities[int(phase[0])]

    def _locate(self, t_s: Floats) -> tuple[Floats, NDArray[np.intp], Floats]:
        """Pass through the script, phase, and time since the phase began."""
        cycle = np.floor(t_s / self._duration_s) if self._loop else np.zeros_like(t_s)
        local_s = t_s - np.maximum(cycle, 0.0) * self._duration_s
        phase = np.searchsorted(self._begin_s, local_s, side="right") - 1
        phase = np.maximum(phase, 0)
        return cycle, phase, local_s - self._begin_s[phase]


def _targets(phases: tuple[Phase, ...]) -> Floats:
    """Channels (n, 7) at the end of each move; hips stay where they are unless told."""
    height_m = 0.0
    rows: list[list[float]] = []
    for phase in phases:
        habit: Habit = HABITS[phase.activity]
        height_m = height_m if habit.height_m is None else habit.height_m
        pose = phase.pose
        angles = [pose.flexion_deg, pose.side_bend_deg, pose.twist_deg]
        rows.append([*angles, height_m, habit.typing, habit.walking, habit.worn])
    return np.array(rows)
