"""Signs of every motion, in segment axes and in the axes of a clip that sits as intended."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from firmware_protocol.ids import STANDARD_GRAVITY_MPS2
from sensorapp.virtual.wearer import Activity, ImuModel, Mounting, Phase, Pose, Script, Wearer
from sensorapp.virtual.wearer.rotation import trunk_rotation

FORWARD, UP, RIGHT = np.eye(3)
Floats = NDArray[np.float64]


def turned(vector: Floats, flexion: float = 0, side: float = 0, twist: float = 0) -> Floats:
    return np.asarray(trunk_rotation(np.array([[flexion, side, twist]], dtype=float))[0] @ vector)


def test_axes_are_right_handed() -> None:
    np.testing.assert_array_equal(np.cross(FORWARD, UP), RIGHT)
    assert np.linalg.det(Mounting().segment_from_sensor()) == pytest.approx(1.0)


def test_each_positive_angle_goes_where_the_wearer_expects() -> None:
    np.testing.assert_allclose(turned(UP, flexion=90), FORWARD, atol=1e-12)
    np.testing.assert_allclose(turned(UP, side=90), RIGHT, atol=1e-12)
    np.testing.assert_allclose(turned(FORWARD, twist=90), -RIGHT, atol=1e-12)


@given(
    flexion=st.floats(-170, 170),
    side=st.floats(-80, 80),
    twist=st.floats(-170, 170),
)
def test_gravity_alone_tells_flexion_and_side_bend(
    flexion: float, side: float, twist: float
) -> None:
    rotation = trunk_rotation(np.array([[flexion, side, twist]]))[0]
    up = rotation.T @ UP
    assert np.degrees(np.arctan2(-up[0], up[1])) == pytest.approx(flexion, abs=1e-6)
    assert np.degrees(np.arcsin(-up[2])) == pytest.approx(side, abs=1e-6)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)


def test_intended_mounting_is_right_up_backward() -> None:
    mounted = Mounting().segment_from_sensor()
    np.testing.assert_allclose(mounted @ [1, 0, 0], RIGHT, atol=1e-15)
    np.testing.assert_allclose(mounted @ [0, 1, 0], UP, atol=1e-15)
    np.testing.assert_allclose(mounted @ [0, 0, 1], -FORWARD, atol=1e-15)


def test_mounting_angles_have_the_signs_of_the_trunk() -> None:
    sensor_up = np.array([0.0, 1.0, 0.0])
    sensor_back = np.array([0.0, 0.0, 1.0])
    assert (Mounting(pitch_deg=20).segment_from_sensor() @ sensor_up)[0] > 0.3
    assert (Mounting(roll_deg=20).segment_from_sensor() @ sensor_up)[2] > 0.3
    # A turn to the left swings the clip's back towards the wearer's right.
    assert (Mounting(turn_deg=20).segment_from_sensor() @ sensor_back)[2] > 0.3


def test_random_mountings_are_rotations_and_differ() -> None:
    rng = np.random.default_rng(5)
    matrices = [Mounting.random(rng).segment_from_sensor() for _ in range(200)]
    for matrix in matrices:
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(matrix) == pytest.approx(1.0)
    # Uniform rotations have no preferred direction.
    assert np.abs(np.mean(matrices, axis=0)).max() < 0.15


@pytest.mark.parametrize(
    ("pose", "gyro_axis", "gyro_sign", "accel_axis", "accel_sign"),
    [
        (Pose(flexion_deg=40), 0, -1, 2, +1),
        (Pose(flexion_deg=-20), 0, +1, 2, -1),
        (Pose(side_bend_deg=25), 2, -1, 0, -1),
        (Pose(twist_deg=35), 1, +1, None, 0),
    ],
)
def test_motion_in_the_axes_of_the_clip(
    pose: Pose, gyro_axis: int, gyro_sign: int, accel_axis: int | None, accel_sign: int
) -> None:
    script = Script(
        (Phase.usual(Activity.SIT, 1.0), Phase(Activity.LEAN, 4.0, 1.5, pose)),
    )
    wearer = Wearer(script, seed=3, mounting=Mounting(), imu=ImuModel.ideal())
    rows = np.concatenate(list(wearer.blocks()))
    moving, after = rows[150:200], rows[300:].mean(axis=0)
    peak = moving[np.abs(moving[:, 3 + gyro_axis]).argmax(), 3:]
    assert np.abs(peak).argmax() == gyro_axis
    assert np.sign(peak[gyro_axis]) == gyro_sign
    assert after[1] > 0.7 * STANDARD_GRAVITY_MPS2
    if accel_axis is None:
        np.testing.assert_allclose(after[[0, 2]], 0.0, atol=0.3)
    else:
        assert accel_sign * after[accel_axis] > 2.0
