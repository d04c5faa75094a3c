"""The filters of one epoch, run over a chunk: what it says before anybody judges it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque

import numpy as np

from sensorapp.metrics.range_of_motion import range_deg
from sensorapp.model.posture import Vector3
from sensorapp.session.readings import Reading, Readings, Sampled
from sensorapp.signal.activity.judge import Activities
from sensorapp.signal.angles import Twist
from sensorapp.signal.chunks import Chunk, Stretch
from sensorapp.signal.grid import FRAME_NS
from sensorapp.signal.movements import LONGEST_S, MovementFinder, MovementSpan
from sensorapp.signal.orientation import UNCERTAIN_S, Orientation
from sensorapp.signal.smoothing import DisplaySmoother
from sensorapp.signal.vectors import row_norms
from sensorapp.signal.vertical import up_components

_ALL = slice(None)
GAIT_RANGE_DEG = 20.0
"""Walking turns the upper back by less than this; anything more was made on purpose."""


class Senses:
    """Everything with memory between a chunk and its reading."""

    def __init__(
        self,
        rate_hz: float,
        bending_deg: float,
        *,
        has_gyro: bool,
        tells_motor: bool,
        again: bool,
    ) -> None:
        """`again`: the stream was interrupted before, so the start counts as uncertain."""
        self._has_gyro = has_gyro
        self._orientation = Orientation(rate_hz, has_gyro=has_gyro)
        self._smoother = DisplaySmoother(rate_hz)
        self._twist = Twist()
        self.activities = Activities(
            rate_hz, bending_deg, has_gyro=has_gyro, tells_motor=tells_motor
        )
        self._movements = MovementFinder(rate_hz)
        self._walked_ns: deque[int] = deque(maxlen=round(LONGEST_S * 1e9) // FRAME_NS)
        self._next_index: int | None = None
        self._again = again
        self._again_until_ns = 0

    def step(self, chunk: Chunk) -> Reading:
        """Run the filters over one chunk."""
        t_ns = chunk.frame_t_ns
        after_pause = self._again and self._next_index is None
        if after_pause:
            self._again_until_ns = int(chunk.t_ns[0]) + int(UNCERTAIN_S * 1e9)
        expected = chunk.first_index if self._next_index is None else self._next_index
        hole = after_pause or chunk.next_index - expected != len(chunk.index)
        self._next_index = chunk.next_index

        quats = self._orientation.step(chunk)
        broken = self._orientation.restarted
        if broken:
            self._twist.reset()
            self._smoother.reset()
            self.activities.reset()
        speed_rads = row_norms(chunk.gyro_rads)
        spans: list[MovementSpan] = []
        moving = False
        if self._has_gyro:
            spans = self._movements.step(chunk, speed_rads, quats)
            moving = self._movements.active
        self._smoother.push(quats)
        w, x, y, z = quats[-1].tolist()
        up = up_components(w, x, y, z)
        twist_deg = self._twist.step(t_ns, (w, x, y, z))
        felt = self.activities.step(chunk, up, twist_deg)
        if felt.walking or felt.brisk:
            self._walked_ns.append(t_ns)
        return Reading(
            sampled=Sampled(chunk, speed_rads, quats),
            place=0,
            rows=_ALL,
            up=up,
            twist_deg=twist_deg,
            felt=felt,
            moving=moving,
            movements=[span for span in spans if not self._is_gait(span)] if spans else spans,
            hole=hole,
            broken=broken,
            clipped=self._orientation.clipped > 0,
            uncertain=self._is_doubtful(t_ns),
            tilt_sigma_deg=self._orientation.tilt_sigma_deg,
            accel_only=not self._has_gyro,
        )

    def stretch(self, stretch: Stretch) -> Readings:
        """What `step` gives for each of many chunks that follow the last one."""
        self._next_index = stretch.index.item(-1) + 1
        quats, sigmas_deg = self._orientation.stretch(stretch)
        speed_rads = row_norms(stretch.gyro_rads)
        moving, spans = self._movements.stretch(stretch, speed_rads, quats)
        self._smoother.push(quats)
        times_ns = stretch.frame_t_ns
        frame_quats = quats[np.array(stretch.ends) - 1]
        ups = np.stack(up_components(*frame_quats.T), axis=1)
        twists_deg = self._twist.stretch(times_ns, frame_quats)
        felts = self.activities.stretch(stretch, ups, twists_deg)
        moved: dict[int, list[MovementSpan]] = {}
        walked = np.flatnonzero(felts.brisk | felts.walking).tolist()
        for place, found in spans.items():
            upto = bisect_right(walked, place)
            self._walked_ns.extend([times_ns[one] for one in walked[:upto]])
            del walked[:upto]
            moved[place] = [span for span in found if not self._is_gait(span)]
        self._walked_ns.extend([times_ns[one] for one in walked])
        # Holes leave doubt, and there is none: it only fades.
        doubtful = 0
        while doubtful < len(times_ns) and self._is_doubtful(times_ns[doubtful]):
            doubtful += 1
        return Readings(
            Sampled(stretch, speed_rads, quats),
            stretch.ends,
            times_ns,
            ups,
            twists_deg,
            felts,
            moving,
            moved,
            doubtful,
            sigmas_deg,
        )

    def _is_doubtful(self, t_ns: int) -> bool:
        return self._orientation.uncertain(t_ns) or t_ns < self._again_until_ns

    @property
    def shown_up(self) -> Vector3 | None:
        """The vertical, low-passed for the display."""
        return self._smoother.shown

    def finish(self) -> list[MovementSpan]:
        """A movement that is going on ends here."""
        return [span for span in self._movements.finish() if not self._is_gait(span)]

    def _is_gait(self, span: MovementSpan) -> bool:
        """Whether a span is the sway of walking rather than a movement somebody made.

        Walking for most of it and turning little: a stride turns the upper back by some 10 deg.
        """
        times_ns = self._walked_ns
        walked = bisect_left(times_ns, span.t_end_ns) - bisect_left(times_ns, span.t_start_ns)
        mostly = 2 * walked * FRAME_NS > span.t_end_ns - span.t_start_ns
        return mostly and (range_deg(span) or 0.0) < GAIT_RANGE_DEG
