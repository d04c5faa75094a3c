"""Which silence is in force at a moment, and when it ends: clocks, zones and midnight.

A silence is asked for (pause, snooze, meeting, lunch) and ends at an instant, or it is one of
every day (quiet hours, lunch) and ends when the wearer's clock says so, whatever the zone does
in between. No alert is lost by it: slouches are counted and shown meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from sensorapp.model.clock_span import ClockSpan
from sensorapp.model.posture import Silence

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Until:
    """A silence and the instant of its end, in UTC."""

    why: Silence
    end: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What the wearer asked for; until `heard_until` the daily silences count for nothing."""

    silence: Until | None = None
    heard_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuietTimes:
    """The daily silences; `zone` None is the system's."""

    daily: Mapping[Silence, ClockSpan] = field(default_factory=dict)
    zone: tzinfo | None = None

    def silence(self, now: datetime, asked: Asked) -> Until | None:
        """The silence at `now` that lasts longest, None if alerts may sound."""
        found = [] if asked.silence is None else [asked.silence]
        if asked.heard_until is None or asked.heard_until <= now:
            found += self._daily(now)
        lasting = [one for one in found if one.end > now]
        return max(lasting, key=lambda one: one.end, default=None)

    def daily_end(self, now: datetime) -> datetime | None:
        """When the daily silences that are on now are over."""
        return max((one.end for one in self._daily(now)), default=None)

    def label(self, end: datetime, now: datetime) -> str:
        """Clock time of an end, with its day if that is another: "14:30", "Mon 08:00"."""
        local, today = end.astimezone(self.zone), now.astimezone(self.zone)
        day = "" if local.date() == today.date() else f"{_DAYS[local.weekday()]} "
        return f"{day}{local:%H:%M}"

    def _daily(self, now: datetime) -> list[Until]:
        """Those of today, and of yesterday if they go over midnight."""
        found = []
        today = now.astimezone(self.zone)
        for why, span in self.daily.items():
            for back in (0, 1):
                first = today - timedelta(days=back)
                last = first + timedelta(days=span.end_min < span.begin_min)
                end = self.instant(last, span.end_min)
                if self.instant(first, span.begin_min) <= now < end:
                    found.append(Until(why, end))
        return found

    def instant(self, day: datetime, minutes: int) -> datetime:
        """`minutes` by the clock of a day; of an hour that comes twice the first one is meant.

        A time that the clock leaps over is as late after the leap as it would have been before.
        """
        hours, rest = divmod(minutes, 60)
        local = datetime(day.year, day.month, day.day, hours, rest)  # noqa: DTZ001 its zone follows
        return (local if self.zone is None else local.replace(tzinfo=self.zone)).astimezone(UTC)
