"""Calibration without ceremony: from rest, bends and two keys to an alignment.

The first two seconds of rest are the upright pose, in any mounting. Forward comes from, in
this order: the axis that the user named, slow forward bends, the protocol's mounting, an
assumption. Later the wearer can take the upright pose anew, and show a slouch of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Alignment, CalibrationSource, Vector3
from sensorapp.model.settings import SessionSettings
from sensorapp.signal.angles import BodyAxes
from sensorapp.signal.bends import BendFinder
from sensorapp.signal.chunks import Chunk
from sensorapp.signal.sagittal import find_sagittal
from sensorapp.signal.upright import RestFinder
from sensorapp.signal.vectors import angle_deg, dot

LEAST_SLOUCH_DEG = 6.0
"""A slouch pose nearer to upright than this is the same pose: sitting again differs by 3 deg."""

REMOUNT_DEG = 45.0
"""An upright pose this far from the last one means another mounting: forward is found anew."""

ASKED_S = 10.0
"""A pose that was asked for is given up after this: later the wearer may sit otherwise."""


_MEASURED = (CalibrationSource.OPTION, CalibrationSource.BENDS)
"""Sources of a forward direction that a new upright pose in the same mounting keeps."""

_SOUND = 1e-3
"""Most that a stored direction may be off from unit length or a right angle."""


class Pose(StrEnum):
    """What rest is being waited for."""

    NONE = ""
    UPRIGHT = "upright"
    SLOUCH = "slouch"


@dataclass(frozen=True, slots=True)
class Aligned:
    """What came of a pose: an alignment with its source, or the trouble with it, or both."""

    alignment: Alignment | None
    source: CalibrationSource
    trouble: str = ""


class Calibrator:
    """Watches the chunks of one sensor for the poses that are waited for."""

    def __init__(self, settings: SessionSettings) -> None:
        self._option = settings.forward_axis
        stored = settings.stored_alignment
        self._alignment = stored if stored is not None and _is_sound(stored) else None
        self._rest = RestFinder()
        self._bends: BendFinder | None = None
        self._slouch_up = None if self._alignment is None else _slouch_up(self._alignment)
        self._waiting = Pose.NONE if self._alignment is not None else Pose.UPRIGHT
        self._until_ns: int | None = None
        self._unproved = self._alignment is not None

    @property
    def alignment(self) -> Alignment | None:
        """In force now; None before the first rest."""
        return self._alignment

    @property
    def waiting(self) -> Pose:
        """The pose that is waited for."""
        return self._waiting

    @property
    def progress(self) -> float:
        """How much of the rest is there, 0..1; 1 while nothing is waited for."""
        return 1.0 if self._waiting is Pose.NONE else self._rest.progress

    @property
    def busy(self) -> bool:
        """Whether `step` has anything to look for."""
        return self._waiting is not Pose.NONE or self._bends is not None or self._unproved

    def forget_stored(self) -> None:
        """The stored alignment is another sensor's: begin as without one."""
        if self._unproved:
            self._alignment, self._slouch_up, self._unproved = None, None, False
            self._waiting = Pose.UPRIGHT

    def ask(self, pose: Pose, t_ns: int) -> None:
        """Take the next rest as this pose; a slouch needs an upright pose first."""
        if self._alignment is None:
            return  # the first rest is waited for already, for as long as it takes
        self._waiting = pose
        self._until_ns = t_ns + round(ASKED_S * 1e9)
        self._rest.reset()

    def broken(self) -> None:
        """A long hole: what was gathered of a rest or a bend belongs to before it."""
        self._rest.reset()
        if self._bends is not None:
            self._bends.reset()

    def step(self, chunk: Chunk, speed_rads: FloatArray, up: FloatArray) -> Aligned | None:
        """Digest a chunk; what came of a pose when one is complete.

        `speed_rads` (n,) is |gyro|, `up` (n, 3) the vertical in sensor axes.
        """
        if self._waiting is not Pose.NONE:
            pose_up = self._rest.step(chunk, speed_rads, up)
            if pose_up is not None:
                return self._posed(pose_up, chunk.frame_t_ns)
            if self._until_ns is not None and chunk.frame_t_ns >= self._until_ns:
                return self._given_up()
        elif self._unproved:
            pose_up = self._rest.step(chunk, speed_rads, up)
            if pose_up is not None:
                return self._proved(pose_up, chunk.frame_t_ns)
        if self._bends is not None:
            return self._watch_bends(self._bends, chunk, speed_rads, up)
        return None

    def _proved(self, up: Vector3, t_ns: int) -> Aligned | None:
        """The first rest with a stored alignment: does the clip still sit like that?"""
        self._unproved = False
        stored = self._alignment
        if stored is None or angle_deg(stored.up, up) < REMOUNT_DEG:
            return None
        self._alignment = self._slouch_up = None
        trouble = (
            "The clip sits otherwise than at the stored calibration, so this rest counts as "
            "upright. Sit tall and press c if it was not."
        )
        return replace(self._upright(up, t_ns), trouble=trouble)

    def _posed(self, up: Vector3, t_ns: int) -> Aligned:
        pose, self._waiting, self._until_ns = self._waiting, Pose.NONE, None
        self._unproved = False
        return self._upright(up, t_ns) if pose is Pose.UPRIGHT else self._slouch(up)

    def _given_up(self) -> Aligned:
        self._waiting, self._until_ns = Pose.NONE, None
        trouble = (
            f"You did not keep still for two seconds within {ASKED_S:.0f} s, so nothing was "
            "changed. Press the key again and keep still."
        )
        return Aligned(None, CalibrationSource.REST, trouble)

    def _upright(self, up: Vector3, t_ns: int) -> Aligned:
        old = self._alignment
        again = old is not None and angle_deg(old.up, up) < REMOUNT_DEG
        kept = old if again and old is not None and old.axis_source in _MEASURED else None
        if not again:
            self._slouch_up = None
        found = find_sagittal(
            up, option=self._option, bends_forward=None if kept is None else kept.forward
        )
        alignment = found.alignment
        if kept is not None and alignment.axis_source is CalibrationSource.BENDS:
            alignment = replace(alignment, axis_source=kept.axis_source)
        trouble = ""
        if found.option_refused and self._option is not None:
            trouble = (
                f"The axis {self._option.value} points up or down, not to your front; it was not "
                "used. Name the axis that points forward, or bend forward slowly twice."
            )
        source = alignment.axis_source
        self._bends = None if source in _MEASURED else BendFinder(up, t_ns)
        return self._in_force(alignment, CalibrationSource.REST if again else source, trouble)

    def _watch_bends(
        self, finder: BendFinder, chunk: Chunk, speed_rads: FloatArray, up: FloatArray
    ) -> Aligned | None:
        x, y, z = up[-1].tolist()
        forward = finder.step(chunk.frame_t_ns, (x, y, z), chunk.gyro_rads, speed_rads)
        if finder.done:
            self._bends = None
        if forward is None or self._alignment is None:
            return None
        found = find_sagittal(self._alignment.up, bends_forward=forward)
        return self._in_force(found.alignment, found.alignment.axis_source)

    def _slouch(self, up: Vector3) -> Aligned:
        alignment = self._alignment
        assert alignment is not None
        flexion_deg = BodyAxes(alignment).flexion_deg(up)
        if flexion_deg < LEAST_SLOUCH_DEG:
            leans = f"leans {flexion_deg:.0f}° forward" if flexion_deg >= 0.5 else "is upright"
            trouble = (
                f"That pose {leans}; a slouch leans {LEAST_SLOUCH_DEG:.0f}° or more. Slouch as "
                "you usually do, then press the key again."
            )
            return Aligned(None, CalibrationSource.TWO_POSE, trouble)
        self._slouch_up = up
        return self._in_force(alignment, CalibrationSource.TWO_POSE)

    def _in_force(
        self, alignment: Alignment, source: CalibrationSource, trouble: str = ""
    ) -> Aligned:
        slouch_deg = alignment.slouch_deg
        if self._slouch_up is not None:
            slouch_deg = BodyAxes(alignment).flexion_deg(self._slouch_up)
            if slouch_deg < LEAST_SLOUCH_DEG:
                slouch_deg, self._slouch_up = None, None
        self._alignment = replace(alignment, slouch_deg=slouch_deg)
        return Aligned(self._alignment, source, trouble)


def _is_sound(stored: Alignment) -> bool:
    """Whether a stored alignment can be used: two unit vectors at right angles."""
    up, forward, slouch_deg = stored.up, stored.forward, stored.slouch_deg
    return (
        abs(dot(up, up) - 1.0) <= _SOUND
        and abs(dot(forward, forward) - 1.0) <= _SOUND
        and abs(dot(up, forward)) <= _SOUND
        and (slouch_deg is None or LEAST_SLOUCH_DEG <= slouch_deg <= 180.0)
    )


def _slouch_up(alignment: Alignment) -> Vector3 | None:
    """The vertical, in sensor axes, in the wearer's own slouch; None if that is not known."""
    if alignment.slouch_deg is None:
        return None
    slouch_rad = math.radians(alignment.slouch_deg)
    cosine, sine = math.cos(slouch_rad), math.sin(slouch_rad)
    x, y, z = (
        cosine * up - sine * forward
        for up, forward in zip(alignment.up, alignment.forward, strict=True)
    )
    return (x, y, z)
