"""Rates over sampling intervals: the parabola, the coning term, the errors taken out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sensorapp.model.imu import FloatArray
from sensorapp.signal.interval_rates import IntervalRates


def test_a_quadratic_rate_is_averaged_exactly() -> None:
    t_s = np.arange(50) / 100.0
    gyro = np.outer(3.0 * t_s**2 - t_s + 0.2, [1.0, 0.0, 0.0])
    rates = IntervalRates(100.0).step(gyro)
    integral = (t_s**3 - t_s**2 / 2 + 0.2 * t_s)[:, np.newaxis] * [1.0, 0.0, 0.0]
    np.testing.assert_allclose(rates[2:], np.diff(integral, axis=0)[1:] * 100.0, atol=1e-12)
    np.testing.assert_allclose(rates[0], gyro[0], atol=1e-12)


def coned(rate_hz: float) -> tuple[Rotation, FloatArray]:
    """A sensor whose axis runs around a cone twice a second, and its rates, in closed form."""
    t_s = np.arange(round(20.0 * rate_hz) + 1) / rate_hz
    half, turn = np.radians(20.0), 4.0 * np.pi
    zero = np.zeros_like(t_s)
    axis = np.stack((np.cos(turn * t_s), np.sin(turn * t_s), zero), axis=1)
    turned = Rotation.from_rotvec(2.0 * half * axis)
    # Rates of a rotation vector of constant length that turns about z (Savage 1998, eq. 46).
    across = np.stack((-np.sin(turn * t_s), np.cos(turn * t_s), zero), axis=1)
    gyro = turn * np.sin(2.0 * half) * across
    gyro[:, 2] = -turn * (1.0 - np.cos(2.0 * half))
    return turned, gyro


def test_coning_drifts_far_less_than_with_samples_held() -> None:
    turned, gyro = coned(100.0)
    truth = (turned[0].inv() * turned[-1]).as_rotvec()
    apart = []
    for rates in (gyro, IntervalRates(100.0).step(gyro)):
        whole = Rotation.identity()
        for step in Rotation.from_rotvec(rates[1:] / 100.0):
            whole = whole * step
        apart.append(np.degrees((Rotation.from_rotvec(truth).inv() * whole).magnitude()))
    held_deg, ours_deg = apart
    assert held_deg > 3.0
    assert ours_deg < 0.1


def test_any_grouping_gives_the_same_rates() -> None:
    gyro = np.random.default_rng(4).normal(size=(400, 3))
    whole = IntervalRates(48.0).step(gyro)
    one = IntervalRates(48.0)
    sizes = [1, 2, 3, 64, 65, 200, 65]
    rows = np.split(gyro, np.cumsum(sizes)[:-1])
    np.testing.assert_allclose(np.concatenate([one.step(part) for part in rows]), whole, atol=1e-14)


def test_errors_are_taken_out_from_the_next_call_on() -> None:
    rates = IntervalRates(100.0)
    gyro = np.tile([1.0, 2.0, 3.0], (5, 1))
    np.testing.assert_allclose(rates.step(gyro), gyro, atol=1e-14)
    rates.set_errors(np.array([[0.01, 0.0, 0.0], [0.0, 0.0, -0.02], [0.1, 0.0, 0.0]]))
    np.testing.assert_allclose(rates.step(gyro), np.tile([1.01, 1.94, 3.1], (5, 1)), atol=1e-14)


def test_after_a_reset_the_past_is_forgotten() -> None:
    rates = IntervalRates(100.0)
    rates.step(np.full((10, 3), 7.0))
    rates.reset()
    np.testing.assert_allclose(rates.step(np.full((3, 3), 1.0)), 1.0, atol=1e-14)


@pytest.mark.parametrize("count", [1, 2, 63, 500])
def test_results_are_ready_for_vqf(count: int) -> None:
    rates = IntervalRates(100.0).step(np.ones((count, 3)))
    assert rates.shape == (count, 3)
    assert rates.flags.c_contiguous
