"""The errors of the part: their sizes, their limits, and none of them when switched off."""

from __future__ import annotations

import math

import numpy as np
import pytest

from firmware_protocol.ids import STANDARD_GRAVITY_MPS2, MotionFlag
from sensorapp.virtual.quantised import quantise_rows
from sensorapp.virtual.samples import rows_of_table
from sensorapp.virtual.wearer import ImuModel
from sensorapp.virtual.wearer.imu_model import ImuRun

ZERO = np.zeros((20_000, 3))


def begin(model: ImuModel, seed: int = 1, rate_mhz: int = 100_000) -> ImuRun:
    return ImuRun(model, rate_mhz, np.random.default_rng(seed), np.random.default_rng(seed + 1))


def test_an_ideal_part_changes_nothing() -> None:
    accel = np.random.default_rng(0).uniform(-9, 9, (50, 3))
    measured = begin(ImuModel.ideal()).measure(accel, accel / 3)
    np.testing.assert_array_equal(measured, np.hstack([accel, accel / 3]))


def test_white_noise_has_the_density_of_the_data_sheet() -> None:
    model = ImuModel(gyro_bias_dps=0, gyro_drift_dps_rth=0, accel_offset_mg=0)
    measured = begin(model).measure(ZERO, ZERO)
    accel_ug = measured[:, :3].std() / STANDARD_GRAVITY_MPS2 * 1e6
    gyro_mdps = np.degrees(measured[:, 3:].std()) * 1e3
    assert accel_ug == pytest.approx(160 * math.sqrt(50), rel=0.02)
    assert gyro_mdps == pytest.approx(7 * math.sqrt(50), rel=0.02)
    slower = begin(model, rate_mhz=50_000).measure(ZERO, ZERO)
    assert slower.std() == pytest.approx(measured.std() / math.sqrt(2), rel=0.02)


def test_bias_and_offset_stay_and_are_within_two_standard_deviations() -> None:
    model = ImuModel(gyro_noise_mdps_rthz=0, accel_noise_ug_rthz=0, gyro_drift_dps_rth=0)
    offsets: list[float] = []
    biases: list[float] = []
    for seed in range(300):
        measured = begin(model, seed).measure(ZERO[:5], ZERO[:5])
        assert np.ptp(measured, axis=0).max() == 0.0
        offsets.extend((measured[0, :3] / STANDARD_GRAVITY_MPS2 * 1e3).tolist())
        biases.extend(np.degrees(measured[0, 3:]).tolist())
    assert np.abs(biases).max() <= 0.6 + 1e-9
    assert np.std(biases) == pytest.approx(0.3, rel=0.1)
    assert np.abs(offsets).max() <= 40 + 1e-9
    assert np.std(offsets) == pytest.approx(20, rel=0.1)


def test_drift_goes_on_across_blocks_and_grows_as_a_random_walk() -> None:
    model = ImuModel(0.0, 0.0, gyro_drift_dps_rth=6.0, accel_noise_ug_rthz=0, accel_offset_mg=0)
    ends = []
    for seed in range(60):
        run = begin(model, seed)
        blocks = [np.degrees(run.measure(ZERO[:600], ZERO[:600])[:, 3:]) for _ in range(10)]
        joined = np.concatenate(blocks)
        assert np.abs(np.diff(joined, axis=0)).max() < 0.06
        ends.append(joined[-1])
    # A minute is a sixtieth of an hour: 6 deg/s * sqrt(1 / 60).
    assert np.std(ends) == pytest.approx(6 / math.sqrt(60), rel=0.15)


def test_beyond_the_range_the_part_stays_at_it_and_the_wire_says_so() -> None:
    hard = np.full((1, 3), 500.0)
    measured = begin(ImuModel()).measure(hard, -hard)
    (row,) = rows_of_table(measured)
    assert row[0] == 8.0 * STANDARD_GRAVITY_MPS2
    assert math.degrees(row[3]) == pytest.approx(-2000.0)
    quantised = quantise_rows(measured, 11, 4, accel_range_g=8.0, gyro_range_dps=2000.0)
    assert quantised.clipped == bytes((MotionFlag.ACCEL_CLIPPED | MotionFlag.GYRO_CLIPPED,))


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_impossible_parts_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="gyro_bias_dps"):
        ImuModel(gyro_bias_dps=bad)


def test_a_range_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="range"):
        ImuModel(accel_range_g=0.0)
