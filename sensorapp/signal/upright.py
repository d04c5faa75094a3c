"""Finds a rest: two seconds of stillness give a pose.

Stillness is |gyro| < 3 deg/s at every raw sample, in any mounting. Without a gyroscope it is
an acceleration within 0.4 m/s2 (2 deg) of where the rest began.

A table is stiller than any wearer, and a clip lying on one has no pose. So a rest counts only
once it has moved as a breathing body does: a standard deviation since it began of 3 mg on an
axis of the accelerometer or 0.1 deg/s on one of the gyroscope (over 10 s these limits called no
worn sitting of 147 people "not worn"). A wearer between two breaths waits a moment longer.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.signal.activity.worn import DEAD_MPS2, DEAD_RADS
from sensorapp.signal.chunks import Chunk
from sensorapp.signal.vectors import row_norms, unit

REST_S = 2.0
STILL_RADS = math.radians(3.0)
STILL_MPS2 = 0.4
_NEARLY = 0.95
"""Progress of a rest that lacks nothing but a breath."""
_HOLE_NS = 250_000_000
"""A longer hole ends a rest: nobody knows what happened in it."""


class RestFinder:
    """Watches chunks until a rest is long enough; make a new one, or reset, to ask again."""

    def __init__(self, rest_s: float = REST_S) -> None:
        self._rest_ns = int(rest_s * 1e9)
        self._begin_ns: int | None = None
        self._last: Chunk | None = None
        self._up_sum = np.zeros(3)
        self._count = 0
        self._sums = np.zeros(6)
        self._squares = np.zeros(6)
        self._accel_then: FloatArray | None = None
        self.progress = 0.0
        """How much of the rest has been seen, 0..1."""
        self.dead_s = 0.0
        """How long the rest has been long enough, but too still for a wearer."""

    def step(self, chunk: Chunk, speed_rads: FloatArray, up: FloatArray) -> Vector3 | None:
        """Mean up of the rest (unit vector, sensor axes) once it is long enough, else None.

        `speed_rads` (n,) is |gyro|, all NaN without a gyroscope; `up` (n, 3) the up vectors.
        """
        first_still = max(self._after_hole(chunk), self._first_still(chunk, speed_rads))
        if first_still == len(speed_rads):
            self.reset()
            return None
        if first_still > 0 or self._begin_ns is None:
            self.reset()
            self._begin_ns = int(chunk.t_ns[first_still])
            self._accel_then = chunk.accel_mps2[first_still]
        self._gather(chunk, up, first_still)
        rested_ns = chunk.frame_t_ns - self._begin_ns
        self.progress = min(1.0, rested_ns / self._rest_ns)
        if rested_ns < self._rest_ns:
            return None
        if self._is_dead():
            self.progress = _NEARLY
            self.dead_s = (rested_ns - self._rest_ns) * 1e-9
            return None
        x, y, z = self._up_sum.tolist()
        self.reset()
        self.progress = 1.0
        return unit((x, y, z))

    def reset(self) -> None:
        """Begin again."""
        self._begin_ns = None
        self._up_sum = np.zeros(3)
        self._count = 0
        self._sums = np.zeros(6)
        self._squares = np.zeros(6)
        self._accel_then = None
        self.progress = 0.0
        self.dead_s = 0.0

    def _gather(self, chunk: Chunk, up: FloatArray, first_still: int) -> None:
        # Away from where the rest began, squares stay small and keep their digits.
        assert self._accel_then is not None
        accel = chunk.accel_mps2[first_still:] - self._accel_then
        values = np.concatenate((accel, chunk.gyro_rads[first_still:]), axis=1)
        self._count += len(values)
        self._up_sum = self._up_sum + up[first_still:].sum(axis=0)
        self._sums = self._sums + values.sum(axis=0)
        self._squares = self._squares + (values * values).sum(axis=0)

    def _is_dead(self) -> bool:
        means = self._sums / self._count
        spread = np.sqrt(np.maximum(self._squares / self._count - means * means, 0.0))
        # Without a gyroscope its columns are NaN and say nothing.
        moved = bool((spread[:3] >= DEAD_MPS2).any() or (spread[3:] >= DEAD_RADS).any())
        return not moved

    def _after_hole(self, chunk: Chunk) -> int:
        """Row of the first sample after the chunk's last long hole; 0 without one."""
        last = self._last
        self._last = chunk
        if last is None or chunk.next_index - last.next_index == len(chunk.index):
            return 0
        missing = np.diff(chunk.index, prepend=last.index[-1]) > 1
        waited_ns = np.diff(chunk.t_ns, prepend=last.t_ns[-1])
        holes = np.flatnonzero(missing & (waited_ns > _HOLE_NS))
        if not len(holes):
            return 0
        self.reset()
        return int(holes[-1])

    def _first_still(self, chunk: Chunk, speed_rads: FloatArray) -> int:
        """Row after the chunk's last restless sample."""
        if math.isnan(speed_rads[-1]):
            then = chunk.accel_mps2[0] if self._accel_then is None else self._accel_then
            restless = row_norms(chunk.accel_mps2 - then) >= STILL_MPS2
        else:
            restless = speed_rads >= STILL_RADS
        if not restless.any():
            return 0
        return int(np.flatnonzero(restless)[-1]) + 1
