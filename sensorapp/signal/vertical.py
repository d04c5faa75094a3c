"""The earth's up in sensor axes, from orientations: one, or many at once."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from sensorapp.model.imu import FloatArray

_Component = TypeVar("_Component", float, FloatArray)

# The third row of the rotation matrix, (2 (x z - w y), 2 (y z + w x), w w - x x - y y + z z), as
# products of two components of the quaternion each and what they count for.
_FIRST = np.array([1, 0, 2, 0, 0, 1, 2, 3])
_SECOND = np.array([3, 2, 3, 1, 0, 1, 2, 3])
_UP = np.zeros((8, 3))
_UP[:2, 0] = (2.0, -2.0)
_UP[2:4, 1] = 2.0
_UP[4:, 2] = (1.0, -1.0, -1.0, 1.0)


def up_components(
    w: _Component, x: _Component, y: _Component, z: _Component
) -> tuple[_Component, _Component, _Component]:
    """Up (x, y, z) for the components of a unit quaternion, sensor to earth: numbers or (n,).

    Term by term, so that how many are worked out at once changes no bit of any.
    """
    return 2.0 * (x * z - w * y), 2.0 * (y * z + w * x), w * w - x * x - y * y + z * z


def up_in_sensor(quats: FloatArray) -> FloatArray:
    """The earth's up in sensor axes, (n, 3) unit vectors, for unit quaternions (n, 4)."""
    products = quats.take(_FIRST, axis=1) * quats.take(_SECOND, axis=1)
    ups: FloatArray = products.dot(_UP)
    return ups
