"""The header of a recording: all that a replay needs besides the inputs."""

from __future__ import annotations

from dataclasses import dataclass, field

from sensorapp.model.settings import SessionSettings

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class RecordingHeader:
    """Written first, inside a checked chunk.

    `started_utc` is RFC 3339 in UTC; `source` says what was recorded ("live", "demo
    scenario slouch", "imu file"), never a path.
    """

    format_version: int
    app_version: str
    started_utc: str
    source: str
    settings: SessionSettings = field(default_factory=SessionSettings)
