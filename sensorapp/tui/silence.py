"""Why no alert sounds now, and until when, as a screen says it."""

from __future__ import annotations

import math

from sensorapp.session.state import SessionState
from sensorapp.text.cleaning import plain_text
from sensorapp.text.silences import SILENCE_WORDS, SILENT_SENTENCES

_MINUTE_NS = 60_000_000_000
_UNTIL_CELLS = 20


def muted_minutes(state: SessionState) -> int | None:
    """Minutes until alerts come back from a pause or snooze, rounded up; None if they are on."""
    if state.muted_until_ns is None:
        return None
    left_ns = state.muted_until_ns - (state.t_ns or 0)
    return math.ceil(left_ns / _MINUTE_NS) if left_ns > 0 else None


def silence_text(state: SessionState) -> str | None:
    """A few words, None if alerts may sound."""
    quiet, minutes = state.quiet, muted_minutes(state)
    if quiet is not None and quiet.why is not None:
        until = plain_text(quiet.until, _UNTIL_CELLS)
        return f"{SILENCE_WORDS[quiet.why]}, until {until}" if until else SILENCE_WORDS[quiet.why]
    return None if minutes is None else f"paused, {minutes} min"


def silence_sentence(state: SessionState) -> str | None:
    """A sentence, None if alerts may sound."""
    quiet, minutes = state.quiet, muted_minutes(state)
    if quiet is not None and quiet.why is not None:
        until = plain_text(quiet.until, _UNTIL_CELLS)
        back = f" and come back at {until}" if until else ""
        return f"Alerts are silent{back}: {SILENT_SENTENCES[quiet.why]}."
    return None if minutes is None else f"Alerts are paused and come back in {minutes} min."
