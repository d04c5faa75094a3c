"""The 10 Hz grid of frames, fixed in sensor time.

Frame k is made by the first sample at or past k * 100 ms. A grid point without a sample of
its own, in a gap or at rates under 10 Hz, is skipped: one sample makes at most one frame.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from sensorapp.model.imu import IntArray

FRAME_NS = 100_000_000
_MANY = 256
"""From so many samples on arrays are quicker."""


class FrameGrid:
    """Tells where a stream of instants has to be cut; integers alone."""

    def __init__(self) -> None:
        self._next_ns = -(1 << 62)  # the very first sample makes a frame

    def cut(self, t_ns: IntArray) -> list[int]:
        """End positions (exclusive) in the rising instants `t_ns` (n,): one a frame.

        The sample before each end makes the frame; what follows the last end waits for the
        next call.
        """
        if len(t_ns) >= _MANY and self._next_ns % FRAME_NS == 0:
            # A frame is made wherever the count of grid points that were passed grows.
            points = t_ns // FRAME_NS
            grown = np.diff(points, prepend=self._next_ns // FRAME_NS - 1) > 0
            self._next_ns = max(self._next_ns, (points.item(-1) + 1) * FRAME_NS)
            many: list[int] = (np.flatnonzero(grown) + 1).tolist()
            return many
        ends = []
        times = t_ns.tolist()  # plain integers: bisecting them is quicker than in the array
        position = bisect_left(times, self._next_ns)
        while position < len(times):
            self._next_ns = (times[position] // FRAME_NS + 1) * FRAME_NS
            position += 1
            ends.append(position)
            position = bisect_left(times, self._next_ns, position)
        return ends
