"""How a clip can sit: the 24 seats along the body's axes, and seats a little off them."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
from scipy.spatial.transform import Rotation

from sensorapp.virtual.wearer import Mounting

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def aligned_mountings() -> list[Mounting]:
    """All 24 seats whose axes lie along the body's, always in the same order."""
    seats = []
    for order, signs in product(permutations(range(3)), product((1.0, -1.0), repeat=3)):
        matrix = np.zeros((3, 3))
        matrix[range(3), order] = signs
        if np.linalg.det(matrix) > 0.0:
            seats.append(_seat(Rotation.from_matrix(matrix)))
    return seats


def askew(mounting: Mounting, rng: np.random.Generator, sd_deg: float) -> Mounting:
    """The seat, turned a little about all three axes, as nobody clips anything on squarely."""
    aside = Rotation.from_rotvec(np.radians(rng.normal(0.0, sd_deg, 3)))
    return _seat(Rotation.from_matrix(mounting.segment_from_sensor()) * aside)


def slipping(
    table: Floats, axis: tuple[float, float, float], angle_deg: Floats, rate_hz: float = 100.0
) -> Floats:
    """What a sensor feels (n, 6) that turns in its seat by `angle_deg` (n,) about its own `axis`.

    `table` is what it would feel if it sat fast. The turn is about the sensor itself, so that
    the force changes its direction alone, and its own rate adds to the wearer's.
    """
    direction = np.asarray(axis) / np.linalg.norm(axis)
    back = Rotation.from_rotvec(-np.radians(angle_deg)[:, None] * direction)
    rate = np.gradient(np.radians(angle_deg), 1.0 / rate_hz)[:, None] * direction
    return np.hstack((back.apply(table[:, :3]), back.apply(table[:, 3:]) + rate))


def seat_name(mounting: Mounting) -> str:
    """Which sensor axes point up and forward, nearest, as in "up -x, forward y"."""
    forward, up, _ = mounting.segment_from_sensor()
    return f"up {_axis(up)}, forward {_axis(forward)}"


def _axis(row: Floats) -> str:
    index = int(np.argmax(np.abs(row)))
    return ("-" if row[index] < 0.0 else "") + "xyz"[index]


def _seat(rotation: Rotation) -> Mounting:
    x, y, z, w = rotation.as_quat().tolist()
    return Mounting(free=(w, x, y, z))
