"""Sees that the user changed the settings file, and what of it counts in a session that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sensorapp.app.chosen_settings import Chosen, choose
from sensorapp.app.clock import today
from sensorapp.model.errors import SettingsError
from sensorapp.model.history import Day
from sensorapp.model.preferences import KEYS, AlertPreferences, Preferences
from sensorapp.model.profiles import Profile
from sensorapp.model.setting_key import TakesEffect, Value
from sensorapp.model.settings import ChangedSettings, CoachingSettings, SlouchSettings
from sensorapp.model.wished_settings import motor_settings, slouch_settings
from sensorapp.store.settings_file import settings_path
from sensorapp.store.small_file import file_state


class SettingsWatch:
    """Implements `SettingsSource` over the settings file, one look at its date at each call.

    A change is taken once the file has been the same at two looks: some editors empty a file
    before they write it.
    """

    def __init__(self, options: Mapping[str, Value] | None = None) -> None:
        """`options` go before the file, then as now. Raises `SettingsError`."""
        self._options = dict(options or {})
        self._path = settings_path()
        self._seen = self._fresh = file_state(self._path)
        self._chosen = choose(self._options)
        self.slouch: Callable[[AlertPreferences], SlouchSettings] = slouch_settings
        """How wishes become limits: in a demo the scenario has its say, too."""
        self.profile: str = Profile.DESK
        """Whose limits count."""
        self._today: Callable[[], Day] | None = None
        self._coaching: Callable[[Day], CoachingSettings] = lambda _: CoachingSettings()
        self._day: Day | None = None

    def follow_days(
        self, coaching: Callable[[Day], CoachingSettings], now: Callable[[], Day] = today
    ) -> None:
        """Tell what another day brings once one begins; `coaching` is asked then."""
        self._coaching, self._today, self._day = coaching, now, now()

    @property
    def chosen(self) -> Chosen:
        """What is in force, and who chose it."""
        return self._chosen

    @property
    def rings(self) -> bool:
        """Whether an alert or a reminder rings the bell now."""
        return self._chosen.preferences.alerts.bell

    @property
    def notifies(self) -> bool:
        """Whether alerts and reminders are shown on the desktop now."""
        return self._chosen.preferences.alerts.desktop

    @property
    def limits(self) -> SlouchSettings:
        """The limits in the profile that counts."""
        return self.slouch(self._chosen.preferences.alerts_in(self.profile))

    def changed(self) -> ChangedSettings | None:
        """New limits and wishes, if they are others; what is wrong or counts later; a new day."""
        day = None if self._today is None else self._today()
        if day is None or day == self._day:
            return self._rewritten()
        self._day = day
        return replace(self._rewritten() or ChangedSettings(), coaching=self._coaching(day))

    def _rewritten(self) -> ChangedSettings | None:
        """What another settings file says."""
        fresh, self._fresh = self._fresh, file_state(self._path)
        if self._fresh == self._seen or self._fresh != fresh:
            return None
        self._seen = self._fresh
        try:
            chosen = choose(self._options)
        except SettingsError as error:
            return ChangedSettings(message=f"{error.sentence} The settings stay as they were.")
        before, self._chosen = self._chosen.preferences, chosen
        alerts = chosen.preferences.alerts
        slouch, motor = self.limits, motor_settings(alerts)
        changed = ChangedSettings(
            slouch if slouch != self.slouch(before.alerts_in(self.profile)) else None,
            motor if motor != motor_settings(before.alerts) else None,
            _counts_later(before, chosen.preferences),
        )
        return None if changed == ChangedSettings() else changed


def _counts_later(before: Preferences, now: Preferences) -> str:
    changed = [
        key.name
        for key in KEYS
        if key.takes_effect is TakesEffect.NEXT_START and before.value_of(key) != now.value_of(key)
    ]
    verb = "counts" if len(changed) == 1 else "count"
    return f"{' and '.join(changed)} {verb} from the next start on." if changed else ""
