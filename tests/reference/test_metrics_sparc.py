"""SPARC against an independent implementation and the ideal stroke."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monalysa.quality import smoothness as authors

from sensorapp.metrics.base import minimum_jerk_speed
from sensorapp.metrics.sparc import sparc


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 900),
    rate_hz=st.floats(20.0, 416.0),
    fc_hz=st.floats(4.0, 10.0),
    threshold=st.floats(0.01, 0.3),
    pad_level=st.integers(0, 6),
    seed=st.integers(0, 2**32 - 1),
)
def test_equals_monalysa_on_any_profile(
    count: int, rate_hz: float, fc_hz: float, threshold: float, pad_level: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    speed = np.abs(np.cumsum(rng.normal(size=count)) + rng.normal(size=count))
    with np.errstate(divide="ignore", invalid="ignore"):  # one bin: 0 / 0
        expected = authors.sparc(speed, rate_hz, padlevel=pad_level, fc=fc_hz, amp_th=threshold)[0]
    ours = sparc(speed, rate_hz, fc_hz=fc_hz, amplitude_threshold=threshold, pad_level=pad_level)
    assert (-0.0 if ours is None else ours) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(5, 900), st.floats(20.0, 416.0), st.integers(0, 2**32 - 1))
def test_its_defaults_are_the_authors(count: int, rate_hz: float, seed: int) -> None:
    speed = np.abs(np.random.default_rng(seed).normal(1.0, 1.0, size=count))
    assert sparc(speed, rate_hz) == pytest.approx(authors.sparc(speed, rate_hz)[0], abs=1e-12)


@pytest.mark.parametrize("duration_s", [0.6, 1.0, 1.5, 2.0, 4.0])
@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 400.0])
def test_equals_monalysa_on_ideal_strokes(duration_s: float, rate_hz: float) -> None:
    speed = minimum_jerk_speed(1.0, duration_s, rate_hz)
    expected = authors.sparc(speed, fs=rate_hz)[0]
    assert sparc(speed, rate_hz) == pytest.approx(expected, abs=1e-12)
    assert expected == pytest.approx(-1.4025, abs=5e-3)


def test_a_slow_sensor_is_not_judged_by_a_mirror_image() -> None:
    """Where we depart: the authors' spectrum at 10 Hz runs down, and up again to 10."""
    slow = minimum_jerk_speed(1.0, 2.0, 10.0)
    assert sparc(slow, 10.0) == pytest.approx(-1.4025, abs=0.02)
    assert authors.sparc(slow, 10.0)[0] < -2.0
    assert sparc(slow, 10.0) == sparc(slow, 10.0, fc_hz=5.0)


def test_noise_of_5_percent_hardly_matters() -> None:
    speed = minimum_jerk_speed(1.0, 1.8, 100.0)
    rng = np.random.default_rng(6)
    noisy = np.abs(speed + rng.normal(size=len(speed)) * 0.05 * speed.max())
    assert sparc(noisy, 100.0) == pytest.approx(sparc(speed, 100.0), abs=0.05)
