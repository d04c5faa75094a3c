"""Carries a set-up out on a running session: alerts held back, poses kept or put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sensorapp.app.calibration_keeper import CalibrationKeeper
from sensorapp.app.chosen_settings import ChosenBy
from sensorapp.app.settings_changes import set_value
from sensorapp.app.settings_watch import SettingsWatch
from sensorapp.model.errors import SettingsError
from sensorapp.model.profiles import Profile
from sensorapp.model.setup import Ask
from sensorapp.runner import Runner
from sensorapp.session.state import SessionState
from sensorapp.store.setting_errors import known_key
from sensorapp.store.settings_file import settings_path


def _nobody(ask: Ask) -> None:
    del ask


class RunningSetup:
    """Implements the screen's `SetupDesk`.

    Without a `keeper` (a demo) nothing is written: neither poses nor settings.
    """

    def __init__(
        self,
        runner: Runner,
        watch: SettingsWatch,
        keeper: CalibrationKeeper | None,
        asks: Callable[[Ask], None] = _nobody,
    ) -> None:
        self._runner = runner
        self._watch = watch
        self._keeper = keeper
        self._asks = asks
        self._before: SessionState | None = None
        self._sensitivity: int | None = None

    @property
    def sensitivity(self) -> int:
        """As set now, or a moment ago."""
        wishes = self._watch.chosen.preferences
        return self._sensitivity or wishes.alerts_in(self._watch.profile).sensitivity

    def begin(self) -> None:
        """Remember what is in force, and hold alerts and keeping back."""
        self._before = self._runner.session.state
        self._runner.set_up(begins=True)
        if self._keeper is not None:
            self._keeper.hold()

    def end(self, *, done: bool) -> None:
        """Keep what came of it, or put back what was in force; alerts are as before."""
        before, now = self._before, self._runner.session.state
        if before is None:
            return
        self._before = None
        if not done and before.calibration is not None and now.calibration is not None:
            alignment = before.calibration.alignment
            if alignment != now.calibration.alignment or now.waiting_for:
                self._runner.take_on(now.profile, alignment, needs_pose=before.needs_pose)
        if self._keeper is not None:
            self._keeper.release(keep=done)
        self._runner.set_up(begins=False)

    def asks(self, ask: Ask) -> None:
        """Pass on to a virtual wearer."""
        self._asks(ask)

    def choose(self, sensitivity: int) -> str:
        """Write it into the settings file, which the session follows; in a demo it counts alone."""
        at_desk = self._watch.profile == Profile.DESK
        key = known_key(f"{'alerts' if at_desk else self._watch.profile}.sensitivity")
        value = key.taken(sensitivity)
        if value is None:
            return ""
        self._sensitivity = sensitivity
        if self._keeper is None:
            wishes = self._watch.chosen.preferences
            alerts = replace(wishes.alerts_in(self._watch.profile), sensitivity=sensitivity)
            self._runner.judge_by(self._watch.slouch(alerts))
            return ""
        try:
            set_value(settings_path(), key, value)
        except SettingsError as error:
            self._sensitivity = None
            return error.sentence
        if self._watch.chosen.chosen_by(key) in (ChosenBy.ENVIRONMENT, ChosenBy.OPTION):
            self._sensitivity = None
            return "It is kept, and counts from the next start on: this time it was set otherwise."
        return ""
