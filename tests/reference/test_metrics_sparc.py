"""SPARC against an independent implementation and the ideal stroke."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monalysa.quality.smoothness import sparc

from sensorapp.metrics.base import minimum_jerk_speed
from sensorapp.metrics.sparc import spectral_arc_length


@settings(max_examples=60, deadline=None)
@given(st.integers(30, 900), st.floats(20.5, 110.0), st.integers(0, 2**32 - 1))
def test_equals_monalysa_on_any_profile(count: int, rate_hz: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    speed = np.abs(np.cumsum(rng.normal(size=count)) + rng.normal(size=count))
    expected = sparc(speed, fs=rate_hz)[0]
    assert spectral_arc_length(speed, rate_hz) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("duration_s", [0.6, 1.0, 1.5, 2.0, 4.0])
@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 400.0])
def test_equals_monalysa_on_ideal_strokes(duration_s: float, rate_hz: float) -> None:
    speed = minimum_jerk_speed(1.0, duration_s, rate_hz)
    expected = sparc(speed, fs=rate_hz)[0]
    assert spectral_arc_length(speed, rate_hz) == pytest.approx(expected, abs=1e-12)
    assert expected == pytest.approx(-1.4025, abs=5e-3)


def test_noise_of_5_percent_hardly_matters() -> None:
    speed = minimum_jerk_speed(1.0, 1.8, 100.0)
    rng = np.random.default_rng(6)
    noisy = np.abs(speed + rng.normal(size=len(speed)) * 0.05 * speed.max())
    clean = spectral_arc_length(speed, 100.0)
    assert spectral_arc_length(noisy, 100.0) == pytest.approx(clean, abs=0.05)
