"""Keeps what a wearer calibrated with a key, so that the next day starts with it."""

from __future__ import annotations

import logging
from pathlib import Path

from sensorapp.model.errors import SensorAppError
from sensorapp.model.inputs import Connected, Input, ProfileChanged
from sensorapp.model.outputs import Output
from sensorapp.model.posture import Alignment, Calibration, CalibrationSource
from sensorapp.model.profiles import Profile
from sensorapp.store.calibrations import load_calibrations, save_calibrations

_MADE_ON_PURPOSE = (CalibrationSource.REST, CalibrationSource.TWO_POSE)
_log = logging.getLogger(__name__)


class CalibrationKeeper:
    """A sink that stores calibrations by the name of the connected sensor."""

    def __init__(self, folder: Path, profile: str = Profile.DESK) -> None:
        """`profile` is in force until another is switched to."""
        self._folder = folder
        self.profile = profile
        self._names: dict[str, str] = {}
        self._held: dict[str, Alignment] | None = None

    def hold(self) -> None:
        """Keep nothing for now, during a set-up that the wearer may leave."""
        self._held = {}

    def release(self, *, keep: bool) -> None:
        """The set-up is over: keep the last that came of it, from whatever, or nothing of it."""
        held, self._held = self._held, None
        for sensor_id, alignment in (held or {}).items() if keep else ():
            self._keep(self._names.get(sensor_id, ""), alignment)

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """Remember names; keep what was made with a key."""
        if isinstance(item, Connected):
            self._names[item.sensor_id] = item.name
        if isinstance(item, ProfileChanged):
            self.profile = item.profile
        for output in outputs:
            if not isinstance(output, Calibration):
                continue
            if self._held is not None:
                self._held[output.sensor_id] = output.alignment
            elif output.source in _MADE_ON_PURPOSE:
                self._keep(self._names.get(output.sensor_id, ""), output.alignment)

    def posed(self, profile: str) -> Alignment | None:
        """The kept alignment of the sensors that are connected, in a profile."""
        kept = load_calibrations(self._folder)
        found = (kept.of(name, profile) for name in self._names.values())
        return next((one for one in found if one is not None), None)

    def _keep(self, name: str, alignment: Alignment) -> None:
        if not name:
            return
        try:
            kept = load_calibrations(self._folder).with_one(name, alignment, self.profile)
            save_calibrations(self._folder, kept)
        except (OSError, SensorAppError) as error:
            # worth a line in the log, not the end of a session: the key can be pressed again
            _log.warning("the calibration of %s was not kept: %s", name, error)


def stored_calibration(
    folder: Path, wanted: str | None, profile: str = Profile.DESK
) -> tuple[str, Alignment] | None:
    """The kept calibration of the sensor called `wanted`, or of the one calibrated last."""
    kept = load_calibrations(folder)
    name = wanted or kept.last
    alignment = None if name is None else kept.of(name, profile)
    return None if name is None or alignment is None else (name, alignment)
