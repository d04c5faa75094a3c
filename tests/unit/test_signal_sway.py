"""The sway is what NumPy makes of the covariance, however the sensor is turned."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from sensorapp.signal.activity.sway import Sway

Floats = NDArray[np.float64]
GRAVITY = np.array([0.0, 9.81, 0.0])


def shaken(hz: tuple[float, float, float], sizes: tuple[float, float, float]) -> Floats:
    """Frames (100, 3) of 10 s, each axis at its own pace, m/s2."""
    t_s = np.arange(100) / 10.0
    tones = [size * np.sin(2 * np.pi * pace * t_s) for pace, size in zip(hz, sizes, strict=True)]
    return GRAVITY + np.stack(tones, axis=1)


def after(frames: Floats) -> Sway:
    sway = Sway()
    for x, y, z in frames.tolist():
        sway.step((x, y, z))
    return sway


def test_axes_are_the_roots_of_the_eigenvalues_of_the_covariance() -> None:
    frames = GRAVITY + np.random.default_rng(4).normal(size=(200, 3)) * [0.3, 1.2, 0.7]
    padded = np.concatenate((frames[:1], frames[:1], frames))
    smooth = (padded[:-2] + 2.0 * padded[1:-1] + padded[2:]) / 4.0
    mean, covariance = frames[0].copy(), np.zeros((3, 3))
    for frame in smooth:
        mean += (1.0 - np.exp(-1.0 / 2.7)) * (frame - mean)
        covariance += (1.0 - np.exp(-0.1)) * (np.outer(frame - mean, frame - mean) - covariance)
    least, _, most = np.sqrt(np.linalg.eigvalsh(covariance))
    assert after(frames).axes_mps2() == pytest.approx((least, most), rel=1e-9)


def test_turning_the_sensor_changes_nothing() -> None:
    frames = shaken((0.9, 1.8, 1.7), (0.6, 1.2, 0.7))
    turned = Rotation.from_rotvec([0.7, -1.9, 0.4]).apply(frames)
    assert after(turned).axes_mps2() == pytest.approx(after(frames).axes_mps2(), rel=1e-9)
    assert after(turned).hold_mps2 == pytest.approx(after(frames).hold_mps2, rel=1e-9)


def test_what_shakes_in_a_plane_has_no_third_direction() -> None:
    least_mps2, most_mps2 = after(shaken((1.0, 1.8, 1.7), (0.0, 1.2, 0.7))).axes_mps2()
    assert least_mps2 < 1e-6
    assert most_mps2 > 0.3


def test_shaking_quicker_than_any_step_hardly_counts() -> None:
    slow = after(shaken((1.8, 1.8, 1.8), (1.0, 1.0, 1.0))).hold_mps2
    quick = after(shaken((4.2, 4.2, 4.2), (1.0, 1.0, 1.0))).hold_mps2
    assert quick < 0.15 * slow


def test_at_rest_nothing_sways() -> None:
    least_mps2, most_mps2 = after(np.tile(GRAVITY, (50, 1))).axes_mps2()
    assert (least_mps2, most_mps2) == (0.0, 0.0)


def test_after_a_reset_nothing_is_remembered() -> None:
    frames = shaken((0.9, 1.8, 1.7), (0.6, 1.2, 0.7))
    sway = after(frames)
    sway.reset()
    for x, y, z in frames.tolist():
        sway.step((x, y, z))
    fresh = after(frames)
    assert (sway.axes_mps2(), sway.hold_mps2) == (fresh.axes_mps2(), fresh.hold_mps2)
