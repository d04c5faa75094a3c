"""Standing up and sitting down: how far a movement between two rests took the body up or down.

The vertical acceleration is summed twice over the movement. Its two ends are at rest, or in
steps that rise and fall evenly, so the mean velocity over the last half second is taken as
zero and a constant error of the sensor falls out (zero-velocity update, as in Foxlin 2005,
IEEE Comput Graph Appl 25:38, doi 10.1109/MCG.2005.140). The seat of a chair is some 0.4 m
below the hips of who stands. A rise of 0.25 m or more with the same lean before and after is
standing up, a fall as much sitting down. It is told when the movement is over, never earlier:
half way up looks like leaning forward.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from sensorapp.model.activity import ActivityKind
from sensorapp.model.imu import BoolArray, FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.signal.activity.fading import FRAME_HZ
from sensorapp.signal.vectors import dot

LEAST_M = 0.25
"""Bending at the hips by 50 deg lowers the upper back by 0.2 m; a low seat is 0.35 m away."""
_SURE_M = 0.4
_DRIFT_MPS = 0.2
"""More velocity than this left over at the end: something else happened than was assumed."""
_SAME_LEAN = 0.906
"""Cosine of 25 deg between before and after: more is bending, reclining or lying down."""
_SHORTEST_FRAMES = 6
_LONGEST_FRAMES = 55
_BEFORE_FRAMES = 4
"""A movement begins gently: what counts as rest still includes its first tenths of a second."""
_CALM_FRAMES = 5
_WALKED_FRAMES = 12
"""Who walks off is judged after two or three steps, when rising is over for sure."""
_G_SHARE = 0.02
_DT_S = 1.0 / FRAME_HZ


class TransitionFinder:
    """Follows movements frame by frame and judges each one when it ends."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start anew, after a hole."""
        length = _LONGEST_FRAMES + _BEFORE_FRAMES + _CALM_FRAMES
        self._vertical: deque[float] = deque(maxlen=length)
        self._ups: deque[Vector3] = deque(maxlen=length)
        self._rest_mps2: float | None = None
        self._moved_frames = 0
        self._calm_frames = 0
        self._walked_frames = 0

    def step(
        self, accel_mps2: Vector3, up: Vector3, *, stirs: bool, walks: bool
    ) -> tuple[ActivityKind, float] | None:
        """Take a frame's mean acceleration and its up; the transition that it ends.

        `stirs` while the body moves, `walks` from the first frame of walking on.
        """
        return self._take(dot(accel_mps2, up), up, moves=stirs or walks, walks=walks)

    def _take(
        self, vertical: float, up: Vector3, *, moves: bool, walks: bool
    ) -> tuple[ActivityKind, float] | None:
        self._vertical.append(vertical)
        self._ups.append(up)
        if not moves:
            return self._calm(vertical)
        self._calm_frames = 0
        self._walked_frames = self._walked_frames + 1 if walks else 0
        if self._walked_frames > _WALKED_FRAMES:
            self._moved_frames = 0
            return None
        self._moved_frames += 1
        return self._judged() if self._walked_frames == _WALKED_FRAMES else None

    def stretch(
        self,
        accel_mps2: FloatArray,
        ups: FloatArray,
        moves: BoolArray,
        walks: Sequence[bool],
    ) -> dict[int, tuple[ActivityKind, float]]:
        """What `step` gives for many frames, by place where it gives something.

        Mean accelerations and ups are (n, 3); `moves` (n,) says who stirs or walks.
        """
        ended: dict[int, tuple[ActivityKind, float]] = {}
        x, y, z = accel_mps2.T * ups.T
        verticals_mps2 = (x + y + z).tolist()
        every_up = list(zip(*ups.T.tolist(), strict=True))
        moved = [*np.flatnonzero(moves).tolist(), len(ups)]
        place = at = 0
        while place < len(ups):
            while moved[at] < place:
                at += 1
            if not self._moved_frames and place < moved[at]:
                self._rests(verticals_mps2[place : moved[at]], every_up[place : moved[at]])
                place = moved[at]
                continue
            found = self._take(
                verticals_mps2[place], every_up[place], moves=moves.item(place), walks=walks[place]
            )
            if found is not None:
                ended[place] = found
            place += 1
        return ended

    def _rests(self, verticals_mps2: Sequence[float], ups: Sequence[Vector3]) -> None:
        """Take frames at rest after others, with no movement that could end."""
        self._vertical.extend(verticals_mps2)
        self._ups.extend(ups)
        self._calm_frames += len(ups)
        self._walked_frames = 0
        rest_mps2 = self._rest_mps2
        for vertical in verticals_mps2:
            if rest_mps2 is None:
                rest_mps2 = vertical
            rest_mps2 += _G_SHARE * (vertical - rest_mps2)
        self._rest_mps2 = rest_mps2

    def _calm(self, vertical: float) -> tuple[ActivityKind, float] | None:
        self._calm_frames += 1
        self._walked_frames = 0
        if self._moved_frames:
            if self._calm_frames < _CALM_FRAMES:
                self._moved_frames += 1
                return None
            ended = self._judged()
            self._moved_frames = 0
            return ended
        if self._rest_mps2 is None:
            self._rest_mps2 = vertical
        self._rest_mps2 += _G_SHARE * (vertical - self._rest_mps2)
        return None

    def _judged(self) -> tuple[ActivityKind, float] | None:
        count = self._moved_frames + _BEFORE_FRAMES
        if self._rest_mps2 is None or not _SHORTEST_FRAMES <= self._moved_frames <= _LONGEST_FRAMES:
            return None
        if count > len(self._vertical) or dot(self._ups[-count], self._ups[-1]) < _SAME_LEAN:
            return None
        rise_m, drift_mps = _rise([self._vertical[k] - self._rest_mps2 for k in range(-count, 0)])
        if abs(rise_m) < LEAST_M or abs(drift_mps) > _DRIFT_MPS:
            return None
        kind = ActivityKind.STANDING_UP if rise_m > 0.0 else ActivityKind.SITTING_DOWN
        beyond = min(1.0, (abs(rise_m) - LEAST_M) / (_SURE_M - LEAST_M))
        return kind, 0.5 + 0.5 * beyond


def _rise(vertical_mps2: list[float]) -> tuple[float, float]:
    """Way up in m over a movement that begins at rest, and the velocity left at its end."""
    velocity, velocities = 0.0, []
    for value in vertical_mps2:
        velocities.append(velocity + 0.5 * value * _DT_S)
        velocity += value * _DT_S
    left_mps = sum(velocities[-_CALM_FRAMES:]) / _CALM_FRAMES
    slope = left_mps / (len(velocities) - 0.5 * _CALM_FRAMES)
    return sum(v - slope * (k + 0.5) for k, v in enumerate(velocities)) * _DT_S, left_mps
