"""Every sign of every angle, by construction."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sensorapp.model.posture import Alignment, CalibrationSource, Vector3
from sensorapp.signal.angles import BodyAxes, Twist
from sensorapp.signal.orientation import Orientation
from sensorapp.signal.vectors import Quaternion
from sensorapp.signal.vertical import up_in_sensor
from tests.signal_streams import chunks_of, ideal_imu, upright_then

WORN = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.MOUNTING)
AXES = BodyAxes(WORN)
LEFT, UP, BACK = (-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def up_after(turn_deg: float, axis: Vector3) -> Vector3:
    """The earth's up in sensor axes once the sensor turned about its own `axis`."""
    turn = Rotation.from_rotvec(math.radians(turn_deg) * np.array(axis))
    x, y, z = turn.inv().apply([0.0, 1.0, 0.0]).tolist()
    return (x, y, z)


@pytest.mark.parametrize("lean_deg", [-170.0, -30.0, -1e-6, 0.0, 1e-6, 15.0, 60.0, 90.0, 130.0])
def test_turning_about_the_left_axis_is_forward_flexion(lean_deg: float) -> None:
    up = up_after(lean_deg, LEFT)
    assert AXES.flexion_deg(up) == pytest.approx(lean_deg, abs=1e-9)
    assert AXES.side_bend_deg(up) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("lean_deg", [-80.0, -20.0, 0.0, 5.0, 45.0])
def test_turning_about_the_forward_axis_is_a_bend_to_the_right(lean_deg: float) -> None:
    up = up_after(lean_deg, (0.0, 0.0, -1.0))
    assert AXES.side_bend_deg(up) == pytest.approx(lean_deg, abs=1e-9)
    assert AXES.flexion_deg(up) == pytest.approx(0.0, abs=1e-9)


def test_in_words_forward_lowers_the_face_of_the_sensor_and_right_its_right_edge() -> None:
    # Leaning forward the front looks at the floor: up is seen toward the sensor's back.
    forward = up_after(30.0, LEFT)
    assert forward[2] > 0.0
    assert AXES.flexion_deg(forward) > 0.0
    # Leaning right the right edge is low: up is seen toward the sensor's left.
    right = up_after(30.0, (0.0, 0.0, -1.0))
    assert right[0] < 0.0
    assert AXES.side_bend_deg(right) > 0.0


def test_twist_to_the_left_is_positive_and_fades_within_a_minute() -> None:
    turns = np.concatenate((np.linspace(0.0, 40.0, 200), np.full(6000, 40.0)))
    chunks = chunks_of(*ideal_imu(upright_then(turns, UP)))
    orientation, twist = Orientation(100.0), Twist()
    seen = []
    for chunk in chunks:
        w, x, y, z = orientation.step(chunk)[-1].tolist()
        seen.append(twist.step(chunk.frame_t_ns, (w, x, y, z)))
    assert 35.0 < max(seen) < 40.0
    assert abs(seen[-1]) < 0.5


def test_twist_is_the_same_at_any_frame_rate() -> None:
    def quat(t_s: float) -> Quaternion:
        half = math.radians(20.0) * math.sin(t_s) / 2.0
        return (math.cos(half), 0.0, 0.0, math.sin(half))

    ends = []
    for rate in (10, 50):
        twist = Twist()
        times = range(rate * 20 + 1)
        ends.append([twist.step(k * 10**9 // rate, quat(k / rate)) for k in times][-1])
    assert ends[0] == pytest.approx(ends[1], abs=0.2)


def test_bending_is_no_twist() -> None:
    turns = 40.0 * np.sin(np.linspace(0.0, 4 * np.pi, 800))
    orientation, twist = Orientation(100.0), Twist()
    for chunk in chunks_of(*ideal_imu(upright_then(turns, LEFT))):
        w, x, y, z = orientation.step(chunk)[-1].tolist()
        assert abs(twist.step(chunk.frame_t_ns, (w, x, y, z))) < 0.5


def test_up_is_the_inverse_rotation_of_the_vertical() -> None:
    turns = Rotation.random(50, rng=np.random.default_rng(1))
    quats = turns.as_quat(scalar_first=True)
    np.testing.assert_allclose(up_in_sensor(quats), turns.inv().apply([0, 0, 1]), atol=1e-12)
