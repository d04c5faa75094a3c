"""Smoothness as spectral arc length (SPARC), on the speed of turning.

Balasubramanian, Melendez-Calderon, Roby-Brami & Burdet 2015, J NeuroEng Rehabil 12:112, doi
10.1186/s12984-015-0090-9, with the paper's own parameters as defaults: zero-padding to four
powers of two above the length, amplitudes of at least 0.05 of the largest, up to 10 Hz.

We depart in one thing: a spectrum ends at half the rate at the latest. The authors' program
runs on into its mirror image, which would double the arc of a sensor slower than 20 Hz.

Values are negative; a single smooth stroke has -1.40, and the closer to 0 the smoother. It
takes the speed as measured: noise of 5 % moves it by 0.01.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.metrics.base import Better, Example, Metric, minimum_jerk_speed, span_of
from sensorapp.model.imu import FloatArray
from sensorapp.signal.movements import MovementSpan

SHORTEST_S = 0.25
"""Under this there is no stroke to judge, only a jolt."""


def sparc(
    speed: FloatArray,
    rate_hz: float,
    *,
    fc_hz: float = 10.0,
    amplitude_threshold: float = 0.05,
    pad_level: int = 4,
) -> float | None:
    """SPARC of the speed profile (n,), in any unit, sampled at `rate_hz` without a hole.

    `fc_hz` is the highest frequency that counts, `amplitude_threshold` the share of the
    largest amplitude from whose first to last appearance the arc runs, `pad_level` how many
    powers of two the length is padded by. None where the definition gives no number: no
    sample, one that is not finite, standstill, or an arc of one point. ValueError for a rate
    that is not positive or a profile that is not one-dimensional.
    """
    speed = np.asarray(speed, dtype=np.float64)
    if speed.ndim != 1 or not rate_hz > 0.0:
        raise ValueError("a speed profile is one row of samples at a positive rate")
    if len(speed) == 0 or not np.isfinite(speed).all():
        return None
    length = 2 ** (math.ceil(math.log2(len(speed))) + pad_level)
    spectrum = np.fft.rfft(speed, length)
    counted = np.count_nonzero(np.arange(len(spectrum)) * (rate_hz / length) <= fc_hz)
    # Of a speed that is nowhere negative no amplitude is above the one at 0 Hz.
    needed = spectrum[: max(1, counted)] if speed.min() >= 0.0 else spectrum
    amplitude = np.abs(needed)
    largest = float(amplitude.max())
    if largest <= 0.0:
        return None
    amplitude = amplitude[:counted] / largest
    enough = np.flatnonzero(amplitude >= amplitude_threshold)
    if len(enough) < 2:
        return None
    kept = amplitude[enough[0] : enough[-1] + 1]
    step = 1.0 / (len(kept) - 1)
    return -float(np.sqrt(step * step + (kept[1:] - kept[:-1]) ** 2).sum())


def _measure(span: MovementSpan) -> float | None:
    n = len(span.speed_rads)
    if n < 4 or n < SHORTEST_S * span.rate_hz:
        return None
    return sparc(span.speed_rads, span.rate_hz)


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
