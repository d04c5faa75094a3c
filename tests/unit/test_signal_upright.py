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


def rest_found(
    speed_dps: FloatArray, *, lost: list[tuple[int, int]] | None = None, has_gyro: bool = True
) -> tuple[float, Vector3] | None:
    """Frame (s) and up of the first rest; the sensor always sees the same up."""
    gyro = np.zeros((len(speed_dps), 3))
    gyro[:, 1] = np.radians(speed_dps) if has_gyro else np.nan
    accel = np.tile(UP * 9.81, (len(gyro), 1))
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
