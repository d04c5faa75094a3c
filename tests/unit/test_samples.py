"""Rows into wire form: golden bytes, clipping, and the order of things."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.ids import STANDARD_GRAVITY_MPS2, MotionFlag
from sensorapp.virtual.quantised import QuantisedRows, RowReader, quantise_rows
from sensorapp.virtual.samples import Floats, Row, SampleStream, rows_of_table, stream_of_arrays

G = STANDARD_GRAVITY_MPS2


ACCEL, GYRO = bytes((MotionFlag.ACCEL_CLIPPED,)), bytes((MotionFlag.GYRO_CLIPPED,))


def quantise(*rows: Row) -> QuantisedRows:
    return quantise_rows(np.array(rows), 12, 4, accel_range_g=8.0, gyro_range_dps=2000.0)


def test_golden_bytes_of_rest() -> None:
    # 1 g = 4096 = 0x1000 on the last axis but one, little-endian, behind the gyroscope.
    assert quantise((0.0, G, 0.0, 0.0, 0.0, 0.0)) == QuantisedRows(
        bytes.fromhex("000000000000 0000 0010 0000"), b"\0"
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
    data = quantise_rows(np.array([[accel_mps2, 0.0, 0.0, 0.0, 0.0, 0.0]]), 0, 4, 8.0, 2000.0).data
    assert struct.unpack("<6h", data)[3] == rounded


def test_clipping_is_told_for_each_half_alone() -> None:
    hard_hit = quantise((0.0, -9 * G, 0.0, 0.0, 0.0, 0.0))
    assert hard_hit.clipped == ACCEL
    assert struct.unpack("<6h", hard_hit.data)[4] == -32768
    fast_turn = quantise((0.0, 0.0, 0.0, 0.0, 0.0, math.radians(2500)))
    assert fast_turn.clipped == GYRO
    assert struct.unpack("<6h", fast_turn.data)[2] == 32767


def test_reaching_the_range_counts_as_clipped_below_the_end_of_the_scale() -> None:
    at_range = quantise((0.0, 0.0, 0.0, math.radians(2000.5), 0.0, 0.0))
    assert at_range.clipped == GYRO
    assert struct.unpack("<6h", at_range.data)[0] == 32008
    assert quantise((0.0, 0.0, 0.0, math.radians(1999.0), 0.0, 0.0)).clipped == b"\0"


@pytest.mark.parametrize("position", range(6))
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("ahead", [False, True])
def test_a_row_that_is_not_finite_is_refused_in_its_turn(
    position: int, bad: float, ahead: bool
) -> None:
    table = np.zeros((5, 6))
    table[2, position] = bad
    reader = reader_of(table, ahead=ahead)
    assert reader.take(4, 12, 4).count == 2
    with pytest.raises(ValueError, match="finite"):
        reader.take(4, 12, 4)
    assert sum(reader.take(4, 12, 4).count for _ in range(2)) == 2
    assert reader.take(4, 12, 4).count == 0


def test_a_speed_that_overflows_in_degrees_is_clipped() -> None:
    rows = quantise((0.0, 0.0, 0.0, 1.7e308, 0.0, -1.7e308))
    assert struct.unpack("<6h", rows.data)[:3] == (32767, 0, -32768)
    assert rows.clipped == GYRO


@given(
    accel=st.floats(-7.99 * G, 7.99 * G),
    gyro=st.floats(-math.radians(1990), math.radians(1990)),
)
def test_rounding_errs_by_half_a_step_at_most(accel: float, gyro: float) -> None:
    quantised = quantise((0.0, accel, 0.0, 0.0, gyro, 0.0))
    counts = struct.unpack("<6h", quantised.data)
    assert quantised.clipped == b"\0"
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


def reader_of(table: Floats, *, ahead: bool) -> RowReader:
    stream = stream_of_arrays(table[:, :3], table[:, 3:], 100_000)
    return RowReader(stream, 8.0, 2000.0, ahead=ahead)


def test_rows_that_are_read_ahead_are_brought_to_another_scale() -> None:
    table = np.arange(60.0).reshape(10, 6) / 10.0
    reader = reader_of(table, ahead=True)
    got = [reader.take(3, 12, 4), reader.take(3, 11, 4), reader.take(3, 11, 3)]
    scales = (12, 4), (11, 4), (11, 3)
    for place, (rows, scale) in enumerate(zip(got, scales, strict=True)):
        part = table[3 * place : 3 * place + 3]
        assert rows == quantise_rows(part, *scale, 8.0, 2000.0)


def test_what_is_not_decided_yet_is_not_read() -> None:
    table = np.ones((10, 6))
    rows = rows_of_table(table)
    reader = RowReader(SampleStream(100_000, rows, 10), 8.0, 2000.0, ahead=True)
    assert reader.take(3, 12, 4).count == 3
    assert len(list(rows)) == 7


@pytest.mark.parametrize("ahead", [False, True])
def test_rows_are_skipped_up_to_the_end(ahead: bool) -> None:
    reader = reader_of(np.arange(60_000.0).reshape(-1, 6) % 7.0, ahead=ahead)
    first = reader.take(1, 12, 4)
    assert (reader.skip(-1), reader.skip(6)) == (0, 6)
    assert reader.take(1, 12, 4) == first  # seven rows on
    assert (reader.skip(9_000), reader.skip(9_000), reader.skip(1)) == (9_000, 992, 0)


def test_a_stream_refuses_wrong_shapes_and_rates() -> None:
    good = np.zeros((4, 3))
    with pytest.raises(ValueError, match=r"\(N, 3\)"):
        stream_of_arrays(good, np.zeros((5, 3)), 100_000)
    with pytest.raises(ValueError, match=r"\(N, 3\)"):
        stream_of_arrays(np.zeros((4, 2)), np.zeros((4, 2)), 100_000)
    with pytest.raises(ValueError, match="positive"):
        stream_of_arrays(good, good, 0)
