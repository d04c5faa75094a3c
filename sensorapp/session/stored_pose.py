"""Alignments that were kept: whether one can be used, and what follows from it."""

from __future__ import annotations

import math

from sensorapp.model.posture import Alignment, Vector3
from sensorapp.signal.vectors import dot

LEAST_SLOUCH_DEG = 6.0
"""A slouch pose nearer to upright than this is the same pose: sitting again differs by 3 deg."""

_SOUND = 1e-3
"""Most that a stored direction may be off from unit length or a right angle."""


def is_sound(stored: Alignment) -> bool:
    """Whether a stored alignment can be used: two unit vectors at right angles."""
    up, forward, slouch_deg = stored.up, stored.forward, stored.slouch_deg
    return (
        abs(dot(up, up) - 1.0) <= _SOUND
        and abs(dot(forward, forward) - 1.0) <= _SOUND
        and abs(dot(up, forward)) <= _SOUND
        and (slouch_deg is None or LEAST_SLOUCH_DEG <= slouch_deg <= 180.0)
    )


def slouch_up_of(alignment: Alignment) -> Vector3 | None:
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
