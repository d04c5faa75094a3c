"""Forward found by slow bends, and refused from anything else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.signal.bends import BendFinder
from sensorapp.signal.vectors import angle_deg, row_norms
from sensorapp.signal.vertical import up_in_sensor
from tests.signal_streams import bend_deg, chunks_of, ideal_imu, upright_then

LEFT, RIGHT_SIDE, UP = (-1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0)
FORWARD: Vector3 = (0.0, 0.0, -1.0)


def pause(seconds: float = 1.0) -> FloatArray:
    return np.zeros(round(seconds * 100))


def forward_found(motion: Rotation, upright: Vector3 = UP) -> Vector3 | None:
    finder = BendFinder(upright, 0)
    for chunk in chunks_of(*ideal_imu(motion)):
        quats = motion[chunk.index].as_quat(scalar_first=True)
        x, y, z = up_in_sensor(quats)[-1].tolist()
        speed_rads = row_norms(chunk.gyro_rads)
        found = finder.step(chunk.frame_t_ns, (x, y, z), chunk.gyro_rads, speed_rads)
        if found is not None:
            assert finder.done
            return found
    return None


def bends(*peaks_deg: float, lasts_s: float = 4.0) -> FloatArray:
    return np.concatenate([np.concatenate((bend_deg(p, lasts_s), pause())) for p in peaks_deg])


def joined(*parts: tuple[FloatArray, Vector3]) -> Rotation:
    """Motions one after the other, each beginning and ending upright."""
    return Rotation.concatenate([upright_then(turns, axis, rest_s=0.5) for turns, axis in parts])


@pytest.mark.parametrize("azimuth_deg", [0.0, 37.0, 90.0, 180.0, 250.0])
def test_two_slow_bends_show_forward_wherever_it_is(azimuth_deg: float) -> None:
    turn = Rotation.from_rotvec(math.radians(azimuth_deg) * np.array(UP))
    x, y, z = turn.apply(LEFT).tolist()
    found = forward_found(upright_then(bends(40.0, 35.0), (x, y, z)))
    assert found is not None
    fx, fy, fz = turn.apply(FORWARD).tolist()
    assert angle_deg(found, (fx, fy, fz)) < 0.5


@pytest.mark.parametrize(
    "motion",
    [
        pytest.param(upright_then(bends(40.0), LEFT), id="one only"),
        pytest.param(upright_then(bends(40.0, -40.0), LEFT), id="forward, then backward"),
        pytest.param(joined((bends(40.0), LEFT), (bends(40.0), RIGHT_SIDE)), id="forward, aside"),
        pytest.param(
            joined((bends(40.0), LEFT), (bends(40.0), RIGHT_SIDE), (bends(40.0), LEFT)),
            id="not in a row",
        ),
        pytest.param(upright_then(bends(12.0, 12.0), LEFT), id="too small"),
        pytest.param(upright_then(bends(110.0, 110.0, lasts_s=8.0), LEFT), id="too deep"),
        pytest.param(upright_then(bends(60.0, 60.0, lasts_s=1.5), LEFT), id="too fast"),
        pytest.param(upright_then(bends(40.0, 40.0, lasts_s=20.0), LEFT), id="too slow"),
        pytest.param(upright_then(bends(60.0, 60.0), UP), id="twists"),
        pytest.param(
            upright_then(np.concatenate((bends(40.0), pause(95.0), bends(40.0))), LEFT),
            id="too late",
        ),
        pytest.param(upright_then(20.0 + bends(30.0, 30.0), LEFT), id="never upright"),
    ],
)
def test_anything_else_does_not_pass(motion: Rotation) -> None:
    assert forward_found(motion) is None


@pytest.mark.parametrize("share", [0.4, 0.8])
def test_bends_with_a_turn_in_them_do_not_pass(share: float) -> None:
    """The trunk turns away while it bends and back while it comes up."""
    lean = np.concatenate((pause(), bends(40.0, 40.0)))
    worn = Rotation.from_matrix([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    turn = Rotation.from_rotvec(np.radians(share * lean)[:, np.newaxis] * np.array(UP))
    bend = Rotation.from_rotvec(np.radians(lean)[:, np.newaxis] * np.array(LEFT))
    assert forward_found(worn * turn * bend) is None


def crooked(times: int, tilt_deg: float) -> Rotation:
    """Bends about an axis that is not level."""
    tilt = math.radians(tilt_deg)
    axis = (-math.cos(tilt), math.sin(tilt), 0.0)
    return upright_then(bends(*[40.0] * times), axis)


def test_bends_that_are_not_quite_straight_are_believed_at_the_third() -> None:
    assert forward_found(crooked(2, tilt_deg=4.0)) is not None
    assert forward_found(crooked(2, tilt_deg=6.5)) is None
    found = forward_found(crooked(3, tilt_deg=6.5))
    assert found is not None
    assert angle_deg(found, FORWARD) < 3.0
    assert forward_found(crooked(6, tilt_deg=9.5)) is None


def test_a_crooked_bend_is_made_good_by_straight_ones() -> None:
    straight = upright_then(bends(40.0, 40.0), LEFT, rest_s=0.5)
    motion = Rotation.concatenate([crooked(1, tilt_deg=12.0), straight])
    assert forward_found(motion[: len(motion) - 500]) is None
    assert forward_found(motion) is not None


def slid_deg(begin_deg: float, end_deg: float) -> FloatArray:
    """From one pose to another in a second, smoothly, and 0.7 s there."""
    share = np.sin(np.linspace(0.0, np.pi / 2.0, 100)) ** 2
    return np.concatenate((begin_deg + (end_deg - begin_deg) * share, np.full(70, end_deg)))


@pytest.mark.parametrize("azimuth_deg", [0.0, 90.0, 180.0, 270.0])
@pytest.mark.parametrize("away_deg", [9.0, 11.0])
def test_who_sat_up_otherwise_bends_from_there(azimuth_deg: float, away_deg: float) -> None:
    """Sits up `away_deg` from the first pose, to any side, and bends forward by 40 deg twice."""
    turn = Rotation.from_rotvec(math.radians(azimuth_deg) * np.array(UP))
    away = upright_then(slid_deg(0.0, away_deg), turn.apply(LEFT).tolist())
    left = away[0].apply(LEFT)
    bend = Rotation.from_rotvec(np.radians(bends(40.0, 40.0))[:, np.newaxis] * left)
    found = forward_found(Rotation.concatenate([away, bend * away[-1]]))
    assert found is not None
    assert angle_deg(found, FORWARD) < 1.0


def test_who_sits_up_otherwise_each_time_is_back_each_time() -> None:
    parts = [bend_deg(30.0, 4.0)[:200], slid_deg(30.0, 11.0), 11.0 + bend_deg(30.0, 4.0)]
    assert forward_found(upright_then(np.concatenate((*parts, pause())), LEFT)) is not None


@pytest.mark.parametrize("away_deg", [9.0, 11.0])
def test_who_did_not_rest_there_has_not_sat_up(away_deg: float) -> None:
    down, up = bend_deg(40.0, 4.0)[:200], slid_deg(40.0, away_deg)
    again = (away_deg + bend_deg(40.0, 4.0), slid_deg(away_deg, 0.0))
    rested = np.concatenate((down, up, *again))
    assert forward_found(upright_then(rested, LEFT)) is not None
    restless = np.concatenate((down, up[:-70], *again))
    assert forward_found(upright_then(restless, LEFT)) is None


def test_a_pose_well_off_upright_is_no_seat() -> None:
    motion = np.concatenate((slid_deg(0.0, 13.0), 13.0 + bends(40.0, 40.0)))
    assert forward_found(upright_then(motion, LEFT)) is None


def test_level_is_what_the_bends_began_from_and_not_a_pose_of_long_ago() -> None:
    """The pose that was taken as upright leaned aside by 7 deg; the wearer sits tall since."""
    leant: Vector3 = (math.sin(math.radians(7.0)), math.cos(math.radians(7.0)), 0.0)
    found = forward_found(upright_then(bends(40.0, 40.0), LEFT), leant)
    assert found is not None
    assert angle_deg(found, FORWARD) < 0.5


def test_a_hole_spoils_the_bend_under_way() -> None:
    finder = BendFinder(UP, 0)
    motion = upright_then(bends(40.0, 40.0), LEFT)
    for chunk in chunks_of(*ideal_imu(motion)):
        if chunk.frame_t_ns == 5_000_000_000:
            finder.reset()
        quats = motion[chunk.index].as_quat(scalar_first=True)
        x, y, z = up_in_sensor(quats)[-1].tolist()
        speed_rads = row_norms(chunk.gyro_rads)
        assert finder.step(chunk.frame_t_ns, (x, y, z), chunk.gyro_rads, speed_rads) is None
