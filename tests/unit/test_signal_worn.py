"""Worn or not, on made-up signals."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.model.imu import FloatArray
from sensorapp.signal.activity.worn import WornDetector
from tests.signal_streams import chunks_of
from tests.simulated_bodies import drawn

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


def test_without_gyroscope_a_whole_minute_has_to_be_still() -> None:
    accel, gyro = still(70.0, 1.0, 0.05)
    detector = WornDetector(100.0, has_gyro=False)
    chunks = chunks_of(accel, np.full_like(gyro, np.nan), has_gyro=False)
    said = [detector.step(chunk) for chunk in chunks]
    assert said[:595] == [None] * 595
    assert said[601:] == [False] * len(said[601:])


def test_a_shallow_breath_is_worn_without_a_gyroscope_because_backs_drift() -> None:
    accel, gyro = still(90.0, 1.0, 0.05)
    t_s = np.arange(len(accel)) / 100.0
    lean_deg = 0.2 * np.sin(2 * np.pi * 0.25 * t_s) + 0.4 * np.sin(2 * np.pi * t_s / 70.0)
    accel[:, 2] += 9.81 * np.radians(lean_deg)
    detector = WornDetector(100.0, has_gyro=False)
    chunks = chunks_of(accel, np.full_like(gyro, np.nan), has_gyro=False)
    assert [detector.step(chunk) for chunk in chunks][-1] is True


@pytest.mark.parametrize("rate_hz", [25.0, 100.0])
def test_worn_sitting_is_never_not_worn(rate_hz: float) -> None:
    """Shallow breath, a steady back and a very quiet sensor: 40 wearers drawn now."""
    for rng in drawn(40):
        t_s = np.arange(round(25.0 * rate_hz)) / rate_hz
        depth_deg, breaths_hz = rng.uniform(0.15, 0.4), rng.uniform(0.15, 0.33)
        phase = 2 * np.pi * (breaths_hz * t_s + rng.uniform())
        lean_rad = np.radians(depth_deg) * np.sin(phase)
        accel = rng.normal(size=(len(t_s), 3)) * 0.7 * MG
        accel += np.stack((0.0 * t_s, 9.81 * np.cos(lean_rad), 9.81 * np.sin(lean_rad)), axis=1)
        gyro = np.radians(rng.normal(size=accel.shape) * 0.03)
        gyro[:, 0] += np.radians(depth_deg) * 2 * np.pi * breaths_hz * np.cos(phase)
        detector = WornDetector(rate_hz)
        assert False not in [detector.step(chunk) for chunk in chunks_of(accel, gyro, rate_hz)]
