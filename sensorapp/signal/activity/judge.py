"""Puts the detectors together: one activity a frame, the most telling first."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.model.activity import Activity, ActivityKind
from sensorapp.model.posture import Vector3
from sensorapp.signal.activity.stirring import STIRRING_DPS, Stirring
from sensorapp.signal.activity.walking import WalkingDetector
from sensorapp.signal.activity.worn import WornDetector
from sensorapp.signal.chunks import Chunk

STIRRED_MPS2 = 0.25
"""Shaking under this is typing, talking, a car on a good road; over it somebody moves."""
_SURE_DEG = 15.0
"""So far beyond the limit bending down is as sure as it gets."""


@dataclass(frozen=True, slots=True)
class Felt:
    """What the detectors say about a frame before its posture is known.

    `stir` is turning or shaking as a share of what counts as shifting: 1 and more is shifting.
    """

    walking: bool
    brisk: bool
    worn: bool | None
    stir: float


class Activities:
    """All detectors of one stream."""

    def __init__(self, rate_hz: float) -> None:
        self._walking = WalkingDetector(rate_hz)
        self._worn = WornDetector(rate_hz)
        self._stirring = Stirring()

    def step(self, chunk: Chunk, up: Vector3, twist_deg: float) -> Felt:
        """Take a frame: its chunk, up in sensor axes and the twist."""
        walking = self._walking.step(chunk)
        speed_dps = self._stirring.step(chunk.frame_t_ns, up, twist_deg)
        stir = max(speed_dps / STIRRING_DPS, self._walking.shaking_mps2 / STIRRED_MPS2)
        return Felt(walking, self._walking.brisk, self._worn.step(chunk), stir)

    def reset(self) -> None:
        """The filters began anew after a hole; being worn outlives it."""
        self._walking.reset()
        self._stirring.reset()

    def activity(
        self, felt: Felt, flexion_deg: float | None, *, bending_deg: float, worn: bool
    ) -> Activity:
        """The activity of the frame that `felt` belongs to.

        `flexion_deg` None before the upright pose is known: then nobody is said to bend down.
        `bending_deg` is where bending down begins; `worn` False if the sensor itself, or
        `felt`, says that it is on nobody.
        """
        if not worn:
            return Activity(ActivityKind.NOT_WORN, 1.0)
        if flexion_deg is not None and flexion_deg > bending_deg:
            beyond = min(1.0, (flexion_deg - bending_deg) / _SURE_DEG)
            return Activity(ActivityKind.BENDING, 0.5 + 0.5 * beyond)
        if felt.walking:
            walking = self._walking
            return Activity(ActivityKind.WALKING, walking.confidence, walking.cadence_spm)
        if felt.brisk or felt.stir >= 1.0:
            return Activity(ActivityKind.SHIFTING, min(1.0, 0.5 * max(1.0, felt.stir)))
        return Activity(ActivityKind.STILL, 1.0 - 0.5 * felt.stir)
