"""The filters of one epoch, run over a chunk: what it says before anybody judges it."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.signal.activity import WalkingDetector, WornDetector
from sensorapp.signal.angles import Twist
from sensorapp.signal.chunks import Chunk
from sensorapp.signal.movements import MovementFinder, MovementSpan
from sensorapp.signal.orientation import UNCERTAIN_S, Orientation
from sensorapp.signal.smoothing import DisplaySmoother
from sensorapp.signal.vectors import row_norms, up_in_sensor


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A chunk after all filters.

    `ups` (n, 3) and `speed_rads` (n,) belong to its samples, the rest to its frame. `hole`
    says that samples are missing inside or right before, `broken` that so many are missing
    that the filters began anew.
    """

    speed_rads: FloatArray
    ups: FloatArray
    up: Vector3
    shown_up: Vector3
    twist_deg: float
    walking: bool
    moving: bool
    worn: bool | None
    movements: list[MovementSpan]
    hole: bool
    broken: bool
    clipped: bool
    uncertain: bool
    accel_only: bool


class Senses:
    """Everything with memory between a chunk and its reading."""

    def __init__(self, rate_hz: float, *, has_gyro: bool, again: bool) -> None:
        """`again`: the stream was interrupted before, so the start counts as uncertain."""
        self._has_gyro = has_gyro
        self._orientation = Orientation(rate_hz, has_gyro=has_gyro)
        self._smoother = DisplaySmoother(rate_hz)
        self._twist = Twist()
        self._walking = WalkingDetector(rate_hz)
        self._worn = WornDetector(rate_hz)
        self._movements = MovementFinder(rate_hz)
        self._next_index: int | None = None
        self._again = again
        self._again_until_ns = 0

    def step(self, chunk: Chunk) -> Reading:
        """Run the filters over one chunk."""
        t_ns = chunk.frame_t_ns
        if self._again and self._next_index is None:
            self._again_until_ns = int(chunk.t_ns[0]) + int(UNCERTAIN_S * 1e9)
        first_index, last_index = int(chunk.index[0]), int(chunk.index[-1])
        expected = first_index if self._next_index is None else self._next_index
        hole = last_index - expected + 1 != len(chunk.index)
        self._next_index = last_index + 1

        quats = self._orientation.step(chunk)
        broken = self._orientation.restarted
        if broken:
            self._twist.reset()
            self._smoother.reset()
            self._walking.reset()
        ups = up_in_sensor(quats)
        speed_rads = row_norms(chunk.gyro_rads)
        x, y, z = ups[-1].tolist()
        w, i, j, k = quats[-1].tolist()
        movements = self._movements.step(chunk, speed_rads, quats) if self._has_gyro else []
        return Reading(
            speed_rads=speed_rads,
            ups=ups,
            up=(x, y, z),
            shown_up=self._smoother.step(ups),
            twist_deg=self._twist.step(t_ns, (w, i, j, k)),
            walking=self._walking.step(chunk),
            moving=self._movements.active,
            worn=self._worn.step(chunk),
            movements=movements,
            hole=hole,
            broken=broken,
            clipped=bool(chunk.clipped.any()),
            uncertain=self._orientation.uncertain(t_ns) or t_ns < self._again_until_ns,
            accel_only=not self._has_gyro,
        )

    def finish(self) -> list[MovementSpan]:
        """A movement that is going on ends here."""
        return self._movements.finish()
