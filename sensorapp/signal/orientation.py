"""Orientation of the sensor against the vertical, sample by sample, with VQF.

Method: VQF (Laidig & Seel 2023, Information Fusion 91:187, doi 10.1016/j.inffus.2022.10.014),
which holds each gyroscope sample over its interval. It is fed instead with the mean rate over
that interval (`interval_rates`), freed from errors of scale and axes that are learned on the
way (`gyro_errors`). Heading is free to drift: nothing here looks at a magnetometer.

Missing samples: up to 0.2 s are filled with a straight line, for this filter alone; after
more it starts anew, keeping what it knows of the gyroscope. If the sensor turned far within a hole
that was filled, gravity is trusted twice as much for 4 s. After such a hole, and after every
one that was not filled, it calls itself uncertain for 5 s. `tilt_sigma_deg` says by how much.
Clipped samples go in as they are: on twelve reference trials clipped at +-2 g, leaving them out
raised the error from 0.85 to 2.3 deg and scaling them to 1 g to 1.2 deg, because what averages
to gravity over 3 s is all of the acceleration. Frames say so in their quality.
Without a gyroscope the vertical is the low-passed accelerometer, which is right only while
the wearer keeps still.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import vqf

from sensorapp.model.imu import BoolArray, FloatArray, ImuBlock, IntArray
from sensorapp.signal.bad_samples import BadSamples
from sensorapp.signal.chunks import Chunk, Stretch, chunk_of
from sensorapp.signal.gaps import filled
from sensorapp.signal.gravity import GravityOrientation
from sensorapp.signal.grid import FrameGrid
from sensorapp.signal.gyro_errors import USUAL, ErrorModel, GyroErrors
from sensorapp.signal.hindsight import orientations_in_hindsight
from sensorapp.signal.interval_rates import IntervalRates
from sensorapp.signal.timebase import Timebase
from sensorapp.signal.uncertainty import TiltUncertainty
from sensorapp.signal.vectors import row_norms

FILLED_S = 0.2
"""Longest hole bridged by a straight line; beyond it the error is larger than a restart's."""
UNCERTAIN_S = 5.0
"""How long after a hole the guess of the vertical settles."""
DOUBTED_DEG = 0.5
"""A filled hole, or clipping, that adds no more than this to the error is no cause for doubt."""
HASTY_DEG, HASTY_S, HASTY_TAU_S = 2.0, 4.0, 1.5
"""After filled holes that may add more, gravity is averaged over 1.5 s instead of 3 s. On BROAD
that lowered the error in the 5 s after a hole of 0.1 s from 2.4 to 2.1 deg; in calm walking it
would cost a degree."""
_TAU_S = 3.0
"""VQF's own."""


def estimate(
    accel_mps2: FloatArray,
    gyro_rads: FloatArray,
    rate_hz: float,
    *,
    causal: bool = True,
    model: ErrorModel = USUAL,
) -> FloatArray:
    """Orientation over a whole recording: quaternions (n, 4), w x y z, unit, sensor to earth.

    Specific forces and rates are (n, 3), `rate_hz` of them a second; the earth's z is up and
    its heading free. A `gyro_rads` of NaN alone stands for a sensor without a gyroscope.
    Causal, a row depends on what came before it, and is to the bit what a live stream gives;
    otherwise it knows the whole recording (`hindsight`). Bad rows (`bad_samples`) count as
    missing: holes are treated as in a live stream, and carry the quaternion before them, the
    first ones that after them; without any good row all are NaN. `model` is what is supposed
    of the gyroscope. ValueError for other shapes, or a rate that is not positive.
    """
    accel, gyro = (np.array(values, dtype=np.float64) for values in (accel_mps2, gyro_rads))
    if accel.ndim != 2 or accel.shape[1] != 3 or accel.shape != gyro.shape:
        raise ValueError("accel_mps2 and gyro_rads must be (n, 3) both")
    if not 0.0 < rate_hz < float("inf"):
        raise ValueError("rate_hz must be positive")
    has_gyro = not bool(np.isnan(gyro).all())
    index = _good_rows(accel, gyro, rate_hz, has_gyro)
    quats = np.full((len(accel), 4), np.nan)
    if not len(index):
        return quats
    if causal or not has_gyro:
        orientation = Orientation(rate_hz, has_gyro=has_gyro, model=model)
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
        for all_rows, piece in zip(
            every, orientations_in_hindsight(whole, rate_hz, model), strict=True
        ):
            quats[all_rows] = piece
    known = np.where(np.isfinite(quats[:, 0]), np.arange(len(quats)), index[0])
    return quats[np.maximum.accumulate(known)]


