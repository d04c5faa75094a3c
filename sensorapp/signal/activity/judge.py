"""Puts the detectors together: one activity a frame, the most telling first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sensorapp.model.activity import Activity, ActivityKind
from sensorapp.model.imu import BoolArray, FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.model.record import record
from sensorapp.signal.activity.lying import LyingDetector, never_lies
from sensorapp.signal.activity.motor import MotorDetector
from sensorapp.signal.activity.stirring import STIRRING_DPS, Stirring
from sensorapp.signal.activity.transition import TransitionFinder
from sensorapp.signal.activity.walking import WalkingDetector
from sensorapp.signal.activity.worn import WornDetector
from sensorapp.signal.chunks import Chunk, Stretch

STIRRED_MPS2 = 0.25
"""Shaking under this is typing, talking, a car on a good road; over it somebody moves."""
_SURE_DEG = 15.0
"""So far beyond the limit bending down is as sure as it gets."""
_TOLD_FRAMES = 5
"""A transition is told for half a second, once it is over."""
_BEGIN = np.array([0])
_STILL = tuple(Activity(ActivityKind.STILL, 1.0 - 0.005 * k) for k in range(100))
"""Resting is what most frames are: made once, for each hundredth of `stir`."""


class Felt(NamedTuple):
    """What the detectors say about a frame before its posture is known.

    A named tuple is made three times quicker than a frozen dataclass, and it is made each frame.
    `stir` is turning or shaking as a share of what counts as shifting: 1 and more is shifting.
    """

    walking: bool
    brisk: bool
    worn: bool | None
    motor: bool
    stir: float
    does: Activity | None = None
    """Walking, or having stood up or sat down a moment ago."""


@record
class Felts:
    """What `Felt` says, of n frames in a row; `does` by place where there is something to say."""

    walking: BoolArray
    brisk: BoolArray
    worn: list[bool | None]
    motor: BoolArray
    stir: FloatArray
    does: dict[int, Activity]

    def at(self, place: int) -> Felt:
        """Of the frame at this place."""
        return Felt(
            self.walking.item(place),
            self.brisk.item(place),
            self.worn[place],
            self.motor.item(place),
            self.stir.item(place),
            self.does.get(place),
        )


@record
class Posed:
    """What is known of a frame beside what was felt.

    Angles are None before the upright pose is known and while they are uncertain: then nobody
    is said to bend down or to lie. `worn` False if the sensor or `Felt` says so, `motor` True if
    the sensor does.
    """

    flexion_deg: float | None
    side_bend_deg: float | None
    worn: bool
    motor: bool


class Activities:
    """All detectors of one stream."""

    def __init__(
        self,
        rate_hz: float,
        bending_deg: float,
        *,
        has_gyro: bool = True,
        tells_motor: bool = False,
    ) -> None:
        """`bending_deg` is the flexion above which somebody bends down.

        With `tells_motor` the sensor says when its motor runs, and nobody has to feel it.
        """
        self.bending_deg = bending_deg
        self._walking = WalkingDetector(rate_hz)
        self._worn = WornDetector(rate_hz, has_gyro=has_gyro)
        self._motor = None if tells_motor else MotorDetector(rate_hz)
        self._stirring = Stirring()
        self._transitions = TransitionFinder() if has_gyro else None
        """Without a gyroscope up is wrong while the body moves, and so is the way up."""
        self._transition: Activity | None = None
        self._told_frames = 0
        self._lying = LyingDetector()

    def step(self, chunk: Chunk, up: Vector3, twist_deg: float) -> Felt:
        """Take a frame: its chunk, up in sensor axes and the twist."""
        rows = len(chunk.accel_mps2)
        x, y, z = np.add.reduceat(chunk.accel_mps2, _BEGIN)[0].tolist()
        mean_x, mean_y, mean_z = mean_mps2 = x / rows, y / rows, z / rows
        # Written out as in `stretch`: `sum` rounds otherwise from Python 3.12 on.
        size_mps2 = math.sqrt(mean_x * mean_x + mean_y * mean_y + mean_z * mean_z)
        motor = self._motor is not None and self._motor.step(chunk.accel_mps2, size_mps2)
        worn, (band,) = self._worn.step(chunk), self._walking.band((size_mps2,))
        return self._felt(chunk.frame_t_ns, mean_mps2, band, up, twist_deg, worn=worn, motor=motor)

    def stretch(self, stretch: Stretch, ups: FloatArray, twists_deg: Sequence[float]) -> Felts:
        """What `step` gives for each of many frames; `ups` (n, 3)."""
        begins = [0, *stretch.ends[:-1]]
        rows = np.diff(stretch.ends, prepend=0)
        means = np.add.reduceat(stretch.accel_mps2, begins) / rows[:, np.newaxis]
        means_mps2 = list(zip(*means.T.tolist(), strict=True))
        x, y, z = means.T
        sizes_mps2 = np.sqrt(x * x + y * y + z * z).tolist()
        motors = [False] * len(begins)
        if self._motor is not None:
            motors = self._motor.stretch(stretch, sizes_mps2)
        steps = self._walking.stretch(self._walking.band(sizes_mps2), means_mps2)
        speeds_dps = self._stirring.stretch(stretch.frame_t_ns, ups, twists_deg)
        stir = np.maximum(
            np.array(speeds_dps) / STIRRING_DPS, np.array(steps.shaking_mps2) / STIRRED_MPS2
        )
        walks, brisk = np.array(steps.walks), np.array(steps.brisk)
        ended: dict[int, tuple[ActivityKind, float]] = {}
        if self._transitions is not None:
            moves = (stir >= 1.0) | brisk | walks
            ended = self._transitions.stretch(means, ups, moves, steps.walks)
        does = self._told(len(begins), ended, steps.walking)
        worn = self._worn.stretch(stretch)
        return Felts(walks, brisk, worn, np.array(motors), stir, does)

    def _told(
        self,
        count: int,
        ended: Mapping[int, tuple[ActivityKind, float]],
        walking: Mapping[int, tuple[float, float | None]],
    ) -> dict[int, Activity]:
        """`Felt.does` of so many frames, from where a transition ended or somebody walks."""
        does: dict[int, Activity] = {}
        for place, said in walking.items():
            does[place] = Activity(ActivityKind.WALKING, *said)
        place = 0
        for end in (*ended, count):
            while place < end:
                self._told_frames = max(0, self._told_frames - 1)
                if not self._told_frames:
                    place = end
                    break
                does[place] = self._transition or _STILL[0]
                place += 1
            if end < count:
                self._transition = does[end] = Activity(*ended[end])
                self._told_frames = _TOLD_FRAMES
                place = end + 1
        return does

    def _felt(
        self,
        t_ns: int,
        mean_mps2: Vector3,
        band_mps2: float,
        up: Vector3,
        twist_deg: float,
        *,
        worn: bool | None,
        motor: bool,
    ) -> Felt:
        walking = self._walking
        walks, brisk = walking.take(band_mps2, mean_mps2), walking.brisk
        speed_dps = self._stirring.step(t_ns, up, twist_deg)
        stir = max(speed_dps / STIRRING_DPS, walking.shaking_mps2 / STIRRED_MPS2)
        if self._told_frames:
            self._told_frames -= 1
        if self._transitions is not None:
            stirs = stir >= 1.0 or brisk
            ended = self._transitions.step(mean_mps2, up, stirs=stirs, walks=walks)
            if ended is not None:
                self._transition, self._told_frames = Activity(*ended), _TOLD_FRAMES
        does = None
        if self._told_frames:
            does = self._transition
        elif walks:
            does = Activity(ActivityKind.WALKING, walking.confidence, walking.cadence_spm)
        return Felt(walks, brisk, worn, motor, stir, does)

    def activity(self, felt: Felt, posed: Posed) -> Activity:
        """The activity of the frame that `felt` belongs to; once for each frame."""
        flexion_deg, side_bend_deg = posed.flexion_deg, posed.side_bend_deg
        stirs = felt.brisk or felt.stir >= 1.0
        lies = 0.0
        if flexion_deg is not None and side_bend_deg is not None:
            lies = self._lying.step(flexion_deg, side_bend_deg, stirs=stirs)
        if not posed.worn:
            return Activity(ActivityKind.NOT_WORN, 1.0)
        if posed.motor or felt.motor:
            return Activity(ActivityKind.MOTOR, 1.0 if posed.motor else 0.7)
        if lies:
            return Activity(ActivityKind.LYING, lies)
        if flexion_deg is not None and flexion_deg > self.bending_deg:
            beyond = min(1.0, (flexion_deg - self.bending_deg) / _SURE_DEG)
            return Activity(ActivityKind.BENDING, 0.5 + 0.5 * beyond)
        if felt.does is not None:
            return felt.does
        if stirs:
            return Activity(ActivityKind.SHIFTING, min(1.0, 0.5 * max(1.0, felt.stir)))
        return _STILL[int(100.0 * felt.stir)]

    def activities(
        self, felts: Felts, angles_deg: tuple[FloatArray, FloatArray], doubtful: int, *, worn: bool
    ) -> tuple[list[Activity], BoolArray]:
        """What `activity` gives for each of n frames, and which of them are plainly at rest, (n,).

        Flexion and side bend are (n,), those of the first `doubtful` frames uncertain. `worn` False
        if the sensor says so of all of them.
        """
        flexion_deg, side_bend_deg = angles_deg
        rests = never_lies(flexion_deg, side_bend_deg) & ~(flexion_deg > self.bending_deg)
        rests &= ~(felts.brisk | felts.motor | (felts.stir >= 1.0))
        rests[:doubtful] = False
        rests[list(felts.does)] = False
        if not worn or False in felts.worn:
            rests &= np.array([worn and is_worn is not False for is_worn in felts.worn])
        hundredths = np.where(rests, 100.0 * felts.stir, 0.0).astype(np.int64)
        activities = [_STILL[k] for k in hundredths.tolist()]
        after = 0
        for place in np.flatnonzero(~rests).tolist():
            if place > after:
                self._lying.rests()
            after = place + 1
            known = place >= doubtful
            posed = Posed(
                flexion_deg.item(place) if known else None,
                side_bend_deg.item(place) if known else None,
                worn and felts.worn[place] is not False,
                False,
            )
            activities[place] = self.activity(felts.at(place), posed)
        if after < len(activities):
            self._lying.rests()
        return activities, rests

    def reset(self) -> None:
        """The filters began anew after a hole; being worn outlives it, and so does lying."""
        self._walking.reset()
        if self._motor is not None:
            self._motor.reset()
        self._stirring.reset()
        if self._transitions is not None:
            self._transitions.reset()
        self._told_frames = 0
