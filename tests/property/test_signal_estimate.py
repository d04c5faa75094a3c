"""The whole-recording form of the orientation against the streaming one."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from sensorapp.model.imu import FloatArray
from sensorapp.signal.orientation import Orientation, estimate
from sensorapp.signal.vertical import up_in_sensor
from tests.signal_streams import bend_deg, chunks_of, ideal_imu, upright_then

RATES_HZ = (10.0, 26.0, 48.0, 100.0, 416.0)


@cache
def recorded(rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Half a minute of bending and turning with noise, a short and a long hole."""
    parts = [
        upright_then(bend_deg(peak, 3.0, rate_hz), axis, rate_hz, rest_s=1.5)
        for axis, peak in [((-1, 0, 0), 40.0), ((0, 1, 0), 60.0), ((0, 0, -1), 30.0)] * 2
    ]
    accel, gyro = ideal_imu(Rotation.concatenate(parts), rate_hz)
    rng = np.random.default_rng(2)
    accel = accel + rng.normal(size=accel.shape) * 0.05
    gyro = gyro * 1.01 + rng.normal(size=gyro.shape) * 0.002
    second = round(rate_hz)
    accel[5 * second] = np.nan
    gyro[9 * second : 10 * second, 1] = np.inf
    return accel, gyro


@cache
def whole(rate_hz: float) -> FloatArray:
    return estimate(*recorded(rate_hz), rate_hz)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(RATES_HZ), st.lists(st.integers(1, 90), min_size=1, max_size=8))
def test_a_stream_in_any_packets_gives_the_same_bits(rate_hz: float, sizes: list[int]) -> None:
    orientation = Orientation(rate_hz)
    for chunk in chunks_of(*recorded(rate_hz), rate_hz, sizes):
        np.testing.assert_array_equal(orientation.step(chunk), whole(rate_hz)[chunk.index])


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_what_comes_later_changes_nothing(rate_hz: float) -> None:
    accel, gyro = recorded(rate_hz)
    half = 8 * round(rate_hz) + 1
    np.testing.assert_array_equal(
        estimate(accel[:half], gyro[:half], rate_hz), whole(rate_hz)[:half]
    )


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_every_row_has_a_unit_quaternion(rate_hz: float, causal: bool) -> None:
    quats = estimate(*recorded(rate_hz), rate_hz, causal=causal)
    np.testing.assert_allclose(np.linalg.norm(quats, axis=1), 1.0, atol=1e-9)


@pytest.mark.parametrize("causal", [True, False])
def test_z_is_up(causal: bool) -> None:
    accel = np.tile([0.0, 9.8, 0.0], (500, 1))
    quats = estimate(accel, np.zeros((500, 3)), 100.0, causal=causal)
    np.testing.assert_allclose(up_in_sensor(quats), np.tile([0, 1, 0], (500, 1)), atol=1e-3)


@pytest.mark.parametrize("causal", [True, False])
def test_missing_rows_carry_what_is_known(causal: bool) -> None:
    accel, gyro = (values.copy() for values in recorded(100.0))
    accel[:30] = np.nan
    quats = estimate(accel, gyro, 100.0, causal=causal)
    np.testing.assert_array_equal(quats[:30], np.tile(quats[30], (30, 1)))
    assert np.isnan(estimate(np.full((5, 3), np.nan), gyro[:5], 100.0, causal=causal)).all()
    assert estimate(accel[40:41], gyro[40:41], 100.0, causal=causal).shape == (1, 4)
    assert estimate(accel[:0], gyro[:0], 100.0, causal=causal).shape == (0, 4)


@pytest.mark.parametrize("causal", [True, False])
def test_without_a_gyroscope_the_acceleration_is_up(causal: bool) -> None:
    accel = np.tile([9.8, 0.0, 0.0], (400, 1))
    quats = estimate(accel, np.full((400, 3), np.nan), 50.0, causal=causal)
    np.testing.assert_allclose(up_in_sensor(quats), np.tile([1, 0, 0], (400, 1)), atol=1e-9)


@pytest.mark.parametrize(
    ("accel", "gyro", "rate_hz"),
    [((5, 3), (4, 3), 100.0), ((5, 4), (5, 4), 100.0), ((3,), (3,), 100.0), ((5, 3), (5, 3), 0.0)],
)
def test_other_shapes_are_refused(
    accel: tuple[int, ...], gyro: tuple[int, ...], rate_hz: float
) -> None:
    with pytest.raises(ValueError, match="must be"):
        estimate(np.ones(accel), np.ones(gyro), rate_hz)
