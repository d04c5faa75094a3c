"""What is learned of a gyroscope's errors, and what must not be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sensorapp.model.imu import FloatArray
from sensorapp.signal.gyro_errors import LARGEST, USUAL, GyroErrors
from tests.signal_streams import ideal_imu

RATE_HZ = 50.0
TRUE = np.array([[0.02, -0.01, 0.0], [0.005, -0.015, 0.01], [0.0, 0.01, 0.01]])
BIAS_RADS = np.radians([0.3, -0.2, 0.1])


def tumbling(seconds: float, seed: int = 3) -> tuple[FloatArray, FloatArray]:
    """Specific force and true rate of a sensor turned about all axes by hand, in place."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    rates = sum(
        np.sin(2 * np.pi * (hz * t_s[:, np.newaxis] + rng.random(3))) * rng.uniform(0.5, 2.0, 3)
        for hz in (0.07, 0.19, 0.31)
    )
    turns = Rotation.from_rotvec(np.asarray(rates) / RATE_HZ)
    poses = [Rotation.identity()]
    for step in turns[1:]:
        poses.append(poses[-1] * step)
    return ideal_imu(Rotation.concatenate(poses), RATE_HZ)


def learned(
    accel: FloatArray, true_rates: FloatArray, learner: GyroErrors, clipped: bool = False
) -> GyroErrors:
    """Feed measured rates in pieces of a tenth of a second, corrected as the filter does."""
    measured = (true_rates + BIAS_RADS) @ np.linalg.inv(np.eye(3) + TRUE).T
    flags = np.full(5, clipped)
    for begin in range(0, len(accel) - 4, 5):
        rows = slice(begin, begin + 5)
        learner.step(measured[rows] @ (np.eye(3) + learner.matrix).T, accel[rows], flags)
    return learner


def noisy(accel: FloatArray) -> FloatArray:
    return accel + np.random.default_rng(8).normal(size=accel.shape) * 0.05


@pytest.mark.parametrize("seed", [3, 4])
def test_scale_and_axes_are_found_within_minutes(seed: int) -> None:
    accel, rates = tumbling(180.0, seed)
    matrix = learned(noisy(accel), rates, GyroErrors(RATE_HZ)).matrix
    assert np.abs(matrix - TRUE).max() < 0.3 * np.abs(TRUE).max()
    assert np.sqrt(np.mean((matrix - TRUE) ** 2)) < 0.25 * np.sqrt(np.mean(TRUE**2))


def test_at_rest_nothing_is_made_up() -> None:
    accel = noisy(np.tile([0.0, 0.0, 9.81], (3000, 1)))
    assert np.abs(learned(accel, np.zeros((3000, 3)), GyroErrors(RATE_HZ)).matrix).max() < 1e-3


def test_what_was_learned_survives_a_hole_but_the_open_window_does_not() -> None:
    accel, rates = tumbling(120.0)
    learner = learned(accel, rates, GyroErrors(RATE_HZ))
    before = learner.matrix
    learner.restart()
    np.testing.assert_array_equal(learner.matrix, before)
    almost = round(USUAL.window_s * RATE_HZ) - 1
    flags = np.zeros(almost, dtype=np.bool_)
    assert not learner.step(rates[:almost], accel[:almost], flags)
    learner.restart()
    assert not learner.step(rates[:almost], accel[:almost], flags)
    assert learner.step(rates[:1], accel[:1], flags[:1])


def test_clipped_windows_teach_nothing() -> None:
    accel, rates = tumbling(60.0)
    assert not learned(accel, rates, GyroErrors(RATE_HZ), clipped=True).matrix.any()


def test_nonsense_stays_within_bounds() -> None:
    rng = np.random.default_rng(1)
    learner = GyroErrors(RATE_HZ)
    for _ in range(100):
        block = rng.normal(size=(300, 3))
        learner.step(block * 30.0, rng.normal(size=(300, 3)) * 80.0, np.zeros(300, dtype=np.bool_))
        assert np.isfinite(learner.matrix).all()
        assert np.abs(learner.matrix).max() <= LARGEST


def test_a_matrix_that_was_handed_out_is_ones_own() -> None:
    learner = GyroErrors(RATE_HZ)
    learner.matrix[:] = 1.0
    assert not learner.matrix.any()
