"""Silence from the command line, for the session that runs and those that start meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from sensorapp.app.asked_for import AskedFor, keep_asked
from sensorapp.app.chosen_settings import choose
from sensorapp.app.quiet_times import Asked, QuietTimes, Until
from sensorapp.app.quiet_watch import daily_spans, now_here
from sensorapp.model.errors import SettingsError
from sensorapp.model.inputs import Command
from sensorapp.session.mute import LONGEST_MIN, MUTES, minutes_of
from sensorapp.store.paths import data_folder


def ask_for(command: Command, minutes: float | None, until_min: int | None) -> str:
    """Be silent for so many minutes, or until a time of the day; when it ends, for people.

    Raises `SettingsError` for a length that is none, a `SensorAppError` or OSError if the data
    folder can't be written.
    """
    if minutes is not None and not 0.0 < minutes <= LONGEST_MIN:
        raise SettingsError(
            "A pause is longer than nothing and no longer than a day.", "For instance: --for 45m"
        )
    now, times = now_here(), _times()
    if until_min is None:
        end = now + timedelta(minutes=minutes_of(command, minutes))
    else:
        end = _next(now, times, until_min)
    heard = AskedFor(data_folder()).read(now).heard_until
    keep_asked(data_folder(), Asked(Until(MUTES[command][0], end), heard))
    return times.label(end, now)


def let_sound() -> None:
    """End what was asked for, and the silence of the day that is on now."""
    keep_asked(data_folder(), Asked(heard_until=_times().daily_end(now_here())))


def silence_now() -> tuple[str, str] | None:
    """Why alerts are silent now and until when; None if they may sound."""
    now, times = now_here(), _times()
    found = times.silence(now, AskedFor(data_folder()).read(now))
    return None if found is None else (found.why.value, times.label(found.end, now))


def _times() -> QuietTimes:
    return QuietTimes(daily_spans(choose().preferences.quiet))


def _next(now: datetime, times: QuietTimes, minutes: int) -> datetime:
    """The next instant at which the wearer's clock shows that time."""
    today = now.astimezone(times.zone)
    end = times.instant(today, minutes)
    return end if end > now else times.instant(today + timedelta(days=1), minutes)
