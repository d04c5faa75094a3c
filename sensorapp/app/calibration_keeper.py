"""Keeps what a wearer calibrated with a key, so that the next day starts with it.

A pose holds in the seat of the clip in which it was taken. Once the clip sits in another one, the
first pose that is shown there carries the others along (`session/carried_pose.py`); those that
can't be carried are of before, and are asked for again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from sensorapp.app.seat_changes import SeatChanges
from sensorapp.model.errors import SensorAppError
from sensorapp.model.inputs import Connected, Input, ProfileChanged
from sensorapp.model.outputs import Output, Summary
from sensorapp.model.posture import Alignment, Calibration, CalibrationSource
from sensorapp.model.profiles import Profile
from sensorapp.session.carried_pose import can_carry, carried
from sensorapp.store.calibrations import Calibrations, load_calibrations, save_calibrations

_MADE_ON_PURPOSE = (CalibrationSource.REST, CalibrationSource.TWO_POSE)
STILL_WORN_S = 900.0
"""A session that begins so soon after the last one ended finds the clip as it was."""

_log = logging.getLogger(__name__)


class CalibrationKeeper:
    """A sink that stores calibrations by the name of the connected sensor."""

    def __init__(
        self, folder: Path, profile: str = Profile.DESK, now_s: Callable[[], float] = time.time
    ) -> None:
        """`profile` is in force until another is switched to; `now_s` tells seconds of UTC."""
        self._folder = folder
        self.profile = profile
        self._now_s = now_s
        self._names: dict[str, str] = {}
        self._held: dict[str, Alignment] | None = None
        self._seats: dict[str, SeatChanges] = {}

    def hold(self) -> None:
        """Keep nothing for now, during a set-up that the wearer may leave."""
        self._held = {}

    def release(self, *, keep: bool) -> None:
        """The set-up is over: keep the last that came of it, from whatever, or nothing of it."""
        held, self._held = self._held, None
        for sensor_id, alignment in (held or {}).items() if keep else ():
            self._keep(self._names.get(sensor_id, ""), alignment)

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """Remember names and seats; keep what was made with a key."""
        if isinstance(item, Connected):
            self._met(item.sensor_id, item.name)
        if isinstance(item, ProfileChanged):
            self.profile = item.profile
        for output in outputs:
            if isinstance(output, Calibration):
                if self._held is not None:
                    self._held[output.sensor_id] = output.alignment
                elif output.source in _MADE_ON_PURPOSE:
                    self._keep(self._names.get(output.sensor_id, ""), output.alignment)
            elif isinstance(output, Summary):
                self._ended()
            else:
                sensor_id = getattr(output, "sensor_id", None)
                if sensor_id in self._names:
                    self._seats[self._names[sensor_id]].see(output)

    def posed(self, profile: str) -> Alignment | None:
        """The kept alignment of the sensors that are connected, in a profile, if it holds now."""
        kept = load_calibrations(self._folder)
        for name in self._names.values():
            if self._holds(kept, name, profile):
                return kept.of(name, profile)
        return None

    @property
    def moves(self) -> int:
        """As long as this stays the same nothing was seen of a clip that moved."""
        return sum(seats.moves for seats in self._seats.values())

    def is_of_before(self, profile: str) -> bool:
        """Whether a pose is kept that does not hold for how the clip sits now."""
        kept = load_calibrations(self._folder)
        return self.posed(profile) is None and any(
            kept.of(name, profile) is not None for name in self._names.values()
        )

    def _met(self, sensor_id: str, name: str) -> None:
        self._names[sensor_id] = name
        if name not in self._seats:
            ended_s = load_calibrations(self._folder).worn_until_utc_s.get(name)
            soon = ended_s is not None and 0.0 <= self._now_s() - ended_s < STILL_WORN_S
            self._seats[name] = SeatChanges(is_new=not soon)

    def _holds(self, kept: Calibrations, name: str, profile: str) -> bool:
        is_new = self._seats[name].is_new
        return not is_new and kept.seat_of(name, profile) == kept.newest_seat(name)

    def _keep(self, name: str, alignment: Alignment) -> None:
        if not name:
            return
        try:
            kept = self._with(load_calibrations(self._folder), name, alignment)
            save_calibrations(self._folder, kept)
        except (OSError, SensorAppError) as error:
            # worth a line in the log, not the end of a session: the key can be pressed again
            _log.warning("the calibration of %s was not kept: %s", name, error)

    def _with(self, kept: Calibrations, name: str, alignment: Alignment) -> Calibrations:
        """What is kept with one pose more, and those that turn along with it."""
        profile, seats = self.profile, self._seats[name]
        was, seat = kept.of(name, profile), kept.newest_seat(name)
        others: dict[str, Alignment] = {}
        if seats.is_new:
            if was is not None and can_carry(was, alignment):
                for other in kept.posed(name):
                    pose, its_seat = kept.of(name, other), kept.seat_of(name, other)
                    if pose is not None and its_seat == kept.seat_of(name, profile):
                        others[other] = carried(pose, was, alignment)
            seat += 1
            seats.taken()
        for other, pose in others.items():
            kept = kept.with_one(name, pose, other, seat)
        return kept.with_one(name, alignment, profile, seat)

    def _ended(self) -> None:
        """A session that begins soon goes on in this seat."""
        try:
            kept = before = load_calibrations(self._folder)
            for name, seats in self._seats.items():
                if not seats.is_new and kept.posed(name):
                    kept = kept.ended(name, self._now_s())
            if kept != before:
                save_calibrations(self._folder, kept)
        except (OSError, SensorAppError) as error:
            _log.warning("when the clip was worn was not kept: %s", error)


def stored_calibration(
    folder: Path, wanted: str | None, profile: str = Profile.DESK
) -> tuple[str, Alignment] | None:
    """The kept calibration of the sensor called `wanted`, or of the one calibrated last.

    None for a pose of a seat in which the clip sat before others were shown.
    """
    kept = load_calibrations(folder)
    name = wanted or kept.last
    if name is None or kept.seat_of(name, profile) != kept.newest_seat(name):
        return None
    alignment = kept.of(name, profile)
    return None if alignment is None else (name, alignment)
