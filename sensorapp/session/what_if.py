"""A recording's inputs through two sessions: as it was, and with other settings in force.

Both see the same inputs, so whatever differs follows from the settings alone. Nothing is known of
what the wearer would have done otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sensorapp.drivers.base import SensorDriver
from sensorapp.model.breaks import BreakDue, DueKind
from sensorapp.model.inputs import Input, ProfileChanged, SettingsChanged
from sensorapp.model.outputs import Output
from sensorapp.model.setting_key import Value
from sensorapp.model.settings import SessionSettings
from sensorapp.model.wished_settings import (
    BREAK_FIELDS,
    SLOUCH_FIELDS,
    with_alerts_wished,
    with_breaks_wished,
)
from sensorapp.session.session import Session
from sensorapp.session.slouch_events import SlouchEvent, SlouchEvents

WHAT_IF_KEYS = (*SLOUCH_FIELDS, *BREAK_FIELDS)
"""Names of the settings that change what a recording leads to."""

_SAME_REMINDER_NS = 60_000_000_000
"""Two reminders of a break no farther apart are one: each may wait for a calm moment."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What one of the two sessions came to; `over_s` is the time in a slouch, lasting or not."""

    slouches: int
    alerts: int
    over_s: float
    breaks_due: int


@dataclass(frozen=True, slots=True)
class Difference:
    """An event of one session alone, or (`in_both`) one that sounded in this session alone.

    `since_start_s` is the host's time since the first input, None if that can't be told.
    """

    event: SlouchEvent | BreakDue
    in_what_if: bool
    in_both: bool
    since_start_s: float | None

    @property
    def t_ns(self) -> int:
        """Where it began, in sensor time."""
        return self.event.t_ns if isinstance(self.event, BreakDue) else self.event.onset_t_ns


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sessions side by side; differences in order of time."""

    as_it_was: Totals
    what_if: Totals
    differences: tuple[Difference, ...]


class WhatIf:
    """Feeds both sessions; `values` are settings by the names of their keys."""

    def __init__(
        self,
        settings: SessionSettings,
        values: Mapping[str, Value],
        drivers: Mapping[str, SensorDriver],
    ) -> None:
        self._values = values
        other = replace(
            settings,
            slouch=with_alerts_wished(settings.slouch, values),
            breaks=with_breaks_wished(settings.breaks, values),
        )
        self._as_it_was = _Side(Session(settings, drivers))
        self._what_if = _Side(Session(other, drivers))

    def feed_all(self, items: Sequence[Input]) -> None:
        """Give both these inputs; what the user changed on the day is overridden in the other.

        A minute of them at a time makes it quick, as for `Session.feed_all`.
        """
        self._as_it_was.feed_all(items)
        self._what_if.feed_all([self._overridden(item) for item in items])

    def finish(self) -> Comparison:
        """Close both and compare; call once."""
        was, other = self._as_it_was, self._what_if
        was.finish()
        other.finish()
        found = [
            *_differing(was.slouches, other.slouches),
            *_reminders_differing(was.reminders, other.reminders),
        ]
        found.sort(key=lambda one: (one.t_ns, one.in_what_if))
        return Comparison(was.totals, other.totals, tuple(found))

    def _overridden(self, item: Input) -> Input:
        if isinstance(item, SettingsChanged | ProfileChanged) and item.slouch is not None:
            return replace(item, slouch=with_alerts_wished(item.slouch, self._values))
        return item


@dataclass(frozen=True, slots=True)
class _Seen:
    """A slouch and when it was on the host's clock."""

    event: SlouchEvent
    since_start_s: float | None

    def overlaps(self, other: _Seen) -> bool:
        mine, its = self.event, other.event
        return mine.onset_t_ns < its.end_t_ns and its.onset_t_ns < mine.end_t_ns

    def differs(self, *, in_what_if: bool, in_both: bool = False) -> Difference:
        return Difference(self.event, in_what_if, in_both, self.since_start_s)


class _Side:
    """One session and what it told of its first sensor."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._events = SlouchEvents()
        self._began_ns: int | None = None
        self.slouches: list[_Seen] = []
        self.reminders: list[tuple[BreakDue, float | None]] = []

    @property
    def totals(self) -> Totals:
        return Totals(
            slouches=len(self.slouches),
            alerts=sum(seen.event.sounded for seen in self.slouches),
            over_s=self._events.over_s,
            breaks_due=len(self.reminders),
        )

    def feed_all(self, items: Sequence[Input]) -> None:
        if self._began_ns is None and items:
            self._began_ns = items[0].host_ns
        for outputs in self._session.feed_all(items):
            self._take(outputs)

    def finish(self) -> None:
        self._take(self._session.finish())
        self._note(self._events.finish())

    def _take(self, outputs: Iterable[Output]) -> None:
        for output in outputs:
            sensor_id = getattr(output, "sensor_id", None)
            if sensor_id is None or sensor_id != self._session.sensor_ids[0]:
                continue
            self._note(self._events.add(output))
            if isinstance(output, BreakDue) and output.kind is DueKind.DUE:
                self.reminders.append((output, self._since_start_s(output.t_ns)))

    def _note(self, event: SlouchEvent | None) -> None:
        if event is not None:
            self.slouches.append(_Seen(event, self._since_start_s(event.onset_t_ns)))

    def _since_start_s(self, t_ns: int) -> float | None:
        host_ns = self._session.host_ns(self._session.sensor_ids[0], t_ns)
        return (
            None if host_ns is None or self._began_ns is None else (host_ns - self._began_ns) / 1e9
        )


def _differing(was: list[_Seen], other: list[_Seen]) -> list[Difference]:
    """Slouches that overlap are one and the same, each at most once."""
    found: list[Difference] = []
    left = list(other)
    for seen in was:
        twin = next((one for one in left if one.overlaps(seen)), None)
        if twin is None:
            found.append(seen.differs(in_what_if=False))
            continue
        left.remove(twin)
        if seen.event.sounded is not twin.event.sounded:
            loud = twin if twin.event.sounded else seen
            found.append(loud.differs(in_what_if=loud is twin, in_both=True))
    return found + [seen.differs(in_what_if=True) for seen in left]


def _reminders_differing(
    was: list[tuple[BreakDue, float | None]], other: list[tuple[BreakDue, float | None]]
) -> list[Difference]:
    found: list[Difference] = []
    left = list(other)
    for due, since_s in was:
        twin = next((one for one in left if abs(one[0].t_ns - due.t_ns) <= _SAME_REMINDER_NS), None)
        if twin is None:
            found.append(Difference(due, False, False, since_s))
        else:
            left.remove(twin)
    return found + [Difference(due, True, False, since_s) for due, since_s in left]
