"""LDLJ and LDLJ-A against an independent implementation and against worked examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monalysa.quality import smoothness as authors

from sensorapp.metrics.base import minimum_jerk_speed
from sensorapp.metrics.ldlj import ldlj, ldlj_a
from sensorapp.model.imu import FloatArray

G_MPS2 = 9.80665
COUNTS = st.integers(4, 900)
RATES_HZ = st.floats(10.0, 416.0)
SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=60, deadline=None)
@given(COUNTS, RATES_HZ, st.sampled_from([1, 3]), SEEDS)
def test_ldlj_equals_monalysa(count: int, rate_hz: float, axes: int, seed: int) -> None:
    velocity = np.cumsum(np.random.default_rng(seed).normal(size=(count, axes)), axis=0)
    expected = authors.log_dimensionless_jerk(velocity, rate_hz)
    given_ = velocity[:, 0] if axes == 1 else velocity
    assert ldlj(given_, rate_hz) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(COUNTS, RATES_HZ, SEEDS)
def test_ldlj_a_equals_monalysa_without_a_gyroscope(count: int, rate_hz: float, seed: int) -> None:
    accel = np.cumsum(np.random.default_rng(seed).normal(size=(count, 3)), axis=0) + G_MPS2
    expected = authors.log_dimensionless_jerk_imu(accel, None, rate_hz)
    assert ldlj_a(accel, rate_hz) == pytest.approx(expected, abs=1e-9)


def test_the_gyroscope_term_by_hand() -> None:
    """Three samples, 10 Hz, turning about x.

    Jerk: - a x w of the first, then differences * 10 - a x w. By hand:
    a = (0 0 10), (0 1 10), (0 1 10); w = (2 0 0): a x w = (0 20 0), (0 20 -2), (0 20 -2).
    jerk = (0 -20 0), (0 -10 2), (0 -20 2); its square sums to 400 + 104 + 404 = 908.
    a - mean = (0 -2/3 0), then (0 1/3 0): a2 = 4/9; T = 0.3.
    """
    accel = np.array([[0.0, 0.0, 10.0], [0.0, 1.0, 10.0], [0.0, 1.0, 10.0]])
    gyro = np.tile([2.0, 0.0, 0.0], (3, 1))
    expected = -math.log(0.3 / (4.0 / 9.0) * 90.8)
    assert ldlj_a(accel, 10.0, gyro_rads=gyro) == pytest.approx(expected, abs=1e-12)


def bend(rate_hz: float) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """A sensor on a rod of 0.4 m that bends by 1 rad in 2 s: accel, gyro, earth's jerk, T."""
    rod_m, duration_s = 0.4, 2.0
    s = np.arange(round(duration_s * rate_hz) + 1) / (duration_s * rate_hz)
    angle = 10.0 * s**3 - 15.0 * s**4 + 6.0 * s**5
    rate = (30.0 * s**2 - 60.0 * s**3 + 30.0 * s**4) / duration_s
    turn = (60.0 * s - 180.0 * s**2 + 120.0 * s**3) / duration_s**2
    twist = (60.0 - 360.0 * s + 360.0 * s**2) / duration_s**3
    # Earth: x forward, z up; the rod points along u = (sin, cos), the sensor's z; its x is t.
    sin, cos = np.sin(angle), np.cos(angle)
    along, across = -(rate**2) * rod_m, turn * rod_m  # d2/dt2 (rod u) in u and t
    zero = np.zeros_like(s)
    accel = np.stack((across - G_MPS2 * sin, zero, along + G_MPS2 * cos), axis=1)
    gyro = np.stack((zero, rate, zero), axis=1)
    # d3/dt3 (rod u): -3 w w' in u and w'' - w^3 in t.
    jerk = rod_m * np.stack((twist - rate**3, zero, -3.0 * rate * turn), axis=1)
    return accel, gyro, jerk, len(s) / rate_hz


def test_a_turning_gravity_drops_out_of_the_jerk() -> None:
    """In closed form the jerk of a bend is that of its circle; gravity turns and adds none."""
    rate_hz = 1000.0
    accel, gyro, jerk, duration_s = bend(rate_hz)
    largest2 = ((accel - accel.mean(axis=0)) ** 2).sum(axis=1).max()
    expected = -math.log(duration_s / largest2 * (jerk**2).sum() / rate_hz)
    assert ldlj_a(accel, rate_hz, gyro_rads=gyro) == pytest.approx(expected, abs=5e-3)
    without = ldlj_a(accel, rate_hz)
    assert without is not None
    assert without < expected - 1.0


def test_the_ideal_stroke_has_the_closed_form_value() -> None:
    assert ldlj(minimum_jerk_speed(0.7, 1.3, 5000.0), 5000.0) == pytest.approx(
        -math.log(204.8), abs=2e-3
    )


@pytest.mark.parametrize("unit", [1e-9, 1.0, 57.3, 1e9])
def test_no_unit_and_no_duration_changes_it(unit: float) -> None:
    """Twice as slow and in other units: the same samples at half the rate, scaled."""
    speed = minimum_jerk_speed(1.0, 1.0, 200.0)
    assert ldlj(unit * speed, 100.0) == pytest.approx(ldlj(speed, 200.0), abs=1e-9)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [1.0, math.nan, 2.0], [0.0] * 9])
def test_what_has_no_jerk_has_no_answer(values: list[float]) -> None:
    assert ldlj(np.array(values), 100.0) is None
    assert ldlj_a(np.outer(values, np.ones(3)), 100.0) is None


def test_a_gyroscope_with_an_unknown_sample_has_no_answer() -> None:
    accel, gyro, _, _ = bend(100.0)
    gyro[7, 1] = math.nan
    assert ldlj_a(accel, 100.0, gyro_rads=gyro) is None


def test_a_rate_that_is_none_is_refused() -> None:
    for rate_hz in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="rate"):
            ldlj(np.ones(9), rate_hz)
        with pytest.raises(ValueError, match="rate"):
            ldlj_a(np.ones((9, 3)), rate_hz)
