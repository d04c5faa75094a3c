"""The preview: what this moment would come to, said before any alert may sound."""

from __future__ import annotations

import math

from sensorapp.model.posture import PostureState
from sensorapp.model.setup import Trial
from sensorapp.session.state import SessionState
from sensorapp.text import setup_words as words

_NS = 1_000_000_000

_NO_SLOUCH = {
    PostureState.BENDING: words.BENDING,
    PostureState.MOVING: words.MOVING,
    PostureState.NOT_WORN: words.NOT_WORN,
}


def trial_of(state: SessionState) -> Trial:
    """Whether an alert would have sounded by now, will soon, or not at all."""
    frame, flexion_deg, limit_deg = state.posture, state.shown_flexion_deg, state.threshold_deg
    would_alert = False
    left_s: float | None = None
    if frame is None or flexion_deg is None or frame.state is PostureState.UNCERTAIN:
        sentence, flexion_deg = words.NO_ANGLE, None
    elif frame.state in _NO_SLOUCH:
        sentence = _NO_SLOUCH[frame.state]
    elif state.alert is not None:
        sentence, would_alert = words.WOULD_ALERT, True
    elif frame.state is PostureState.SLOUCH and state.slouch_since_ns is not None:
        held_s = ((state.t_ns or 0) - state.slouch_since_ns) / _NS
        left_s = max(0.0, state.dwell_s - held_s)
        sentence = words.would_follow(math.ceil(left_s), state.dwell_s)
    else:
        sentence = words.fine(flexion_deg, limit_deg)
    return Trial(flexion_deg, limit_deg, would_alert, left_s, sentence)
