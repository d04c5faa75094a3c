"""Made-up sensor streams for tests of signals: ideal, noiseless, from closed-form motion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle

import numpy as np
from scipy.spatial.transform import Rotation

from sensorapp.model.imu import FloatArray, ImuBlock
from sensorapp.model.posture import Vector3
from sensorapp.signal.chunks import Chunk, Chunker
from sensorapp.signal.timebase import Timebase

GRAVITY_MPS2 = 9.80665
SENSOR_UP = (0.0, 1.0, 0.0)
"""Worn as the protocol asks: X right, Y up, Z backward."""


def blocks_of(
    accel_mps2: FloatArray,
    gyro_rads: FloatArray,
    rate_hz: float = 100.0,
    sizes: Iterable[int] = (10,),
    *,
    has_gyro: bool = True,
    lost: Sequence[tuple[int, int]] = (),
) -> Iterator[ImuBlock]:
    """The samples in packets of `sizes`, over and over; rows in [a, b) of `lost` don't come."""
    count = len(accel_mps2)
    present = np.ones(count, dtype=np.bool_)
    for begin, end in lost:
        present[begin:end] = False
    first = 0
    for size in cycle(sizes):
        if first >= count:
            return
        rows = np.flatnonzero(present[first : first + size]) + first
        for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1):
            if len(run):
                yield ImuBlock(
                    sensor_id="s",
                    host_ns=0,
                    epoch=0,
                    first_index=int(run[0]),
                    ticks=None,
                    rate_mhz=round(rate_hz * 1000),
                    accel_mps2=np.ascontiguousarray(accel_mps2[run]),
                    gyro_rads=np.ascontiguousarray(gyro_rads[run]),
                    clipped=np.zeros(len(run), dtype=np.bool_),
                    has_gyro=has_gyro,
                )
        first += size


def chunks_of(
    accel_mps2: FloatArray,
    gyro_rads: FloatArray,
    rate_hz: float = 100.0,
    sizes: Iterable[int] = (10,),
    *,
    has_gyro: bool = True,
    lost: Sequence[tuple[int, int]] = (),
) -> list[Chunk]:
    """The same, as chunks."""
    timebase, chunker = Timebase(round(rate_hz * 1000)), Chunker()
    chunks = []
    for block in blocks_of(accel_mps2, gyro_rads, rate_hz, sizes, has_gyro=has_gyro, lost=lost):
        t_ns = timebase.stamp(block.first_index, block.count, block.ticks)
        chunks += chunker.push(block, t_ns)
    return chunks


def mean_accel(chunk: Chunk) -> Vector3:
    """Mean acceleration of a chunk."""
    x, y, z = chunk.accel_mps2.mean(axis=0).tolist()
    return x, y, z


def ideal_imu(sensor_to_earth: Rotation, rate_hz: float = 100.0) -> tuple[FloatArray, FloatArray]:
    """Acceleration and angular rate of a sensor that turns in place; rates act until a sample."""
    steps = sensor_to_earth[:-1].inv() * sensor_to_earth[1:]
    gyro = np.concatenate((np.zeros((1, 3)), steps.as_rotvec() * rate_hz))
    accel = sensor_to_earth.inv().apply([0.0, 0.0, GRAVITY_MPS2])
    return np.ascontiguousarray(accel), gyro


def upright_then(
    turns_deg: FloatArray, axis: Sequence[float], rate_hz: float = 100.0, rest_s: float = 3.0
) -> Rotation:
    """Sensor to earth: at rest as worn, then turned about the sensor's `axis` by `turns_deg`."""
    worn = Rotation.from_matrix([[1, 0, 0], [0, 0, -1], [0, 1, 0]])  # Y up to earth's z
    angles = np.concatenate((np.zeros(round(rest_s * rate_hz)), turns_deg))
    direction = np.asarray(axis, dtype=np.float64) / np.linalg.norm(axis)
    return worn * Rotation.from_rotvec(np.radians(angles)[:, np.newaxis] * direction)


def bend_deg(peak_deg: float, duration_s: float, rate_hz: float = 100.0) -> FloatArray:
    """There and back again, smoothly."""
    share = np.arange(round(duration_s * rate_hz)) / (duration_s * rate_hz)
    return peak_deg * np.sin(np.pi * share) ** 2
