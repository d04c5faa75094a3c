"""Smoothness as log dimensionless jerk (LDLJ), for reports on movements that are over.

Of a speed: Balasubramanian et al. 2015, J NeuroEng Rehabil 12:112, doi
10.1186/s12984-015-0090-9. Of an accelerometer (LDLJ-A): Melendez-Calderon, Shirota &
Balasubramanian 2021, Front Bioeng Biotechnol 8:558771, doi 10.3389/fbioe.2020.558771.
Both as in the authors' own programs: plain differences, duration = samples / rate.

Values are negative, closer to 0 is smoother; minimum jerk has -5.32. Differences amplify
noise so much that raw samples say nothing: 0.5 % of noise on an ideal stroke of 1.8 s at
100 Hz turns -5.3 into -12.0. So the metric low-passes at zero phase first (-5.4; with 2 % of
noise still -6.9), and takes cut movements alone: half a second of rest at one end costs 0.8.
SPARC (sparc.py) needs no filter and is the one to show.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric, minimum_jerk_speed, span_of
from sensorapp.model.imu import FloatArray
from sensorapp.signal.filters import zero_phase_low_pass
from sensorapp.signal.movements import CUTOFF_HZ, MovementSpan

SHORTEST_S = 0.25
"""Under this the ends, where the filter has to guess, are most of what is left."""


def ldlj(speed: FloatArray, rate_hz: float) -> float | None:
    """-ln(T^3 / v^2 * integral of |d2 speed / dt2|^2): T the duration, v the largest speed.

    `speed` is (n,), or (n, d) for a velocity with d components, in any unit, sampled at
    `rate_hz` without a hole. Nothing is filtered here. None where the definition gives no
    number: under 3 samples, one that is not finite, or no jerk at all. ValueError for a
    rate that is not positive.
    """
    rows = _rows(speed, rate_hz)
    if len(rows) < 3 or not np.isfinite(rows).all():
        return None
    jerk = np.diff(rows, n=2, axis=0) * rate_hz**2
    largest2 = float((rows**2).sum(axis=1).max())
    return _log((len(rows) / rate_hz) ** 3, largest2, float((jerk**2).sum()) / rate_hz)


def ldlj_a(
    accel_mps2: FloatArray, rate_hz: float, *, gyro_rads: FloatArray | None = None
) -> float | None:
    """-ln(T / a^2 * integral of |jerk|^2), straight from what an accelerometer measures.

    `accel_mps2` (n, 3) is specific force, gravity included, `gyro_rads` (n, 3) the angular
    rate, both in sensor axes at `rate_hz` without a hole. Gravity: `a` is the largest
    |acceleration - its mean|, which removes a gravity that keeps its direction in the sensor;
    the jerk is d accel / dt - accel x gyro, the derivative that an observer at rest sees,
    from which a turning gravity drops out. Without `gyro_rads` the cross product is left
    out, which holds for a sensor that does not turn. As the authors do, the difference of
    the first sample is taken as zero. A bend is mostly turning: there `a` is close to the
    change of gravity in sensor axes, not to the acceleration of the trunk.

    None and ValueError as in `ldlj`; None from 2 samples down.
    """
    accel = _rows(accel_mps2, rate_hz)
    if len(accel) < 3 or not np.isfinite(accel).all():
        return None
    jerk = np.diff(accel, axis=0, prepend=accel[:1]) * rate_hz
    if gyro_rads is not None:
        gyro = _rows(gyro_rads, rate_hz)
        if not np.isfinite(gyro).all():
            return None
        jerk -= np.cross(accel, gyro)
    largest2 = float(((accel - accel.mean(axis=0)) ** 2).sum(axis=1).max())
    return _log(len(accel) / rate_hz, largest2, float((jerk**2).sum()) / rate_hz)


def _rows(values: FloatArray, rate_hz: float) -> FloatArray:
    if not rate_hz > 0.0:
        raise ValueError("a sample rate is positive")
    rows = np.asarray(values, dtype=np.float64)
    return rows[:, np.newaxis] if rows.ndim == 1 else rows


def _log(duration: float, largest2: float, jerk2: float) -> float | None:
    """-ln(duration / largest2 * jerk2), in parts, so that no product over- or underflows."""
    if largest2 <= 0.0 or jerk2 <= 0.0:
        return None
    return -math.log(duration) + math.log(largest2) - math.log(jerk2)


def _measure(span: MovementSpan) -> float | None:
    speed, rate_hz = span.speed_rads, span.rate_hz
    if len(speed) < max(10, SHORTEST_S * rate_hz) or not np.isfinite(speed).all():
        return None
    return ldlj(zero_phase_low_pass(speed, CUTOFF_HZ, rate_hz), rate_hz)


METRIC = Metric(
    key="ldlj",
    unit="",
    better=Better.HIGHER,
    help="Smoothness by jerk, after a low-pass at 6 Hz; closer to 0 is smoother.",
    measure=_measure,
    examples=(
        Example(
            span_of(minimum_jerk_speed(1.0, 2.0, 1000.0), 1000.0),
            -math.log(204.8),  # integral of (60 - 360 s + 360 s^2)^2 = 720, peak (15/8)^2
            0.05,
            "minimum jerk in closed form: 720 / (15/8)^2; the low-pass takes 0.04 off",
        ),
        Example(span_of(np.zeros(200), 100.0), None, 0.0, "no movement, no smoothness"),
        Example(span_of(np.full(200, np.nan), 100.0), None, 0.0, "unknown stays unknown"),
        Example(span_of(np.ones(9), 100.0), None, 0.0, "too short"),
    ),
)
