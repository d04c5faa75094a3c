"""Walking and not worn, on made-up signals."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.model.imu import FloatArray
from sensorapp.signal.activity import WalkingDetector, WornDetector
from tests.signal_streams import chunks_of

RNG = np.random.default_rng(11)
MG = 9.80665e-3


def still(seconds: float, accel_mg: float, gyro_dps: float) -> tuple[FloatArray, FloatArray]:
    count = round(seconds * 100)
    accel = RNG.normal(size=(count, 3)) * accel_mg * MG + [0.0, 9.81, 0.0]
    return accel, np.radians(RNG.normal(size=(count, 3)) * gyro_dps + 0.5)


@pytest.mark.parametrize(
    ("accel_mg", "gyro_dps", "worn"),
    [(1.0, 0.05, False), (4.0, 0.05, True), (1.0, 0.15, True), (4.0, 0.3, True)],
)
def test_not_worn_needs_stillness_of_both_sensors(
    accel_mg: float, gyro_dps: float, worn: bool
) -> None:
    detector = WornDetector(100.0)
    answers = [detector.step(chunk) for chunk in chunks_of(*still(15.0, accel_mg, gyro_dps))]
    assert answers[:95] == [None] * 95
    assert answers[101:] == [worn] * len(answers[101:])


def test_breathing_alone_is_worn() -> None:
    accel, gyro = still(20.0, 1.0, 0.05)
    breath_deg = 0.4 * np.sin(2 * np.pi * 0.25 * np.arange(2000) / 100.0)
    accel[:, 2] += 9.81 * np.radians(breath_deg)
    gyro[1:, 0] += np.radians(np.diff(breath_deg) * 100.0)
    detector = WornDetector(100.0)
    assert [detector.step(chunk) for chunk in chunks_of(accel, gyro)][-1] is True


def test_taken_up_again_it_is_worn_within_a_second() -> None:
    accel, gyro = still(30.0, 1.0, 0.05)
    accel[2000:], gyro[2000:] = still(10.0, 30.0, 5.0)
    detector = WornDetector(100.0)
    worn = {chunk.frame_t_ns: detector.step(chunk) for chunk in chunks_of(accel, gyro)}
    assert worn[19_900_000_000] is False
    assert worn[21_000_000_000] is True


def test_one_axis_that_moves_is_enough() -> None:
    accel, gyro = still(15.0, 1.0, 0.05)
    accel[:, 1] += 10.0 * MG * np.sin(np.arange(1500) / 30.0)
    detector = WornDetector(100.0)
    assert [detector.step(chunk) for chunk in chunks_of(accel, gyro)][-1] is True


def test_without_gyroscope_the_accelerometer_decides() -> None:
    accel, gyro = still(15.0, 1.0, 0.05)
    detector = WornDetector(100.0)
    chunks = chunks_of(accel, np.full_like(gyro, np.nan), has_gyro=False)
    assert [detector.step(chunk) for chunk in chunks][-1] is False


@pytest.mark.parametrize("rate_hz", [26.0, 100.0, 400.0])
def test_steps_are_walking_and_sitting_is_not(rate_hz: float) -> None:
    t_s = np.arange(round(30 * rate_hz)) / rate_hz
    accel = np.zeros((len(t_s), 3))
    steps = 1.5 * np.sin(2 * np.pi * 1.8 * t_s) + 0.8 * np.sin(2 * np.pi * 3.6 * t_s)
    accel[:, 1] = 9.81 + np.where((t_s > 10.0) & (t_s < 20.0), steps, 0.0)
    detector = WalkingDetector(rate_hz)
    chunks = chunks_of(accel, np.zeros_like(accel), rate_hz)
    walking = {chunk.frame_t_ns * 1e-9: detector.step(chunk) for chunk in chunks}
    assert not any(walks for t, walks in walking.items() if t < 10.0 or t > 22.0)
    assert all(walks for t, walks in walking.items() if 11.5 < t < 20.0)


def test_rates_too_low_for_steps_never_walk() -> None:
    accel = RNG.normal(size=(40, 3)) * 5.0
    detector = WalkingDetector(2.0)
    assert not any(detector.step(chunk) for chunk in chunks_of(accel, accel, 2.0))
