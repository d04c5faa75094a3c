"""Which samples are refused before any filter, and which must not be."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.model.imu import BoolArray, FloatArray, ImuBlock
from sensorapp.signal.bad_samples import BadSamples

RATE_HZ = 100.0
COUNT = 4000
GYRO_END_RADS, ACCEL_END_MPS2 = np.radians(250.0), 4.0 * 9.80665


def noisy(seed: int = 1) -> tuple[FloatArray, FloatArray]:
    """Specific force and rate of somebody who sways, with a sensor's noise."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(COUNT)[:, np.newaxis] / RATE_HZ
    accel = np.array([0.0, 9.8, 0.0]) + 0.5 * np.sin(2 * np.pi * 0.3 * t_s + [0, 1, 2])
    gyro = 0.3 * np.sin(2 * np.pi * 0.3 * t_s + [2, 1, 0])
    return accel + rng.normal(size=accel.shape) * 0.03, gyro + rng.normal(size=gyro.shape) * 2e-3


def refused(
    accel: FloatArray,
    gyro: FloatArray,
    sizes: tuple[int, ...] = (10,),
    *,
    clips: bool = True,
    has_gyro: bool = True,
) -> list[int]:
    """Indices of the samples that are refused."""
    flags: BoolArray = np.abs(accel).max(axis=1) >= ACCEL_END_MPS2
    flags |= np.abs(gyro).max(axis=1) >= GYRO_END_RADS
    bad, found, begin, turn = BadSamples(), [], 0, 0
    while begin < len(accel):
        rows = slice(begin, begin + sizes[turn % len(sizes)])
        block = ImuBlock(
            sensor_id="s",
            host_ns=0,
            epoch=0,
            first_index=begin,
            ticks=None,
            rate_mhz=round(RATE_HZ * 1000),
            accel_mps2=accel[rows],
            gyro_rads=gyro[rows],
            clipped=flags[rows] & clips,
            has_gyro=has_gyro,
        )
        good = bad.good(block)
        if good is not None:
            found += (np.flatnonzero(~good) + begin).tolist()
        begin, turn = begin + block.count, turn + 1
    return found


def test_nothing_is_refused_of_a_sensor_that_is_well() -> None:
    assert refused(*noisy()) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    accel, gyro = noisy()
    accel[1234, 1] = gyro[2345, 2] = value
    assert refused(accel, gyro) == [1234, 2345]


def test_one_sample_at_the_end_of_the_range_is_refused() -> None:
    accel, gyro = noisy()
    accel[1500, 0] = -ACCEL_END_MPS2
    gyro[2500, 1] = GYRO_END_RADS
    assert refused(accel, gyro) == [1500, 2500]
    assert refused(accel, gyro, clips=False) == []  # could be a movement where nothing is clipped


def test_what_no_back_does_is_refused_though_the_sensor_does_not_say_clipped() -> None:
    accel, gyro = noisy()
    accel[1500, 2] = 16.0 * 9.8
    gyro[2500, 0] = -np.radians(2000.0)
    assert refused(accel, gyro, clips=False) == [1500, 2500]


def test_a_movement_that_runs_into_the_end_of_the_range_is_kept() -> None:
    accel, gyro = noisy()
    gyro[1000:1100, 0] = np.minimum(6.0 * np.sin(np.pi * np.arange(100) / 100), GYRO_END_RADS)
    assert refused(accel, gyro) == []


def test_a_sensor_that_is_shaken_is_not_silenced() -> None:
    accel, gyro = noisy()
    gyro[:] = np.where(np.random.default_rng(3).random(gyro.shape) < 0.5, -1, 1) * GYRO_END_RADS
    assert len(refused(accel, gyro)) < 0.06 * COUNT


@pytest.mark.parametrize("begin", [1501, 1507])
def test_a_sensor_that_froze_while_moving_is_noticed_within_300_ms(begin: int) -> None:
    accel, gyro = noisy()
    accel[begin : begin + 500], gyro[begin : begin + 500] = accel[begin], gyro[begin] + 0.2
    found = refused(accel, gyro)
    assert found == list(range(found[0], found[-1] + 1))
    assert begin + 20 <= found[0] <= begin + 30
    assert begin + 500 <= found[-1] + 1 <= begin + 510


def test_a_rest_without_noise_is_no_frozen_sensor() -> None:
    accel, gyro = noisy()
    accel[1500:], gyro[1500:] = (0.0, 9.8, 0.0), 0.0
    assert refused(accel, gyro) == []


def test_noise_that_stops_after_a_long_time_is_a_frozen_sensor() -> None:
    accel, gyro = noisy()
    accel[2500:3000], gyro[2500:3000] = (0.0, 9.8, 0.0), 0.01
    assert 465 <= len(refused(accel, gyro)) <= 490


def test_a_sensor_that_always_said_the_same_goes_on_saying_it() -> None:
    nothing = np.zeros((COUNT, 3))
    assert refused(nothing, nothing) == []
    assert refused(nothing + 5.0, nothing + 1.0) == []


def test_without_a_gyroscope_the_acceleration_alone_is_judged() -> None:
    accel, gyro = noisy()
    gyro[:] = np.nan
    accel[1000, 0] = np.nan
    accel[2000:2500] = (3.0, 4.0, 3.0)
    found = refused(accel, gyro, has_gyro=False)
    assert found[0] == 1000
    assert 465 <= len(found) - 1 <= 496


@pytest.mark.parametrize("sizes", [(1,), (7, 3), (64, 1, 5), (COUNT,)])
def test_packets_do_not_matter(sizes: tuple[int, ...]) -> None:
    accel, gyro = noisy()
    accel[700, 0] = np.nan
    gyro[1003:1005, 1] = GYRO_END_RADS
    gyro[1009, 1] = GYRO_END_RADS
    accel[1508:1800], gyro[1508:1800] = (7.0, 7.0, 7.0), 0.3
    accel[3000:3040, 0] = ACCEL_END_MPS2
    found = refused(accel, gyro)
    assert {700, 1003, 1004, 1600, 3000} <= set(found)
    assert refused(accel, gyro, sizes) == found
