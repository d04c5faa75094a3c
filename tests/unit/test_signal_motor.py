"""A motor's vibration and what is like it, on made-up signals."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.signal.activity.motor import MotorDetector
from tests import simulated_bodies as bodies


def found(accel_mps2: bodies.Floats, rate_hz: float = 100.0) -> list[bool]:
    detector = MotorDetector(rate_hz)
    count = round(rate_hz / 10.0)
    said = []
    for begin in range(0, len(accel_mps2) - count + 1, count):
        frame = np.ascontiguousarray(accel_mps2[begin : begin + count])
        said.append(detector.step(frame, float(np.linalg.norm(frame.mean(axis=0)))))
    return said


def vibration(motor_hz: float, amplitude_mps2: float, seconds: float = 3.0) -> bodies.Floats:
    rng = np.random.default_rng(3)
    t_s = np.arange(round(seconds * 100.0)) / 100.0
    tone = amplitude_mps2 * np.sin(2 * np.pi * motor_hz * t_s)
    shaken: bodies.Floats = np.outer(tone, [0.8, 0.4, 0.5]) + rng.normal(size=(len(t_s), 3)) * 0.05
    shaken[:, 1] += 9.81
    return shaken


@pytest.mark.parametrize("motor_hz", [165.0, 178.0, 222.0, 232.0])
def test_a_vibration_is_found_from_the_third_frame_on(motor_hz: float) -> None:
    assert found(vibration(motor_hz, 3.0)) == [False, False] + [True] * 28


@pytest.mark.parametrize("motor_hz", [195.0, 200.0, 207.0])
def test_what_folds_to_slow_shaking_is_left_alone(motor_hz: float) -> None:
    assert not any(found(vibration(motor_hz, 3.0)))


def test_an_engine_is_too_weak() -> None:
    assert not any(found(vibration(28.0, 0.8)))


def test_slow_sensors_cannot_tell() -> None:
    assert not any(found(vibration(165.0, 3.0), 50.0))


def test_no_body_is_a_motor() -> None:
    rng = np.random.default_rng(8)
    for doing in (bodies.coughing, bodies.laughing, bodies.riding, bodies.rolling):
        assert not any(found(doing(30.0, rng)))
    assert not any(found(bodies.walking(30.0, rng, 2.2, 3.0)))


def test_noise_as_strong_is_no_motor() -> None:
    rng = np.random.default_rng(9)
    assert np.mean(found(rng.normal(size=(3000, 3)) * 3.0 + [0.0, 9.81, 0.0])) < 0.01


def test_after_a_reset_it_takes_three_frames_again() -> None:
    detector = MotorDetector(100.0)
    frame = vibration(165.0, 3.0)[:10]
    size = float(np.linalg.norm(frame.mean(axis=0)))
    assert [detector.step(frame, size) for _ in range(3)] == [False, False, True]
    detector.reset()
    assert not detector.step(frame, size)
