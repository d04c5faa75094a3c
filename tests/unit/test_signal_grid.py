"""The 10 Hz grid: which sample makes which frame."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.model.imu import ImuBlock
from sensorapp.signal.chunks import Chunker
from sensorapp.signal.grid import FrameGrid
from tests.signal_streams import chunks_of


def frames(t_ms: list[float]) -> list[float]:
    t_ns = np.round(np.array(t_ms) * 1e6).astype(np.int64)
    return [t_ms[end - 1] for end in FrameGrid().cut(t_ns)]


@pytest.mark.parametrize(
    ("t_ms", "made_by"),
    [
        ([0, 50, 99.999999, 100, 110], [0, 100]),
        ([0, 30, 60, 90, 120, 150, 180, 210], [0, 120, 210]),
        ([0, 300, 600], [0, 300, 600]),  # slower than the grid: one frame a sample
        ([0, 90, 350, 380, 400], [0, 350, 400]),  # a hole: its grid points are skipped
        ([70, 80, 100], [70, 100]),  # a stream joined late
    ],
)
def test_the_first_sample_at_or_past_a_grid_point_makes_its_frame(
    t_ms: list[float], made_by: list[float]
) -> None:
    assert frames(t_ms) == made_by


def test_at_100_hz_a_chunk_is_ten_samples() -> None:
    samples = np.zeros((101, 3))
    chunks = chunks_of(samples, samples, sizes=(7,))
    assert [len(chunk.index) for chunk in chunks] == [1] + [10] * 10
    assert [chunk.frame_t_ns for chunk in chunks] == [k * 100_000_000 for k in range(11)]


def test_samples_that_are_not_finite_are_refused_and_count_as_missing() -> None:
    accel, gyro = np.ones((40, 3)), np.ones((40, 3))
    accel[13, 1] = np.nan
    gyro[17, 2] = np.inf
    accel[20, 0] = -np.inf
    chunker = Chunker()
    block = ImuBlock("s", 0, 0, 0, None, 100_000, accel, gyro, np.zeros(40, dtype=np.bool_))
    chunks = chunker.push(block, np.arange(40, dtype=np.int64) * 10_000_000)
    index = np.concatenate([chunk.index for chunk in chunks]).tolist()
    assert index == [i for i in range(31) if i not in (13, 17, 20)]
    assert chunker.not_finite == 3
    assert chunks[2].frame_t_ns == 210_000_000  # the sample at 200 ms was refused


def test_a_sensor_without_gyroscope_is_not_refused() -> None:
    nothing = np.full((20, 3), np.nan)
    assert len(chunks_of(np.ones((20, 3)), nothing, has_gyro=False)) == 2


def test_chunks_keep_their_samples_when_a_new_array_is_begun() -> None:
    values = np.arange(9000 * 3, dtype=np.float64).reshape(-1, 3)
    chunks = chunks_of(values, -values, sizes=(19,))
    rows = len(np.concatenate([chunk.index for chunk in chunks]))
    assert np.array_equal(np.concatenate([chunk.accel_mps2 for chunk in chunks]), values[:rows])
    assert np.array_equal(np.concatenate([chunk.gyro_rads for chunk in chunks]), -values[:rows])
    assert all(chunk.accel_mps2.flags.c_contiguous for chunk in chunks)
