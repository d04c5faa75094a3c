"""Range of a movement: the largest rotation away from the orientation it began in.

The angle of the one turn that leads from the first orientation to another (geodesic
distance of unit quaternions), so it counts every axis at once and tops out at 180 deg.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric, span_of
from sensorapp.signal.movements import MovementSpan


def range_deg(span: MovementSpan) -> float | None:
    """Degrees, 0..180; None without an orientation at the start and one after."""
    quats = span.quats
    if len(quats) < 2 or not np.isfinite(quats[0]).all():
        return None
    w, x, y, z = quats[0]
    # Vector and scalar part of conj(start) * q: their ratio is exact for small turns too.
    back = np.array(
        [[w, x, y, z], [-x, w, z, -y], [-y, -z, w, x], [-z, y, -x, w]], dtype=np.float64
    )
    turned = quats @ back.T
    half = np.arctan2(np.sqrt((turned[:, 1:] ** 2).sum(axis=1)), np.abs(turned[:, 0]))
    half = half[np.isfinite(half)]
    return math.degrees(2.0 * float(half.max())) if len(half) > 1 else None


_TURN = np.zeros((3, 4))
_TURN[:, 0] = np.cos(np.radians([0.0, 20.0, 10.0]))
_TURN[:, 2] = np.sin(np.radians([0.0, 20.0, 10.0]))

METRIC = Metric(
    key="range_deg",
    unit="deg",
    better=Better.HIGHER,
    help="The largest rotation away from where the movement began.",
    measure=range_deg,
    examples=(
        Example(span_of(np.ones(3), 100.0, _TURN), 40.0, 1e-9, "by hand: turn by 40, back to 20"),
        Example(span_of(np.ones(3), 100.0, -_TURN), 40.0, 1e-9, "q and -q are one orientation"),
        Example(span_of(np.ones(1), 100.0), None, 0.0, "one sample has no range"),
    ),
)
