"""Why no alert sounds, as a label and as the end of a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from sensorapp.model.posture import Silence

SILENCE_WORDS: Mapping[Silence, str] = {
    Silence.LATE: "late",
    Silence.SET_UP: "set-up",
    Silence.PAUSED: "paused",
    Silence.SNOOZED: "snoozed",
    Silence.MEETING: "meeting",
    Silence.LUNCH: "lunch",
    Silence.QUIET_HOURS: "quiet hours",
    Silence.TRACKING: "only counting",
    Silence.TOO_SOON: "too soon",
    Silence.NO_POSE: "pose needed",
}

SILENT_SENTENCES: Mapping[Silence, str] = {
    Silence.LATE: "it is over by now",
    Silence.SET_UP: "you are setting up",
    Silence.PAUSED: "alerts are paused",
    Silence.SNOOZED: "alerts are snoozed",
    Silence.MEETING: "you are in a meeting",
    Silence.LUNCH: "it is your lunch",
    Silence.QUIET_HOURS: "these are your quiet hours",
    Silence.TRACKING: "now it is only counted",
    Silence.TOO_SOON: "the last alert was not long ago",
    Silence.NO_POSE: "this profile has no upright pose yet for how the clip sits now",
}
