"""Peak speed of turning within a movement, as measured, in degrees a second."""

from __future__ import annotations

import math

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric, minimum_jerk_speed, span_of
from sensorapp.signal.movements import MovementSpan


def peak_dps(span: MovementSpan) -> float | None:
    """Largest |gyro| of the movement; None without a finite sample."""
    finite = span.speed_rads[np.isfinite(span.speed_rads)]
    return math.degrees(float(finite.max())) if len(finite) else None


METRIC = Metric(
    key="peak_dps",
    unit="deg/s",
    better=Better.NEITHER,
    help="How fast the upper back turned at most.",
    measure=peak_dps,
    examples=(
        Example(
            span_of(minimum_jerk_speed(1.0, 2.0, 100.0), 100.0),
            math.degrees(15.0 / 16.0),  # 30 / 2 * (1/2)^4
            1e-9,
            "closed form: 15/8 of amplitude over duration",
        ),
        Example(span_of(np.array([0.1, np.nan, 0.2]), 100.0), math.degrees(0.2), 1e-9, "by hand"),
        Example(span_of(np.empty(0), 100.0), None, 0.0, "no sample"),
    ),
)
