"""How long a posture is held, and how long ago it was changed.

A hold begins with a pose. It ends where the wearer has been away for 2 s: more than 5 deg
from that pose, in any direction, or walking or moving. The next one begins where the wearer
left it. The same sitting differs by 3 deg at most (nine wearers in ten), standing up by 9 in
the median, so 5 deg lies between; a reach of under 2 s and back changes nothing.

Unknown time of up to 10 s (a lost link and the uncertain seconds after it) is part of a hold
if the pose is the same afterwards; longer ends it. A new upright pose changes the numbers,
not the posture: the hold goes on.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric
from sensorapp.metrics.postures import Postures, postures_of
from sensorapp.model.imu import BoolArray, FloatArray

APART_DEG = 5.0
AWAY_NS = 2_000_000_000
BRIDGED_NS = 10_000_000_000
_CHORD = 2.0 * math.sin(math.radians(APART_DEG) / 2.0)
_SURELY = 0.999 * _CHORD**2
"""What is nearer to the limit is looked at frame by frame."""
_AHEAD = 100
_Pose = tuple[float, float, float]


class Holds:
    """The hold that goes on and the longest one, run by run."""

    def __init__(self) -> None:
        self._pose: _Pose | None = None
        self._began_ns = 0
        self._away_ns: int | None = None
        self._known_ns = 0
        self._longest_ns = 0
        self._fresh = False
        self._changes = 0
        self._ended_ns = 0

    def add(self, run: Postures) -> None:
        """Follow the frames of a run."""
        flexion, side = np.radians(run.flexion_deg), np.radians(run.side_bend_deg)
        poses = np.stack(
            (np.cos(side) * np.sin(flexion), np.sin(side), np.cos(side) * np.cos(flexion)), axis=1
        )
        odd = run.moving | run.fresh | (run.gap_ns > 0) | np.isnan(poses[:, 2])
        t_ns, begin_ns = run.t_ns.tolist(), (run.t_ns - run.span_ns).tolist()
        is_odd, moving, fresh = odd.tolist(), run.moving, run.fresh
        place = 0
        while place < len(t_ns):
            if not is_odd[place] and self._stays(begin_ns[place]):
                stays = _same_for(self._pose, poses[place:], odd[place:])
                if stays:
                    place += stays
                    self._known_ns = t_ns[place - 1]
                    continue
            self._fresh = self._fresh or fresh.item(place)
            x, y, z = poses[place].tolist()
            if not math.isnan(z):
                is_moving = moving.item(place)
                self._step(t_ns[place], begin_ns[place], (x, y, z), moving=is_moving)
            place += 1

    def _stays(self, begin_ns: int) -> bool:
        """Whether a frame from `begin_ns` on changes nothing if it is near the pose."""
        held = self._pose is not None and self._away_ns is None
        return held and not self._fresh and begin_ns - self._known_ns <= BRIDGED_NS

    @property
    def longest_s(self) -> float | None:
        """Seconds of the longest hold so far, the one that goes on included."""
        if self._pose is None:
            return None
        return max(self._longest_ns, self._known_ns - self._began_ns) / 1e9

    @property
    def since_change_s(self) -> float | None:
        """Seconds from the last change to the last known frame; from the first without one."""
        return None if self._pose is None else (self._known_ns - self._began_ns) / 1e9

    def take_changes(self) -> tuple[int, float | None]:
        """Changes of posture since the last call, and the longest hold since, in seconds.

        That is one that ended since, or the one that goes on; None while nothing is known. A
        hold that unknown time ended is no change.
        """
        changes, ended_ns = self._changes, self._ended_ns
        self._changes = self._ended_ns = 0
        if self._pose is None:
            return changes, None
        return changes, max(ended_ns, self._known_ns - self._began_ns) / 1e9

    def _step(self, t_ns: int, begin_ns: int, pose: _Pose, *, moving: bool) -> None:
        if self._pose is None or begin_ns - self._known_ns > BRIDGED_NS:
            self._change(self._known_ns, begin_ns, pose)
        elif self._fresh:
            self._pose, self._away_ns = pose, None
        self._fresh = False
        if not moving and math.dist(pose, self._pose or pose) <= _CHORD:
            self._away_ns = None
        elif self._away_ns is None:
            self._away_ns = begin_ns
        self._known_ns = t_ns
        if self._away_ns is not None and t_ns - self._away_ns >= AWAY_NS:
            self._changes += 1
            self._change(self._away_ns, self._away_ns, pose)

    def _change(self, end_ns: int, begin_ns: int, pose: _Pose) -> None:
        if self._pose is not None:
            held_ns = end_ns - self._began_ns
            self._longest_ns = max(self._longest_ns, held_ns)
            self._ended_ns = max(self._ended_ns, held_ns)
        self._pose, self._began_ns, self._away_ns = pose, begin_ns, None


def _same_for(pose: _Pose | None, poses: FloatArray, odd: BoolArray) -> int:
    """How many of the frames are surely near `pose`, none of them `odd`, up to `_AHEAD`."""
    away = poses[:_AHEAD] - np.array(pose)
    other = odd[:_AHEAD] | ((away * away).sum(axis=1) > _SURELY)
    return int(other.argmax()) if other.any() else len(other)


def _longest(run: Postures) -> float | None:
    holds = Holds()
    holds.add(run)
    return holds.longest_s


METRIC = Metric(
    key="longest_hold_s",
    unit="s",
    better=Better.LOWER,
    help="Longest time without a change of posture.",
    measure=_longest,
    examples=(
        Example(
            postures_of(np.repeat([0.0, 9.0, 2.0], (300, 500, 100))), 50.0, 1e-9, "by hand: 50 s"
        ),
        Example(
            postures_of(np.repeat([0.0, 40.0, 0.0], (300, 15, 300))), 61.5, 1e-9, "a short reach"
        ),
        Example(postures_of(np.repeat([0.0, np.nan, 0.0], (300, 90, 300))), 69.0, 1e-9, "bridged"),
        Example(
            postures_of(np.repeat([0.0, np.nan, 0.0], (300, 110, 200))),
            30.0,
            1e-9,
            "too long to bridge",
        ),
        Example(postures_of(np.array([np.nan])), None, 0.0, "nothing known"),
    ),
)
