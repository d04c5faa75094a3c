"""Orientation over holes, restarts and without a gyroscope."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from vqf import VQF

from sensorapp.model.imu import FloatArray
from sensorapp.signal.gaps import filled
from sensorapp.signal.gravity import quats_from_up
from sensorapp.signal.orientation import Orientation
from sensorapp.signal.vertical import up_in_sensor
from tests.signal_streams import bend_deg, chunks_of, ideal_imu, upright_then

LEFT = (-1.0, 0.0, 0.0)
MOTION = upright_then(np.tile(bend_deg(50.0, 3.0), 8), LEFT)
ACCEL, GYRO = ideal_imu(MOTION)


def errors_deg(lost: list[tuple[int, int]], bias_dps: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Instants in s and angles between estimated and true up."""
    gyro = GYRO + np.radians(bias_dps)
    orientation = Orientation(100.0)
    chunks = chunks_of(ACCEL, gyro, lost=lost)
    ups = np.concatenate([up_in_sensor(orientation.step(chunk)) for chunk in chunks])
    index = np.concatenate([chunk.index for chunk in chunks])
    cosines = (ups * MOTION[index].inv().apply([0.0, 0.0, 1.0])).sum(axis=1)
    return index / 100.0, np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0)))


def test_without_holes_it_follows_ideal_motion() -> None:
    _, errors = errors_deg([])
    assert errors.max() < 1.5  # a parabola looks half a sample back: 0.4 deg at 60 deg/s


@pytest.mark.parametrize("missing", [1, 5, 20])
def test_a_hole_of_up_to_200_ms_is_bridged(missing: int) -> None:
    t_s, errors = errors_deg([(1210, 1210 + missing)])
    assert len(errors) == len(ACCEL) - missing - (len(ACCEL) - 1) % 10
    assert errors[t_s > 12.1].max() < 4.0


def test_a_longer_hole_restarts_and_is_uncertain_for_5_s() -> None:
    orientation = Orientation(100.0)
    restarts, uncertain = [], []
    for chunk in chunks_of(ACCEL, GYRO, lost=[(1210, 1231)]):
        orientation.step(chunk)
        if orientation.restarted:
            restarts.append(chunk.frame_t_ns)
        if orientation.uncertain(chunk.frame_t_ns):
            uncertain.append(chunk.frame_t_ns)
    assert restarts == [12_310_000_000]
    assert uncertain[0] == 12_310_000_000
    assert uncertain[-1] == 17_300_000_000


def test_a_restart_keeps_the_bias() -> None:
    orientation = Orientation(100.0)
    rest_accel = np.tile(ACCEL[0], (1500, 1))
    rest_gyro = np.tile(np.radians([0.4, -0.3, 0.2]), (1500, 1))
    before = np.zeros(3)
    for chunk in chunks_of(rest_accel, rest_gyro, lost=[(1000, 1100)]):
        before = orientation.bias_rads
        orientation.step(chunk)
        if orientation.restarted:
            break
    np.testing.assert_allclose(np.degrees(before), [0.4, -0.3, 0.2], atol=0.05)
    np.testing.assert_allclose(orientation.bias_rads, before, atol=1e-4)


def test_two_holes_in_one_chunk_are_both_bridged() -> None:
    t_s, errors = errors_deg([(1212, 1214), (1216, 1218)])
    assert errors[t_s > 12.1].max() < 1.5


def test_filling_is_a_straight_line() -> None:
    rows = filled(np.array([0.0, 10.0]), np.array([[4.0, 2.0], [9.0, 9.0]]), 3)
    assert rows.tolist() == [[1, 8], [2, 6], [3, 4], [4, 2], [9, 9]]


def test_the_parabola_is_exact_where_the_rate_bends() -> None:
    """A rate quadratic in time integrates exactly, where holding samples does not."""
    t_s = np.arange(300) / 100.0
    gyro = np.zeros((300, 3))
    gyro[:, 0] = 0.2 * t_s**2
    accel = np.zeros((300, 3))  # VQF leaves these out, so only the gyroscope counts
    orientation = Orientation(100.0)
    quats = np.concatenate([orientation.step(chunk) for chunk in chunks_of(accel, gyro)])
    turned = Rotation.from_quat(quats[-1], scalar_first=True).magnitude()
    end_s = (len(quats) - 1) / 100.0
    assert turned == pytest.approx(0.2 * end_s**3 / 3.0, abs=1e-6)
    held = VQF(0.01).updateBatch(gyro[: len(quats)], accel[: len(quats)])["quat6D"][-1]
    held_turn = float(Rotation.from_quat(held, scalar_first=True).magnitude())
    assert abs(held_turn - float(turned)) > 5e-3


def test_without_a_gyroscope_the_low_passed_acceleration_is_up() -> None:
    accel = np.tile(ACCEL[0], (300, 1))
    accel[100:] = MOTION[450].inv().apply([0.0, 0.0, 9.8])
    orientation = Orientation(100.0, has_gyro=False)
    nothing = np.full_like(accel, np.nan)
    ups = np.concatenate(
        [
            up_in_sensor(orientation.step(chunk))
            for chunk in chunks_of(accel, nothing, has_gyro=False)
        ]
    )
    np.testing.assert_allclose(ups[50], [0.0, 1.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(ups[-1], accel[-1] / 9.8, atol=2e-2)


def test_shortest_turns_bring_any_up_to_the_vertical() -> None:
    up = np.random.default_rng(2).normal(size=(100, 3))
    up[0], up[1] = (0.0, 0.0, -1.0), (0.0, 0.0, 1.0)
    turns = Rotation.from_quat(quats_from_up(up), scalar_first=True)
    turned = turns.apply(up / np.linalg.norm(up, axis=1, keepdims=True))
    np.testing.assert_allclose(turned, np.tile([0.0, 0.0, 1.0], (100, 1)), atol=1e-9)
