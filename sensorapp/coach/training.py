"""Training time: as long as it lasts alerts sound; afterwards slouches are counted and shown."""

from __future__ import annotations

from sensorapp.metrics.postures import JOINED_NS
from sensorapp.model.posture import PostureFrame, PostureState
from sensorapp.signal.grid import FRAME_NS

_NS = 1_000_000_000
_JUDGED = (PostureState.UPRIGHT, PostureState.SLOUCH)


class TrainingTime:
    """Counts down the time in which a slouch could be told: upright, or in one.

    Walks, breaks, gaps and uncertain angles use up none of it. With `left_s` None there is no
    plan: alerts sound all day, and nothing is counted.
    """

    def __init__(self, left_s: float | None) -> None:
        self._left_ns = None if left_s is None else max(0, round(left_s * _NS))
        self._before_ns: int | None = None

    @property
    def is_on(self) -> bool:
        """Whether alerts may sound as far as the plan goes."""
        return self._left_ns is None or self._left_ns > 0

    @property
    def left_s(self) -> float | None:
        """What is left of it, None without a plan."""
        return None if self._left_ns is None else self._left_ns / _NS

    def step(self, frame: PostureFrame) -> int:
        """Take one frame; how much training there was in it, in nanoseconds."""
        if self._left_ns is None:
            return 0
        step_ns = FRAME_NS if self._before_ns is None else frame.t_ns - self._before_ns
        self._before_ns = frame.t_ns
        if frame.state not in _JUDGED:
            return 0
        trained_ns = min(step_ns if step_ns <= JOINED_NS else FRAME_NS, self._left_ns)
        self._left_ns -= trained_ns
        return trained_ns
