"""How far a smoothness can be trusted, and the wearer's own baseline of it."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.metrics.base import minimum_jerk_speed, span_of
from sensorapp.metrics.own_baseline import LEAST_MOVEMENTS, OwnBaseline
from sensorapp.metrics.sparc import sparc
from sensorapp.metrics.sparc_confidence import BETWEEN, METRIC, sparc_error
from sensorapp.model.imu import FloatArray


def stroke(duration_s: float, rate_hz: float, noise: float = 0.0, seed: int = 0) -> FloatArray:
    """Two overlapping strokes as a gyroscope with noise on each axis has them."""
    speed = minimum_jerk_speed(1.0, duration_s, rate_hz)
    shift = len(speed) // 3
    speed[shift:] += 0.5 * speed[:-shift]
    sigma = noise * speed.max()
    along, *across = np.random.default_rng(seed).normal(scale=sigma, size=(3, len(speed)))
    noisy = np.sqrt((speed + along) ** 2 + across[0] ** 2 + across[1] ** 2)
    return np.asarray(noisy[speed > 0.1 * speed.max()])  # cut out as movements are


def confidence(duration_s: float, rate_hz: float, noise: float) -> float:
    found = METRIC.measure(span_of(stroke(duration_s, rate_hz, noise), rate_hz))
    assert found is not None
    assert 0.0 <= found <= 1.0
    return found


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_it_falls_with_the_rate(noise: float) -> None:
    at = [confidence(1.8, rate_hz, noise) for rate_hz in (400.0, 100.0, 50.0, 25.0, 12.5)]
    assert at == sorted(at, reverse=True)
    assert at[1] > 0.85
    assert at[-1] < 0.5


@pytest.mark.parametrize("rate_hz", [400.0, 100.0, 50.0])
def test_it_falls_with_the_noise(rate_hz: float) -> None:
    at = [confidence(1.8, rate_hz, noise) for noise in (0.0, 0.02, 0.05, 0.1, 0.3)]
    assert at == sorted(at, reverse=True)
    assert at[-1] < at[0] - 0.3


def test_it_falls_with_shorter_movements() -> None:
    at = [confidence(duration_s, 100.0, 0.01) for duration_s in (6.0, 2.0, 1.0, 0.6, 0.3)]
    assert at == sorted(at, reverse=True)


@pytest.mark.parametrize(("rate_hz", "noise"), [(100.0, 0.0), (100.0, 0.1), (50.0, 0.05)])
def test_the_error_is_of_the_size_that_degrading_makes(rate_hz: float, noise: float) -> None:
    """Cut by up to 0.1 s, at another rate, with noise."""
    rng = np.random.default_rng(11)
    clean = sparc(stroke(1.5, 400.0), 400.0)  # which the rule was not fitted to
    assert clean is not None
    off, told = [], []
    for seed in range(60):
        cut = int(rng.uniform(0.0, 0.1) * rate_hz)
        speed = stroke(1.5, rate_hz, noise, seed)[cut:]
        value, error = sparc(speed, rate_hz), sparc_error(speed, rate_hz)
        assert value is not None
        assert error is not None
        off.append(value - clean)
        told.append(error)
    rms = float(np.sqrt(np.mean(np.square(off))))
    assert 0.15 < rms / float(np.median(told)) < 1.5


def test_a_confidence_of_half_means_as_much_error_as_difference() -> None:
    span = span_of(stroke(1.0, 100.0, 0.1), 100.0)
    error, found = sparc_error(span.speed_rads, 100.0), METRIC.measure(span)
    assert error is not None
    assert found == pytest.approx(1.0 / (1.0 + (error / BETWEEN) ** 2))


def test_there_is_no_baseline_before_there_are_enough_movements() -> None:
    baseline = OwnBaseline()
    for number in range(LEAST_MOVEMENTS):
        assert baseline.usual() is None
        baseline.add(-1.5 - number / 100.0, 0.9)
    assert baseline.usual() == (-1.65, -1.6, -1.55)
    assert baseline.movements == LEAST_MOVEMENTS


def test_what_is_unknown_or_not_to_be_trusted_does_not_count() -> None:
    baseline = OwnBaseline()
    for _ in range(100):
        baseline.add(None, 0.9)
        baseline.add(-1.6, None)
        baseline.add(-3.0, 0.49)
    assert baseline.movements == 0
    assert baseline.usual() is None


def test_the_baseline_is_that_of_all_movements() -> None:
    rng = np.random.default_rng(2)
    values = -1.4 - rng.gamma(1.5, 0.2, size=500)
    baseline = OwnBaseline()
    for value in values.tolist():
        baseline.add(value, 1.0)
    usual = baseline.usual()
    assert usual is not None
    expected = np.percentile(values, (25, 50, 75), method="inverted_cdf")
    np.testing.assert_allclose(usual, expected, atol=0.005 + 1e-9)
