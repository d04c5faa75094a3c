"""Poses carried from one seat of the clip to another.

A pose is kept as directions in sensor axes, so it holds for one seat of the clip. What does not
depend on the seat is how two poses of a wearer differ: the turn of the trunk from the one to the
other, in the trunk's own axes. Where one profile's pose was taken in both seats, the two tell how
the sensor turned on the trunk, and every other pose of the old seat turns along. Its error is that
of taking the one pose again (3 deg; `session/poses.py`), and the sine of a wrong forward direction
times the angle between the poses.
"""

from __future__ import annotations

from dataclasses import replace

from sensorapp.model.posture import Alignment, CalibrationSource, Vector3
from sensorapp.signal.vectors import cross, dot, perpendicular, unit


def can_carry(was: Alignment, now: Alignment) -> bool:
    """Whether both say which way is forward: a turn about the vertical is not known otherwise."""
    assumed = CalibrationSource.ASSUMED
    return was.axis_source is not assumed and now.axis_source is not assumed


def carried(pose: Alignment, was: Alignment, now: Alignment) -> Alignment:
    """`pose`, of the seat in which `was` was taken, in the seat in which `now` is the same pose."""
    before, after = _axes(was), _axes(now)

    def turned(old: Vector3) -> Vector3:
        parts = [dot(old, axis) for axis in before]
        x, y, z = (
            sum(part * axis[k] for part, axis in zip(parts, after, strict=True)) for k in range(3)
        )
        return unit((x, y, z))

    up = turned(pose.up)
    return replace(pose, up=up, forward=unit(perpendicular(turned(pose.forward), up)))


def _axes(alignment: Alignment) -> tuple[Vector3, Vector3, Vector3]:
    forward = unit(perpendicular(alignment.forward, alignment.up))
    return alignment.up, forward, cross(forward, alignment.up)
