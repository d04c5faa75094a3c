"""Small vector and quaternion arithmetic, in the shapes that chunks come in.

Quaternions are (w, x, y, z) and turn sensor axes into an earth frame with z up.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3

Quaternion = tuple[float, float, float, float]

_ONES = {count: np.ones(count) for count in (3, 4)}
"""By how many columns the rows have."""


def row_norms(values: FloatArray) -> FloatArray:
    """Length of each row of (n, 3) or (n, 4), as (n,)."""
    squares: FloatArray = (values * values).dot(_ONES[values.shape[1]])
    return np.sqrt(squares, out=squares)


def dot(a: Vector3, b: Vector3) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector3, b: Vector3) -> Vector3:
    """Vector product."""
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def unit(a: Vector3) -> Vector3:
    """`a` at length 1; ValueError for the zero vector."""
    length = math.sqrt(dot(a, a))
    if length == 0.0:
        raise ValueError("the zero vector has no direction")
    return (a[0] / length, a[1] / length, a[2] / length)


def angle_deg(a: Vector3, b: Vector3) -> float:
    """Angle between two unit vectors, 0..180, exact for small angles too."""
    normal = cross(a, b)
    return math.degrees(math.atan2(math.sqrt(dot(normal, normal)), dot(a, b)))


def perpendicular(a: Vector3, axis: Vector3) -> Vector3:
    """The part of `a` at right angles to the unit vector `axis`, at length 1."""
    along = dot(a, axis)
    return unit((a[0] - along * axis[0], a[1] - along * axis[1], a[2] - along * axis[2]))
