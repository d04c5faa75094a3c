"""Walking, its steps a minute, and other brisk movement.

Walking is a shaking of the trunk with a rhythm. It begins when one of two signs is there:
1.2 s of shaking, by now above 0.55 m/s2, of which each step is like the one before (0.65), or
a slower rhythm (0.55) that is strong enough. It goes on while the shaking does (0.3 m/s2) and
either the rhythm holds (0.45) or, after two seconds of walking, some of it does (0.2):
walkers turn, and step over things. Its end is told within some 1.5 s.

Brisk is any movement with a root mean square above 0.4 m/s2 over 2 s, walking or not: it is
no time to judge a posture, but no claim about steps either. Coughing is often brisk and
seldom walking; so are the weak, uneven steps of some walkers.

The figures were chosen by trial: docs/decisions/0015-activities.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from sensorapp.signal.activity.rhythm import StepRhythm

_LEAST_HZ = 9.0
"""Slower sensors can't show steps: their frames are further apart."""

_QUICK_MPS2 = 0.55
_QUICK_LIKENESS = 0.65
_SHAKEN_MPS2 = 0.1
_QUICK_FRAMES = 12
"""A quick beginning needs more than a second of shaking: a bump is over sooner."""
_SLOW_LIKENESS = 0.55
_SLOW_STRENGTH_MPS2 = 0.2
"""Of strength times likeness: a weak shaking needs a better rhythm."""
_SLOW_FRAMES = 6
_FRESH_LIKENESS = 0.5
"""The rhythm has to be in the last steps, too: right after a walk, sitting down would find the
slow one still there."""

_HOLD_MPS2 = 0.3
_HOLD_LIKENESS = 0.45
_SETTLED_FRAMES = 20
_SETTLED_LIKENESS = 0.2
_SETTLED_STRENGTH_MPS2 = 0.08

BRISK_MPS2 = 0.4
_BRISK_FRAMES = 20
_BRISK_SUM = _BRISK_FRAMES * BRISK_MPS2**2
_OVER_MPS2 = 0.2
"""Brisk is over when the last half second is calmer than this, not when the 2 s are."""

_SURE_LIKENESS = 0.8


class WalkingDetector:
    """Whether the wearer walks, judged once a frame of the 10 Hz grid."""

    def __init__(self, rate_hz: float) -> None:
        self._rhythm = StepRhythm() if rate_hz >= _LEAST_HZ else None
        self._squares: deque[float] = deque(maxlen=_BRISK_FRAMES)
        self._shaken_frames = 0
        self._walked_frames = 0
        self.brisk = False
        """Whether the wearer moves briskly, walking or not."""
        self.shaking_mps2 = 0.0
        """Root mean square of the shaking over about 0.4 s, 0 at rates too low for steps."""

    def step(self, size_mps2: float) -> bool:
        """True while walking; never at rates too low for steps.

        `size_mps2` is the length of the frame's mean acceleration.
        """
        return self._rhythm is not None and self.take(*self._rhythm.band((size_mps2,)))

    def band(self, sizes_mps2: Sequence[float]) -> Sequence[float]:
        """Of many frames that come next, at least one: the values to `take` one by one."""
        return sizes_mps2 if self._rhythm is None else self._rhythm.band(sizes_mps2)

    def take(self, value: float) -> bool:
        """The answer of `step` for a frame's value of the band."""
        rhythm = self._rhythm
        if rhythm is None:
            return False
        rhythm.take(value)
        self.shaking_mps2 = hold_mps2 = rhythm.hold_mps2
        self._squares.append(value**2)
        self.brisk = hold_mps2 > _OVER_MPS2 and sum(self._squares) > _BRISK_SUM
        self._shaken_frames = self._shaken_frames + 1 if hold_mps2 > _SHAKEN_MPS2 else 0
        walks = hold_mps2 > _HOLD_MPS2 and (
            self._goes_on(rhythm) if self._walked_frames else self._begins(rhythm)
        )
        self._walked_frames = self._walked_frames + 1 if walks else 0
        return walks

    @property
    def cadence_spm(self) -> float | None:
        """Steps a minute, None when not walking or not for two seconds yet."""
        if self._rhythm is None or self._walked_frames <= _SETTLED_FRAMES:
            return None
        return 60.0 / self._rhythm.step_s

    @property
    def confidence(self) -> float:
        """How sure walking is while it is said, 0.5 to 1: a rhythm of 0.8 is as sure as any."""
        if self._rhythm is None:
            return 0.0
        likeness = max(self._rhythm.slow_likeness, self._rhythm.quick_likeness)
        return min(1.0, 0.5 + 0.5 * max(0.0, likeness) / _SURE_LIKENESS)

    def reset(self) -> None:
        """Start anew, after a hole."""
        if self._rhythm is not None:
            self._rhythm.reset()
        self._squares.clear()
        self._shaken_frames = self._walked_frames = 0
        self.brisk = False
        self.shaking_mps2 = 0.0

    def _begins(self, rhythm: StepRhythm) -> bool:
        quick = rhythm.quick_likeness
        if (
            self._shaken_frames >= _QUICK_FRAMES
            and quick > _QUICK_LIKENESS
            and rhythm.quick_mps2 > _QUICK_MPS2
        ):
            return True
        likeness = rhythm.slow_likeness
        return (
            self._shaken_frames >= _SLOW_FRAMES
            and quick > _FRESH_LIKENESS
            and likeness > _SLOW_LIKENESS
            and likeness * rhythm.slow_mps2 > _SLOW_STRENGTH_MPS2
        )

    def _goes_on(self, rhythm: StepRhythm) -> bool:
        likeness = rhythm.slow_likeness
        if likeness > _HOLD_LIKENESS:
            return True
        settled = self._walked_frames > _SETTLED_FRAMES
        strong = likeness * rhythm.slow_mps2 > _SETTLED_STRENGTH_MPS2
        return settled and strong and likeness > _SETTLED_LIKENESS
