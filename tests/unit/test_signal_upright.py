"""The rest that gives the upright pose."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.signal.upright import RestFinder
from sensorapp.signal.vectors import row_norms
from tests.signal_streams import chunks_of

UP = np.array([0.6, 0.8, 0.0])
BREATH_MPS2 = 0.06
"""A third of a degree."""


def rest_found(
    speed_dps: FloatArray,
    *,
    lost: list[tuple[int, int]] | None = None,
    has_gyro: bool = True,
    breathes: bool = True,
) -> tuple[float, Vector3] | None:
    """Frame (s) and up of the first rest; the sensor always sees the same up."""
    gyro = np.zeros((len(speed_dps), 3))
    gyro[:, 1] = np.radians(speed_dps) if has_gyro else np.nan
    accel = np.tile(UP * 9.81, (len(gyro), 1))
    if breathes:
        accel[:, 2] += BREATH_MPS2 * np.sin(np.arange(len(gyro)) / 40.0)
    finder = RestFinder()
    for chunk in chunks_of(accel, gyro, lost=lost or [], has_gyro=has_gyro):
        up = np.tile(UP, (len(chunk.index), 1))
        found = finder.step(chunk, row_norms(chunk.gyro_rads), up)
        if found is not None:
            assert finder.progress == 1.0
            return chunk.frame_t_ns * 1e-9, found
        assert 0.0 <= finder.progress < 1.0
    return None


def test_two_seconds_of_rest_give_the_mean_up() -> None:
    found = rest_found(np.full(300, 2.9))
    assert found is not None
    assert found[0] == pytest.approx(2.0)
    assert found[1] == pytest.approx(tuple(UP))


def test_one_restless_sample_begins_it_anew() -> None:
    speed = np.zeros(500)
    speed[195] = 3.1
    found = rest_found(speed)
    assert found is not None
    assert found[0] == pytest.approx(4.0)  # 1.96 + 2 s, at the next frame
    assert rest_found(np.tile([0.0] * 190 + [5.0], 4)) is None


def test_a_hole_begins_it_anew() -> None:
    found = rest_found(np.zeros(500), lost=[(100, 150)])
    assert found is not None
    assert found[0] == pytest.approx(3.5)


def test_a_lost_packet_does_not() -> None:
    found = rest_found(np.zeros(500), lost=[(100, 110)])
    assert found is not None
    assert found[0] == pytest.approx(2.0)


def test_without_gyroscope_a_steady_acceleration_is_rest() -> None:
    found = rest_found(np.zeros(300), has_gyro=False)
    assert found is not None
    assert found[0] == pytest.approx(2.0)


def test_without_gyroscope_a_changing_acceleration_is_not() -> None:
    accel = np.tile(UP * 9.81, (600, 1))
    accel[:, 2] += np.sin(np.arange(600) / 100.0)  # 1 m/s2 within a few seconds
    finder = RestFinder()
    for chunk in chunks_of(accel, np.full((600, 3), np.nan), has_gyro=False):
        up = np.tile(UP, (len(chunk.index), 1))
        assert finder.step(chunk, row_norms(chunk.gyro_rads), up) is None


@pytest.mark.parametrize("has_gyro", [True, False])
def test_what_lies_on_a_table_is_at_rest_and_has_no_pose(has_gyro: bool) -> None:
    assert rest_found(np.zeros(6000), has_gyro=has_gyro, breathes=False) is None


def test_it_has_one_once_it_is_worn() -> None:
    gyro = np.zeros((1200, 3))
    gyro[600:, 0] = np.radians(0.4) * np.sin(np.arange(600) / 60.0)  # a breath in 3.8 s
    finder = RestFinder()
    waited_s: list[float] = []
    for chunk in chunks_of(np.tile(UP * 9.81, (1200, 1)), gyro):
        up = np.tile(UP, (len(chunk.index), 1))
        found = finder.step(chunk, row_norms(chunk.gyro_rads), up)
        if found is not None:
            assert 6.0 < chunk.frame_t_ns * 1e-9 < 8.0
            assert 4.0 <= max(waited_s) < 6.0
            return
        waited_s.append(finder.dead_s)
        assert finder.progress < 1.0
    pytest.fail("never a pose")
