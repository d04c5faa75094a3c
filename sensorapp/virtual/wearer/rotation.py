"""Angles of the trunk as rotations, and how fast a rotation turns.

World: x to where the wearer faces in the upright pose, y up, z right. Segment: the same
axes fixed to the upper back (x forward, y up, z right; ISB, Wu et al. 2005, J Biomech
38:981). R turns segment vectors into world vectors, in this order of turns about the
segment's own axes, from upright:

1. twist about y: + takes forward to the left,
2. side bend about the new x: + takes up to the right,
3. flexion about the newest z, in the negative sense: + takes up to forward.

    R = Ry(twist) Rx(side bend) Rz(-flexion)

The world's up in segment axes is then (-sin f cos s, cos f cos s, -sin s), so that f and s
can be read from gravity alone and don't depend on the twist. At |s| = 90 deg f and twist
can't be told apart; no pose of a wearer comes near.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def trunk_rotation(angles_deg: Floats) -> Floats:
    """R (n, 3, 3) of flexion, side bend, twist (n, 3)."""
    flexion, side, twist = np.radians(angles_deg).T
    cf, sf = np.cos(flexion), np.sin(flexion)
    cs, ss = np.cos(side), np.sin(side)
    ct, st = np.cos(twist), np.sin(twist)
    zero = np.zeros_like(cf)
    lean = np.array([[cf, sf, zero], [-cs * sf, cs * cf, -ss], [-ss * sf, ss * cf, cs]])
    turned = np.array([ct * lean[0] + st * lean[2], lean[1], ct * lean[2] - st * lean[0]])
    return np.ascontiguousarray(np.moveaxis(turned, -1, 0))


def angular_rate_rads(before: Floats, after: Floats, dt_s: float) -> Floats:
    """Mean angular rate (n, 3) in segment axes between rotations (n, 3, 3) `dt_s` apart.

    It is the rotation vector of before^T after, over the time; exact for turns below
    90 deg, and its error against the rate half way falls with the square of `dt_s`.
    """
    turn = np.swapaxes(before, 1, 2) @ after
    twice_sine = np.stack(
        [
            turn[:, 2, 1] - turn[:, 1, 2],
            turn[:, 0, 2] - turn[:, 2, 0],
            turn[:, 1, 0] - turn[:, 0, 1],
        ],
        axis=1,
    )
    sine = np.linalg.norm(twice_sine, axis=1) / 2.0
    ratio = np.where(sine > 0.0, np.arcsin(np.minimum(sine, 1.0)) / np.maximum(sine, 1e-300), 1.0)
    return np.asarray(twice_sine * (ratio / (2.0 * dt_s))[:, None])
