"""Rows into wire form: golden bytes, clipping, and the order of things."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.ids import STANDARD_GRAVITY_MPS2
from sensorapp.virtual.samples import (
    QuantisedRow,
    Row,
    quantise_row,
    stream_of_arrays,
)

G = STANDARD_GRAVITY_MPS2


def quantise(row: Row) -> QuantisedRow:
    return quantise_row(row, accel_exp=12, gyro_exp=4, accel_range_g=8.0, gyro_range_dps=2000.0)


def test_golden_bytes_of_rest() -> None:
    # 1 g = 4096 = 0x1000 on the last axis but one, little-endian, behind the gyroscope.
    assert quantise((0.0, G, 0.0, 0.0, 0.0, 0.0)) == QuantisedRow(
        bytes.fromhex("000000000000 0000 0010 0000"), False, False
    )


def test_golden_bytes_of_every_axis() -> None:
    row = (-G, 2 * G, 0.5 * G, math.radians(10), math.radians(-1), math.radians(1000.0625))
    assert quantise(row).data == bytes.fromhex("a000 f0ff 813e 00f0 0020 0008")


@pytest.mark.parametrize(
    ("counts", "rounded"), [(0.5, 0), (1.5, 2), (2.5, 2), (-0.5, 0), (-1.5, -2), (-2.5, -2)]
)
def test_ties_go_to_even(counts: float, rounded: int) -> None:
    accel_mps2 = counts * G
    assert accel_mps2 / G == counts
    data = quantise_row((accel_mps2, 0.0, 0.0, 0.0, 0.0, 0.0), 0, 4, 8.0, 2000.0).data
    assert struct.unpack("<6h", data)[3] == rounded


def test_clipping_is_told_for_each_half_alone() -> None:
    hard_hit = quantise((0.0, -9 * G, 0.0, 0.0, 0.0, 0.0))
    assert (hard_hit.accel_clipped, hard_hit.gyro_clipped) == (True, False)
    assert struct.unpack("<6h", hard_hit.data)[4] == -32768
    fast_turn = quantise((0.0, 0.0, 0.0, 0.0, 0.0, math.radians(2500)))
    assert (fast_turn.accel_clipped, fast_turn.gyro_clipped) == (False, True)
    assert struct.unpack("<6h", fast_turn.data)[2] == 32767


def test_reaching_the_range_counts_as_clipped_below_the_end_of_the_scale() -> None:
    at_range = quantise((0.0, 0.0, 0.0, math.radians(2000.5), 0.0, 0.0))
    assert at_range.gyro_clipped
    assert struct.unpack("<6h", at_range.data)[0] == 32008
    assert not quantise((0.0, 0.0, 0.0, math.radians(1999.0), 0.0, 0.0)).gyro_clipped


@pytest.mark.parametrize("position", range(6))
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_row_that_is_not_finite_is_refused(position: int, bad: float) -> None:
    values = [0.0] * 6
    values[position] = bad
    ax, ay, az, gx, gy, gz = values
    with pytest.raises(ValueError, match="finite"):
        quantise((ax, ay, az, gx, gy, gz))


@given(
    accel=st.floats(-7.99 * G, 7.99 * G),
    gyro=st.floats(-math.radians(1990), math.radians(1990)),
)
def test_rounding_errs_by_half_a_step_at_most(accel: float, gyro: float) -> None:
    quantised = quantise((0.0, accel, 0.0, 0.0, gyro, 0.0))
    counts = struct.unpack("<6h", quantised.data)
    assert not quantised.accel_clipped
    assert not quantised.gyro_clipped
    assert abs(counts[4] / 4096 - accel / G) <= 0.5 / 4096 + 1e-12
    assert abs(counts[1] / 16 - math.degrees(gyro)) <= 0.5 / 16 + 1e-9


def test_a_stream_gives_the_rows_in_order_and_ends() -> None:
    accel = np.arange(6000.0).reshape(-1, 3)
    gyro = -accel
    stream = stream_of_arrays(accel, gyro, 285_710)
    rows = list(stream.rows)
    assert (stream.rate_mhz, stream.count, len(rows)) == (285_710, 2000, 2000)
    assert rows[1] == (3.0, 4.0, 5.0, -3.0, -4.0, -5.0)
    assert rows[-1] == (5997.0, 5998.0, 5999.0, -5997.0, -5998.0, -5999.0)
    assert all(type(value) is float for value in rows[0])


def test_a_stream_refuses_wrong_shapes_and_rates() -> None:
    good = np.zeros((4, 3))
    with pytest.raises(ValueError, match=r"\(N, 3\)"):
        stream_of_arrays(good, np.zeros((5, 3)), 100_000)
    with pytest.raises(ValueError, match=r"\(N, 3\)"):
        stream_of_arrays(np.zeros((4, 2)), np.zeros((4, 2)), 100_000)
    with pytest.raises(ValueError, match="positive"):
        stream_of_arrays(good, good, 0)
