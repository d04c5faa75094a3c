"""A minute of frames in a few numbers."""

from __future__ import annotations

import statistics

from sensorapp.coach.training import TrainingTime
from sensorapp.metrics.holds import Holds
from sensorapp.metrics.postures import JOINED_NS, Doubt, PostureGatherer
from sensorapp.model.activity import ActivityKind
from sensorapp.model.history import Day, MinuteRow
from sensorapp.model.posture import PostureFrame, PostureState
from sensorapp.session.exposure import doubt_of
from sensorapp.signal.grid import FRAME_NS

_NS = 1_000_000_000


class MinuteTally:
    """Frames of the minute that goes on; holds go over its end."""

    def __init__(self, training_left_s: float | None) -> None:
        self._training = TrainingTime(training_left_s)
        self._trained_ns = 0
        self._gatherer = PostureGatherer()
        self._holds = Holds()
        self._before_ns: int | None = None
        self._flexion_deg: list[float] = []
        self._worn_ns = self._judged_ns = self._over_ns = 0
        self._still_ns = self._walking_ns = 0

    def train(self, left_s: float | None) -> None:
        """Another day began: so much training counts from the next frame on."""
        self._training = TrainingTime(left_s)

    def recalibrated(self) -> None:
        """Angles of later frames count from another upright pose."""
        self._gatherer.recalibrated()

    def add(self, frame: PostureFrame) -> None:
        """Count one frame."""
        step_ns = FRAME_NS if self._before_ns is None else frame.t_ns - self._before_ns
        self._before_ns = frame.t_ns
        span_ns = step_ns if step_ns <= JOINED_NS else FRAME_NS
        state, doubt = frame.state, doubt_of(frame)
        self._trained_ns += self._training.step(frame)
        self._worn_ns += span_ns * (state is not PostureState.NOT_WORN)
        self._over_ns += span_ns * (state is PostureState.SLOUCH)
        self._judged_ns += span_ns * (state in (PostureState.UPRIGHT, PostureState.SLOUCH))
        if frame.activity is not None:
            self._still_ns += span_ns * (frame.activity.kind is ActivityKind.STILL)
            self._walking_ns += span_ns * (frame.activity.kind is ActivityKind.WALKING)
        if doubt is Doubt.NONE and frame.flexion_deg is not None:
            self._flexion_deg.append(frame.flexion_deg)
        self._gatherer.add(
            frame.t_ns,
            frame.flexion_deg,
            frame.side_bend_deg,
            moving=state is PostureState.MOVING,
            doubt=doubt,
        )

    def close(self, utc_min: int, day: Day) -> MinuteRow:
        """The minute so far; the next one begins."""
        self._holds.add(self._gatherer.take())
        changes, hold_s = self._holds.take_changes()
        row = MinuteRow(
            utc_min=utc_min,
            day=day,
            worn_s=self._worn_ns / _NS,
            judged_s=self._judged_ns / _NS,
            over_s=self._over_ns / _NS,
            still_s=self._still_ns / _NS,
            walking_s=self._walking_ns / _NS,
            flexion_p50_deg=statistics.median(self._flexion_deg) if self._flexion_deg else None,
            changes=changes,
            hold_s=hold_s,
            trained_s=self._trained_ns / _NS,
        )
        self._flexion_deg.clear()
        self._worn_ns = self._judged_ns = self._over_ns = 0
        self._still_ns = self._walking_ns = self._trained_ns = 0
        return row
