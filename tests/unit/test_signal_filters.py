"""Filters continue between calls, start settled, and are SciPy's own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import signal

from sensorapp.signal.filters import (
    ScalarFilter,
    VectorFilter,
    band_pass_sos,
    low_pass_delay_s,
    low_pass_sos,
    zero_phase_low_pass,
)

RNG = np.random.default_rng(7)


def test_the_vector_filter_equals_one_pass_of_scipy() -> None:
    values = RNG.normal(size=(200, 3))
    sos = low_pass_sos(5.0, 100.0)
    whole, _ = signal.sosfilt(
        sos, values, axis=0, zi=signal.sosfilt_zi(sos)[:, :, np.newaxis] * values[0]
    )
    low_pass = VectorFilter(sos)
    pieces = [low_pass.step(part) for part in np.split(values, [1, 11, 20, 150])]
    np.testing.assert_allclose(np.concatenate(pieces), whole, rtol=0, atol=1e-12)


@pytest.mark.parametrize("sos", [low_pass_sos(6.0, 100.0), band_pass_sos(0.5, 4.0, 10.0)])
def test_the_scalar_filter_equals_one_pass_of_scipy(sos: np.ndarray) -> None:
    values = RNG.normal(size=200)
    whole, _ = signal.sosfilt(sos, values, zi=signal.sosfilt_zi(sos) * values[0])
    scalar = ScalarFilter(sos)
    pieces = [scalar.step(part.tolist()) for part in np.split(values, [1, 11, 20, 150])]
    np.testing.assert_allclose(np.concatenate(pieces), whole, rtol=0, atol=1e-12)


def test_a_constant_passes_from_the_first_sample_on_and_again_after_reset() -> None:
    low_pass = VectorFilter(low_pass_sos(5.0, 100.0))
    for level in (3.0, -8.0):
        np.testing.assert_allclose(low_pass.step(np.full((20, 2), level)), level, atol=1e-12)
        low_pass.reset()


def test_the_delay_is_as_documented() -> None:
    ramp = np.arange(200.0)
    scalar = ScalarFilter(low_pass_sos(6.0, 100.0))
    behind_s = (ramp - np.array(scalar.step(ramp.tolist())))[-1] / 100.0
    assert behind_s == pytest.approx(low_pass_delay_s(6.0), abs=0.0005)
    assert low_pass_delay_s(6.0) == pytest.approx(0.0375, abs=0.0002)


def test_slow_sensors_get_a_lower_corner_instead_of_an_error() -> None:
    assert np.isfinite(low_pass_sos(5.0, 4.0)).all()


def test_forward_and_back_there_is_no_delay_and_half_the_power_at_the_corner() -> None:
    rate_hz, cutoff_hz = 100.0, 6.0
    t_s = np.arange(2000) / rate_hz
    for hz, gain in ((1.0, 1.0), (6.0, math.sqrt(0.5)), (24.0, 0.0)):
        wave = np.cos(2.0 * np.pi * hz * t_s)
        filtered = zero_phase_low_pass(wave, cutoff_hz, rate_hz)
        np.testing.assert_allclose(filtered[500:-500], gain * wave[500:-500], atol=0.02)
