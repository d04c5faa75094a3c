"""Smoothness as spectral arc length (SPARC), on the speed of turning.

Balasubramanian, Melendez-Calderon, Roby-Brami & Burdet 2015, J NeuroEng Rehabil 12:112, doi
10.1186/s12984-015-0090-9, with the paper's own parameters: zero-padding to four powers of
two above the length, amplitudes of at least 0.05 of the largest, up to 10 Hz. We depart in
nothing; a rate below 20 Hz ends the spectrum at half the rate.

Values are negative; a single smooth stroke has -1.40, and the closer to 0 the smoother. It
takes the speed as measured: noise of 5 % moves it by 0.01.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric, minimum_jerk_speed, span_of
from sensorapp.model.imu import FloatArray
from sensorapp.signal.movements import MovementSpan

HIGHEST_HZ = 10.0
LEAST_AMPLITUDE = 0.05
PADDING = 4
SHORTEST_S = 0.25
"""Under this there is no stroke to judge, only a jolt."""


def spectral_arc_length(speed: FloatArray, rate_hz: float) -> float | None:
    """SPARC of the speed profile (n,), in any unit; None if too short, still or not finite."""
    n = len(speed)
    if n < 4 or n < SHORTEST_S * rate_hz or not np.isfinite(speed).all():
        return None
    length = 2 ** (math.ceil(math.log2(n)) + PADDING)
    amplitude = np.abs(np.fft.rfft(speed, length))
    largest = float(amplitude.max())
    if largest <= 0.0:
        return None
    step_hz = rate_hz / length
    amplitude = amplitude[: int(HIGHEST_HZ / step_hz) + 1] / largest
    enough = np.flatnonzero(amplitude >= LEAST_AMPLITUDE)
    kept = amplitude[enough[0] : enough[-1] + 1]
    if len(kept) < 2:
        return None
    step = 1.0 / (len(kept) - 1)
    return -float(np.sqrt(step * step + np.diff(kept) ** 2).sum())


def _measure(span: MovementSpan) -> float | None:
    return spectral_arc_length(span.speed_rads, span.rate_hz)


METRIC = Metric(
    key="sparc",
    unit="",
    better=Better.HIGHER,
    help="Smoothness of the movement; closer to 0 is smoother.",
    measure=_measure,
    examples=(
        Example(
            span_of(minimum_jerk_speed(0.3, 1.0, 1000.0), 1000.0),
            -1.4025,
            2e-4,
            "minimum jerk, by the authors' own program",
        ),
        Example(
            span_of(minimum_jerk_speed(1.0, 2.0, 100.0), 100.0),
            -1.4025,
            4e-3,
            "the same; zero-padding to powers of two leaves a grain of 0.003",
        ),
        Example(span_of(np.zeros(200), 100.0), None, 0.0, "no movement, no smoothness"),
        Example(span_of(np.full(200, np.nan), 100.0), None, 0.0, "unknown stays unknown"),
        Example(span_of(np.ones(3), 100.0), None, 0.0, "too short"),
    ),
)
