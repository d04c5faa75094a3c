"""Tells a running session when alerts are to be silent, and when they may sound again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from sensorapp.app.asked_for import AskedFor
from sensorapp.app.quiet_times import Asked, QuietTimes, Until
from sensorapp.model.clock_span import ClockSpan, clock_span
from sensorapp.model.inputs import Command
from sensorapp.model.posture import Silence
from sensorapp.model.preferences import QuietPreferences
from sensorapp.session.mute import MUTES, minutes_of


def now_here() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def daily_spans(wishes: QuietPreferences) -> dict[Silence, ClockSpan]:
    """The silences of every day that the settings ask for."""
    spans = {
        Silence.QUIET_HOURS: clock_span(wishes.hours),
        Silence.LUNCH: clock_span(wishes.lunch),
    }
    return {why: span for why, span in spans.items() if span is not None}


class QuietWatch:
    """Implements `QuietSource` over the wall clock, the settings and what is asked for."""

    def __init__(
        self,
        asked: AskedFor,
        wishes: Callable[[], QuietPreferences] = QuietPreferences,
        *,
        now: Callable[[], datetime] = now_here,
        zone: tzinfo | None = None,
    ) -> None:
        """`wishes` is asked at each look: settings may change. `zone` None is the system's."""
        self._asked = asked
        self._wishes = wishes
        self._now = now
        self._zone = zone
        self._told: Until | None = None

    def changed(self) -> tuple[Silence | None, str] | None:
        """Why alerts are silent from now on and until when; None if that is as it was told."""
        now = self._now()
        times = self._times()
        silence = times.silence(now, self._asked.read(now))
        if silence == self._told:
            return None
        self._told = silence
        return (None, "") if silence is None else (silence.why, times.label(silence.end, now))

    def ask(self, command: Command, minutes: float | None) -> bool:
        """Take a command that is about silence; False for any other."""
        now = self._now()
        if command is Command.RESUME:
            self._asked.write(Asked(heard_until=self._times().daily_end(now)))
            return True
        if command not in MUTES:
            return False
        end = now + timedelta(minutes=minutes_of(command, minutes))
        self._asked.write(Asked(Until(MUTES[command][0], end), self._asked.read(now).heard_until))
        return True

    def _times(self) -> QuietTimes:
        return QuietTimes(daily_spans(self._wishes()), self._zone)