def _good_rows(accel: FloatArray, gyro: FloatArray, rate_hz: float, has_gyro: bool) -> IntArray:
    """Rows that a live stream would not refuse."""
    block = ImuBlock(
        sensor_id="",
        host_ns=0,
        epoch=0,
        first_index=0,
        ticks=None,
        rate_mhz=round(rate_hz * 1000.0),
        accel_mps2=accel,
        gyro_rads=gyro,
        clipped=np.zeros(len(accel), dtype=np.bool_),
        has_gyro=has_gyro,
    )
    good = BadSamples().good(block) if len(accel) else None
    return np.arange(len(accel)) if good is None else np.flatnonzero(good)


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
        yield chunk_of(rows, t_ns[begin:end], accel[rows], gyro[rows], unclipped[begin:end])


def _fillable(rate_hz: float) -> int:
    """Most missing samples that are bridged."""
    return max(1, round(FILLED_S * rate_hz))


def _interpolated(every: IntArray, rows: IntArray, values: FloatArray) -> FloatArray:
    """`values` at `every` row from those at `rows`, on straight lines, column by column."""
    columns = [np.interp(every, rows, column[rows]) for column in values.T]
    return np.stack(columns, axis=1)


class Orientation:
    """Sensor-to-earth quaternions from the chunks of one epoch."""

    def __init__(self, rate_hz: float, *, has_gyro: bool = True, model: ErrorModel = USUAL) -> None:
        self._fillable = _fillable(rate_hz)
        self._vqf = vqf.VQF(1.0 / rate_hz)
        self._gravity = None if has_gyro else GravityOrientation(rate_hz)
        self._rates = IntervalRates(rate_hz)
        self._errors = GyroErrors(rate_hz, model)
        self._rate_hz = rate_hz
        self._tilt = TiltUncertainty(rate_hz)
        self._last: Chunk | None = None
        self._uncertain_until_ns = 0
        self._hasty_until_ns: int | None = None
        self._hasty = False
        self.clipped = 0
        """How many samples of the last step were clipped."""
        self.restarted = False
        """True if the last step began anew after a long hole: headings don't connect."""

    def step(self, chunk: Chunk) -> FloatArray:
        """Quaternions (n, 4), w x y z, unit, sensor to earth, at the chunk's n samples."""
        self.restarted = False
        last, self._last = self._last, chunk
        gyro, accel, clip = chunk.gyro_rads, chunk.accel_mps2, chunk.clipped
        if self._hasty_until_ns is not None and chunk.frame_t_ns >= self._hasty_until_ns:
            self._hasty_until_ns = None
            self._vqf.setMotionBiasEstEnabled(True)
            if self._hasty:
                self._average_gravity_over(_TAU_S)
        expected = chunk.first_index if last is None else last.next_index
        if chunk.next_index - expected == len(chunk.index):
            if self._gravity is None:  # `_feed` written out, for this runs for every packet
                rates = self._rates.step(gyro)
                quats: FloatArray = self._vqf.updateBatch(rates, accel)["quat6D"]
                if self._errors.step(rates, accel, clip):
                    self._rates.set_errors(self._errors.matrix)
            else:
                quats = self._gravity.step(accel)
        else:
            quats = self._across_holes(last, chunk, expected)
        self.clipped = clipped = clip.tobytes().count(1)
        if clipped > 0:
            fastest_rads = float(row_norms(gyro).max())
            self._doubt(fastest_rads, clipped / self._rate_hz, chunk.frame_t_ns)
        if self._gravity is None:
            self._tilt.moved(chunk.frame_t_ns, self._rates.newest_rads, accel)
        else:
            self._tilt.swung(chunk.frame_t_ns, accel)
        return quats

    def stretch(self, stretch: Stretch) -> tuple[FloatArray, list[float]]:
        """What `step` gives for each of many chunks, one after the other, that follow the last.

        Quaternions (n, 4) and `tilt_sigma_deg` at each chunk's frame.
        """
        if self._hasty_until_ns is not None or self._gravity is not None:
            chunks = [stretch.chunk(place) for place in range(len(stretch.ends))]
            told = [(self.step(chunk), self.tilt_sigma_deg) for chunk in chunks]
            return np.concatenate([quats for quats, _ in told]), [sigma for _, sigma in told]
        self.restarted = False
        self.clipped = 0
        ends = stretch.ends
        pieces, begin, place = [], 0, 0
        while begin < len(stretch.index):
            # As far as the errors stay as they are.
            until = bisect_left(ends, begin + self._errors.lacks, place) + 1
            end = ends[until - 1] if until <= len(ends) else ends[-1]
            rows = slice(begin, end)
            pieces.append(
                self._feed(
                    stretch.accel_mps2[rows],
                    stretch.gyro_rads[rows],
                    stretch.clipped[rows],
                    [one - begin for one in ends[place:until]],
                )
            )
            begin, place = end, until
        self._last = stretch.chunk(len(ends) - 1)
        return np.concatenate(pieces), self._tilt.stretch(stretch)

    def uncertain(self, t_ns: int) -> bool:
        """Whether `t_ns` is less than 5 s after a hole that leaves doubt."""
        return t_ns < self._uncertain_until_ns

    @property
    def tilt_sigma_deg(self) -> float:
        """Standard deviation of the vertical's error at the last frame."""
        return self._tilt.sigma_deg

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
                self._bridge(before.gyro_rads[begin - 1], gyro[0], count, int(chunk.t_ns[begin]))
                accel = filled(before.accel_mps2[begin - 1], accel, count)
                gyro = filled(before.gyro_rads[begin - 1], gyro, count)
                clipped = np.concatenate((np.zeros(count, dtype=np.bool_), clipped))
                pieces.append(self._feed(accel, gyro, clipped)[count:])
            else:
                self._restart(int(chunk.t_ns[begin]))
                pieces.append(self._feed(accel, gyro, clipped))
        return np.concatenate(pieces)

    def _feed(
        self,
        accel: FloatArray,
        gyro: FloatArray,
        clipped: BoolArray,
        ends: Sequence[int] = (),
    ) -> FloatArray:
        if self._gravity is not None:
            return self._gravity.step(accel)
        rates = self._rates.step(gyro, ends)
        quats: FloatArray = self._vqf.updateBatch(rates, np.ascontiguousarray(accel))["quat6D"]
        if self._errors.step(rates, accel, clipped):
            self._rates.set_errors(self._errors.matrix)
        return quats

    def _bridge(self, before: FloatArray, after: FloatArray, count: int, t_ns: int) -> None:
        missing_s = count / self._rate_hz
        fastest_rads = float(max(np.linalg.norm(before), np.linalg.norm(after)))
        if self._doubt(fastest_rads, missing_s, t_ns) > HASTY_DEG:
            self._hasty_until_ns = t_ns + int(HASTY_S * 1e9)
            self._average_gravity_over(HASTY_TAU_S)
            # What gravity puts right now is the hole's error, not a bias or a scale.
            self._vqf.setMotionBiasEstEnabled(False)
            self._errors.restart()

    def _doubt(self, fastest_rads: float, missing_s: float, t_ns: int) -> float:
        """For so long the gyroscope did not tell how the sensor turned; degrees in doubt."""
        if self._gravity is not None:
            return 0.0
        sigma_deg = self._tilt.bridged(math.degrees(fastest_rads * missing_s), missing_s)
        if sigma_deg > DOUBTED_DEG:
            self._uncertain_until_ns = t_ns + int(UNCERTAIN_S * 1e9)
        return sigma_deg

    def _average_gravity_over(self, tau_s: float) -> None:
        """Change VQF's time constant without a swing.

        VQF alone would keep its second-order filter's slope, which means another one with other
        coefficients: 4 s after a hole the error rose from 0.9 to 2 deg again.
        """
        self._hasty = tau_s < _TAU_S
        self._vqf.setTauAcc(tau_s)
        coefficients = vqf.VQF.filterCoeffs(tau_s, 1.0 / self._rate_hz)
        state = self._vqf.state
        settled = [vqf.VQF.filterInitialState(value, *coefficients) for value in state["lastAccLp"]]
        state["accLpState"] = np.concatenate(settled).tolist()
        self._vqf.state = state

    def _restart(self, t_ns: int) -> None:
        bias, sigma_rads = self._vqf.getBiasEstimate()
        self._vqf.resetState()
        self._vqf.setBiasEstimate(bias, sigma_rads)
        if self._gravity is not None:
            self._gravity.reset()
        self._rates.reset()
        self._errors.restart()
        self._tilt.restarted()
        self._vqf.setTauAcc(_TAU_S)
        self._vqf.setMotionBiasEstEnabled(False)
        self._hasty = False
        self._hasty_until_ns = t_ns + int(HASTY_S * 1e9)
        self._uncertain_until_ns = t_ns + int(UNCERTAIN_S * 1e9)
        self.restarted = True
