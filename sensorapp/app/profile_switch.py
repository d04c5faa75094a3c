"""Switches a running session to another profile: its neutral pose and its limits."""

from __future__ import annotations

from sensorapp.app.calibration_keeper import CalibrationKeeper
from sensorapp.app.settings_watch import SettingsWatch
from sensorapp.model.profiles import PROFILE_LABELS, Profile
from sensorapp.runner import Runner
from sensorapp.text.cleaning import plain_text
from sensorapp.tui.source import ProfileChoice

_LABEL_CELLS = 24


class RunningProfiles:
    """Implements the screen's `ProfileDesk` over what is kept and set."""

    def __init__(self, runner: Runner, watch: SettingsWatch, keeper: CalibrationKeeper) -> None:
        self._runner = runner
        self._watch = watch
        self._keeper = keeper

    def choices(self) -> tuple[ProfileChoice, ...]:
        """All of them; the wearer's own by its name."""
        own = plain_text(self._watch.chosen.preferences.own.name, _LABEL_CELLS)
        labels = dict(PROFILE_LABELS)
        if own:
            labels[Profile.OWN] = own
        return tuple(
            ProfileChoice(one, labels[one], self._keeper.posed(one) is not None) for one in Profile
        )

    def take(self, profile: str) -> None:
        """Switch; a profile without a pose keeps the one in force until one is shown."""
        self._watch.profile = profile
        self._runner.take_on(profile, self._keeper.posed(profile), self._watch.limits)
