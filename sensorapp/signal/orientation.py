"""Orientation of the sensor against the vertical, sample by sample, with VQF.

Method: VQF (Laidig & Seel 2023, Information Fusion 91:187, doi 10.1016/j.inffus.2022.10.014),
which holds each gyroscope sample over its interval. It is fed instead with the mean rate over
that interval (`interval_rates`), freed from errors of scale and axes that are learned on the
way (`gyro_errors`). Heading is free to drift: nothing here looks at a magnetometer.

Missing samples: up to 0.2 s are filled with a straight line, for this filter alone; after
more it starts anew, keeping the gyroscope's bias, and calls itself uncertain for 4 s.
Clipped samples go in as they are: on twelve reference trials clipped at +-2 g, leaving them out
raised the error from 0.85 to 2.3 deg and scaling them to 1 g to 1.2 deg, because what averages
to gravity over 3 s is all of the acceleration. Frames say so in their quality.
Without a gyroscope the vertical is the low-passed accelerometer, which is right only while
the wearer keeps still.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import vqf

from sensorapp.model.imu import BoolArray, FloatArray, IntArray
from sensorapp.signal.chunks import Chunk
from sensorapp.signal.gaps import filled
from sensorapp.signal.gravity import GravityOrientation
from sensorapp.signal.grid import FrameGrid
from sensorapp.signal.gyro_errors import GyroErrors
from sensorapp.signal.hindsight import orientations_in_hindsight
from sensorapp.signal.interval_rates import IntervalRates
from sensorapp.signal.timebase import Timebase

FILLED_S = 0.2
"""Longest hole bridged by a straight line; beyond it the error is larger than a restart's."""
UNCERTAIN_S = 4.0
"""How long after a restart the guess of the vertical settles."""


def estimate(
    accel_mps2: FloatArray, gyro_rads: FloatArray, rate_hz: float, *, causal: bool = True
) -> FloatArray:
    """Orientation over a whole recording: quaternions (n, 4), w x y z, unit, sensor to earth.

    Specific forces and rates are (n, 3), `rate_hz` of them a second; the earth's z is up and
    its heading free. A `gyro_rads` of NaN alone stands for a sensor without a gyroscope.
    Causal, a row depends on what came before it, and is to the bit what a live stream gives;
    otherwise it knows the whole recording (`hindsight`). Rows that are not finite count as
    missing: holes are treated as in a live stream, and carry the quaternion before them, the
    first ones that after them; without any finite row all are NaN. ValueError for other
    shapes, or a rate that is not positive.
    """
    accel, gyro = (np.array(values, dtype=np.float64) for values in (accel_mps2, gyro_rads))
    if accel.ndim != 2 or accel.shape[1] != 3 or accel.shape != gyro.shape:
        raise ValueError("accel_mps2 and gyro_rads must be (n, 3) both")
    if not 0.0 < rate_hz < float("inf"):
        raise ValueError("rate_hz must be positive")
    has_gyro = not bool(np.isnan(gyro).all())
    index = np.flatnonzero(np.isfinite(accel + gyro if has_gyro else accel).all(axis=1))
    quats = np.full((len(accel), 4), np.nan)
    if not len(index):
        return quats
    if causal or not has_gyro:
        orientation = Orientation(rate_hz, has_gyro=has_gyro)
        for chunk in _chunks(index, accel, gyro, rate_hz):
            quats[chunk.index] = orientation.step(chunk)
    else:
        holes = np.flatnonzero(np.diff(index) - 1 > _fillable(rate_hz)) + 1
        stretches = np.split(index, holes)
        every = [np.arange(rows[0], rows[-1] + 1) for rows in stretches]
        whole = [
            (_interpolated(all_rows, rows, accel), _interpolated(all_rows, rows, gyro))
            for all_rows, rows in zip(every, stretches, strict=True)
        ]
        for all_rows, piece in zip(every, orientations_in_hindsight(whole, rate_hz), strict=True):
            quats[all_rows] = piece
    known = np.where(np.isfinite(quats[:, 0]), np.arange(len(quats)), index[0])
    return quats[np.maximum.accumulate(known)]


