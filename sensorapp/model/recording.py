"""The header of a recording: all that a replay needs besides the inputs."""

from __future__ import annotations

from dataclasses import dataclass, field

from sensorapp.model.settings import SessionSettings, SlouchSettings

FORMAT_VERSION = 3
"""The newest version that this program reads and writes."""

_ANY_SHARE = 2
"""Before this version the limit always lay half way to the own slouch."""

_TRAINING = 3
"""Before this version alerts sounded all day."""


def least_version(settings: SessionSettings) -> int:
    """The oldest version whose readers compute the same results from these settings."""
    if settings.coaching.training_left_s is not None:
        return _TRAINING
    return 1 if settings.slouch.slouch_share == SlouchSettings().slouch_share else _ANY_SHARE


@dataclass(frozen=True, slots=True)
class RecordingHeader:
    """Written first, inside a checked chunk.

    `started_utc` is RFC 3339 in UTC; `source` says what was recorded ("live", "demo
    scenario slouch", "imu file"), never a path. `utc_offsets` are the wall clock's distances from
    UTC: (UTC second, offset in seconds from then on), in order; empty if nobody noted them.
    """

    format_version: int
    app_version: str
    started_utc: str
    source: str
    settings: SessionSettings = field(default_factory=SessionSettings)
    utc_offsets: tuple[tuple[int, int], ...] = ()
