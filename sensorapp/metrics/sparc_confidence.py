"""How far to trust a movement's SPARC: a number between 0 and 1.

It is the reliability of the measure, V / (V + s^2): V the variance between a wearer's
movements, s the error of this one's SPARC. 1 means that what differs between movements is the
movements, 0.5 that half of it is the measurement. s has three parts, each fitted to what
degrading 108 movements of people did to their SPARC (docs/decisions/0013):

- where the movement begins and ends is known to 0.05 s: 0.08 / sqrt(duration in s);
- a slow sensor misses what is quick: 0.03 * (50 / rate in Hz)^1.5;
- noise with the share q of the largest speed: 2 q sqrt(100 / rate in Hz).

q comes from the fourth differences of the speed, in which a movement leaves little; what the
movements of people leave at that rate is taken off, so slow sensors hide some noise.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.metrics import sparc
from sensorapp.metrics.base import Better, Example, Metric, minimum_jerk_speed, span_of
from sensorapp.model.imu import FloatArray
from sensorapp.signal.movements import MovementSpan

BETWEEN = 0.215
"""Standard deviation between movements: quartiles -1.82 and -1.53 of 341, over 1.349."""
_FOURTH = 70.0
"""White noise of variance 1 has fourth differences of this variance: 1 + 16 + 36 + 16 + 1."""


def sparc_error(speed: FloatArray, rate_hz: float) -> float | None:
    """Standard error of the SPARC of the speed profile (n,); None under 5 samples or at rest."""
    largest = float(speed.max(initial=0.0))
    if len(speed) < 5 or not largest > 0.0:
        return None
    borders = 0.08 / math.sqrt(len(speed) / rate_hz)
    slow = 0.03 * (50.0 / rate_hz) ** 1.5
    noise = 2.0 * _noise_share(speed / largest, rate_hz) * math.sqrt(100.0 / rate_hz)
    return math.hypot(borders, slow, noise)


def _noise_share(speed: FloatArray, rate_hz: float) -> float:
    for _ in range(4):  # `np.diff` takes thrice as long for so few samples
        speed = speed[1:] - speed[:-1]
    quick2 = float((speed**2).mean()) / _FOURTH
    of_movements = min(0.11, 0.02 * (50.0 / rate_hz) ** 2)
    return math.sqrt(max(0.0, quick2 - of_movements**2))


def confidence_in(value: float | None, span: MovementSpan) -> float | None:
    """How far to trust this SPARC of a movement; None without one."""
    if value is None:
        return None
    error = sparc_error(span.speed_rads, span.rate_hz)
    return None if error is None else BETWEEN**2 / (BETWEEN**2 + error**2)


def _measure(span: MovementSpan) -> float | None:
    return confidence_in(sparc.METRIC.measure(span), span)


METRIC = Metric(
    key="sparc_confidence",
    unit="",
    better=Better.HIGHER,
    help="How far the smoothness of the movement can be trusted, 0 to 1.",
    measure=_measure,
    examples=(
        Example(
            span_of(minimum_jerk_speed(1.0, 1.0, 100.0)[:100], 100.0),
            0.215**2 / (0.215**2 + 0.08**2 + 0.03**2 / 8.0),
            1e-4,
            "by hand: one second, no noise",
        ),
        Example(
            span_of(minimum_jerk_speed(1.0, 4.0, 25.0)[:100], 25.0),
            0.215**2 / (0.215**2 + 0.04**2 + 0.03**2 * 8.0),
            1e-4,
            "by hand: four seconds at 25 Hz",
        ),
        Example(span_of(np.zeros(100), 100.0), None, 0.0, "no smoothness, nothing to trust"),
        Example(span_of(np.full(100, np.nan), 100.0), None, 0.0, "unknown stays unknown"),
    ),
)