def _chunks(
    index: IntArray, accel: FloatArray, gyro: FloatArray, rate_hz: float
) -> Iterator[Chunk]:
    """The finite rows on the grid of frames, as a live stream would bring them."""
    t_ns = Timebase(round(rate_hz * 1000.0)).stamp(0, len(accel), None)[index]
    unclipped = np.zeros(len(index), dtype=np.bool_)
    ends = [0, *FrameGrid().cut(t_ns)]
    if ends[-1] < len(index):
        ends.append(len(index))
    for begin, end in pairwise(ends):
        rows = index[begin:end]
        yield Chunk(rows, t_ns[begin:end], accel[rows], gyro[rows], unclipped[begin:end])


def _fillable(rate_hz: float) -> int:
    """Most missing samples that are bridged."""
    return max(1, round(FILLED_S * rate_hz))


def _interpolated(every: IntArray, rows: IntArray, values: FloatArray) -> FloatArray:
    """`values` at `every` row from those at `rows`, on straight lines, column by column."""
    columns = [np.interp(every, rows, column[rows]) for column in values.T]
    return np.stack(columns, axis=1)


class Orientation:
    """Sensor-to-earth quaternions from the chunks of one epoch."""

    def __init__(self, rate_hz: float, *, has_gyro: bool = True) -> None:
        self._fillable = _fillable(rate_hz)
        self._vqf = vqf.VQF(1.0 / rate_hz)
        self._gravity = None if has_gyro else GravityOrientation(rate_hz)
        self._rates = IntervalRates(rate_hz)
        self._errors = GyroErrors(rate_hz)
        self._last: Chunk | None = None
        self._uncertain_until_ns = 0
        self.restarted = False
        """True if the last step began anew after a long hole: headings don't connect."""

    def step(self, chunk: Chunk) -> FloatArray:
        """Quaternions (n, 4), w x y z, unit, sensor to earth, at the chunk's n samples."""
        self.restarted = False
        last = self._last
        self._last = chunk
        expected = int(chunk.index[0]) if last is None else int(last.index[-1]) + 1
        if int(chunk.index[-1]) - expected + 1 == len(chunk.index):
            return self._feed(chunk.accel_mps2, chunk.gyro_rads, chunk.clipped)
        return self._across_holes(last, chunk, expected)

    def uncertain(self, t_ns: int) -> bool:
        """Whether `t_ns` is less than 4 s after a long hole."""
        return t_ns < self._uncertain_until_ns

    @property
    def bias_rads(self) -> FloatArray:
        """The gyroscope's bias (3,) as estimated so far."""
        bias: FloatArray = self._vqf.getBiasEstimate()[0]
        return bias

    def _across_holes(self, last: Chunk | None, chunk: Chunk, expected: int) -> FloatArray:
        missing = np.diff(chunk.index, prepend=expected - 1) - 1
        borders = [*np.flatnonzero(missing).tolist(), len(missing)]
        pieces = []
        if borders[0] > 0:
            rows = slice(0, borders[0])
            pieces.append(
                self._feed(chunk.accel_mps2[rows], chunk.gyro_rads[rows], chunk.clipped[rows])
            )
        for begin, end in pairwise(borders):
            count = int(missing[begin])
            accel, gyro = chunk.accel_mps2[begin:end], chunk.gyro_rads[begin:end]
            clipped = chunk.clipped[begin:end]
            before = chunk if begin or last is None else last
            if count <= self._fillable:
                accel = filled(before.accel_mps2[begin - 1], accel, count)
                gyro = filled(before.gyro_rads[begin - 1], gyro, count)
                clipped = np.concatenate((np.zeros(count, dtype=np.bool_), clipped))
                pieces.append(self._feed(accel, gyro, clipped)[count:])
            else:
                self._restart(int(chunk.t_ns[begin]))
                pieces.append(self._feed(accel, gyro, clipped))
        return np.concatenate(pieces)

    def _feed(self, accel: FloatArray, gyro: FloatArray, clipped: BoolArray) -> FloatArray:
        if self._gravity is not None:
            return self._gravity.step(accel)
        rates = self._rates.step(gyro)
        quats: FloatArray = self._vqf.updateBatch(rates, np.ascontiguousarray(accel))["quat6D"]
        if self._errors.step(rates, accel, clipped):
            self._rates.set_errors(self._errors.matrix)
        return quats

    def _restart(self, t_ns: int) -> None:
        bias, sigma_rads = self._vqf.getBiasEstimate()
        self._vqf.resetState()
        self._vqf.setBiasEstimate(bias, sigma_rads)
        if self._gravity is not None:
            self._gravity.reset()
        self._rates.reset()
        self._errors.restart()
        self._uncertain_until_ns = t_ns + int(UNCERTAIN_S * 1e9)
        self.restarted = True
