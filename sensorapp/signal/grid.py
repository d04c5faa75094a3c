"""The 10 Hz grid of frames, fixed in sensor time.

Frame k is made by the first sample at or past k * 100 ms. A grid point without a sample of
its own, in a gap or at rates under 10 Hz, is skipped: one sample makes at most one frame.
"""

from __future__ import annotations

from sensorapp.model.imu import IntArray

FRAME_NS = 100_000_000


class FrameGrid:
    """Tells where a stream of instants has to be cut; integers alone."""

    def __init__(self) -> None:
        self._next_ns = -(1 << 62)  # the very first sample makes a frame

    def cut(self, t_ns: IntArray) -> list[int]:
        """End positions (exclusive) in the rising instants `t_ns` (n,): one a frame.

        The sample before each end makes the frame; what follows the last end waits for the
        next call.
        """
        ends = []
        n = len(t_ns)
        position = int(t_ns.searchsorted(self._next_ns))
        while position < n:
            self._next_ns = (int(t_ns[position]) // FRAME_NS + 1) * FRAME_NS
            position += 1
            ends.append(position)
            position += int(t_ns[position:].searchsorted(self._next_ns))
        return ends
