"""Calibrations that wearers made on purpose, kept by the name of their sensor and by profile.

One small JSON file in the data folder (see `small_file`). It is a convenience: one that is
missing, damaged or of another version counts as empty, and the wearer calibrates again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from sensorapp.model.posture import Alignment
from sensorapp.model.profiles import Profile
from sensorapp.store.small_file import read_small_file, replace_small_file

FILE_NAME = "calibrations.json"
VERSION = 1
_MOST_SENSORS = 64


@dataclass(frozen=True, slots=True)
class Calibrations:
    """Alignments by sensor name, and the sensor that was calibrated last."""

    version: int = VERSION
    last: str | None = None
    sensors: dict[str, Alignment] = field(default_factory=dict)
    """At the desk, as before there were profiles."""
    profiles: dict[str, dict[str, Alignment]] = field(default_factory=dict)
    """In all other profiles, by sensor and profile."""
    seats: dict[str, dict[str, int]] = field(default_factory=dict)
    """The seat of the clip in which a pose holds, by sensor and profile; 0 without one."""
    worn_until_utc_s: dict[str, float] = field(default_factory=dict)
    """When a session with this sensor ended in good order, in the newest seat."""

    def of(self, name: str, profile: str) -> Alignment | None:
        """The alignment of a sensor in a profile."""
        if profile == Profile.DESK:
            return self.sensors.get(name)
        return self.profiles.get(name, {}).get(profile)

    def posed(self, name: str) -> tuple[str, ...]:
        """The profiles in which a pose of this sensor is kept."""
        return tuple(one for one in Profile if self.of(name, one) is not None)

    def seat_of(self, name: str, profile: str) -> int:
        """The seat in which the pose of a profile holds."""
        return self.seats.get(name, {}).get(profile, 0)

    def newest_seat(self, name: str) -> int:
        """The last seat in which a pose of this sensor was taken."""
        return max(self.seats.get(name, {}).values(), default=0)

    def ended(self, name: str, utc_s: float) -> Calibrations:
        """A session with this sensor ended."""
        kept = {key: value for key, value in self.worn_until_utc_s.items() if key != name}
        newest = list({**kept, name: utc_s}.items())[-_MOST_SENSORS:]
        return replace(self, worn_until_utc_s=dict(newest))

    def with_one(
        self, name: str, alignment: Alignment, profile: str = Profile.DESK, seat: int = 0
    ) -> Calibrations:
        """These and one more, now the last; the oldest go beyond 64 sensors."""
        seats = {key: value for key, value in self.seats.items() if key != name}
        seats[name] = {**self.seats.get(name, {}), profile: seat}
        self = replace(self, seats=dict(list(seats.items())[-_MOST_SENSORS:]))
        if profile != Profile.DESK:
            own = {**self.profiles.get(name, {}), profile: alignment}
            others = {key: value for key, value in self.profiles.items() if key != name}
            newest_own = list({**others, name: own}.items())[-_MOST_SENSORS:]
            return replace(self, last=name, profiles=dict(newest_own))
        sensors = {key: value for key, value in self.sensors.items() if key != name}
        sensors[name] = alignment
        newest = list(sensors.items())[-_MOST_SENSORS:]
        return replace(self, last=name, sensors=dict(newest))


def load_calibrations(folder: Path) -> Calibrations:
    """What is kept in the data folder; nothing if there is no readable file of this version."""
    try:
        kept = msgspec.json.decode(read_small_file(folder / FILE_NAME), type=Calibrations)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Calibrations()
    return kept if kept.version == VERSION else Calibrations()


def save_calibrations(folder: Path, kept: Calibrations) -> None:
    """Replace what is kept. Raises `SensorAppError` or OSError if the disk refuses."""
    replace_small_file(folder / FILE_NAME, msgspec.json.format(msgspec.json.encode(kept), indent=1))
