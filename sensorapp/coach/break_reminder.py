"""When the wearer is reminded of a break, in which words, and when it is over.

A reminder comes once the measured time without a break reaches the limit, and again after as
much more as the settings say, a few times only; then there is silence until the next break. A
micro-break puts the next reminder off. One that is due while nobody may be called waits. A wearer
who asks for it later is reminded later, even if it was the last reminder.
"""

from __future__ import annotations

from typing import NamedTuple

from sensorapp.model.breaks import BreakCredited, BreakDue, BreakKind, DueKind
from sensorapp.model.settings import BreakSettings

LATER_MIN = 15.0
"""So many minutes later, if the wearer does not say: as long as a snooze."""
MOST_LATER_MIN = 24.0 * 60.0

_NS = 1_000_000_000
_WORDS = {
    BreakKind.WALK: "a walk",
    BreakKind.LEFT_SEAT: "leaving your seat",
    BreakKind.LYING: "lying down",
    BreakKind.NOT_WORN: "the clip off, so of unknown kind",
}
_ADVICE = "Some steps may feel good."
_LAST = "This was the last reminder until your next break."


class Without(NamedTuple):
    """How long it has been without a break, and what the last one was."""

    measured_ns: int
    unknown_ns: int
    last_kind: BreakKind | None
    last_t_ns: int | None


class BreakReminder:
    """Turns the time without a break into few reminders."""

    def __init__(self, sensor_id: str, settings: BreakSettings) -> None:
        self._sensor_id = sensor_id
        self._again_ns = round(settings.again_after_s * _NS)
        self._due_ns = round(settings.due_after_s * _NS)
        self._most = settings.most_reminders
        self._next_ns = self._due_ns
        self._reminders = 0
        self._asked_for = 0
        self.due: BreakDue | None = None
        """The reminder in force: from the first one to the next break."""
        self.is_put_off = False
        """Whether the wearer has seen it and wants the next one."""

    def is_due(self, measured_ns: int) -> bool:
        """Whether a reminder is due after so much measured time without a break."""
        return measured_ns >= self._next_ns and self._reminders < self._allowed

    @property
    def _allowed(self) -> int:
        return max(self._most, self._asked_for)

    def put_off(self, measured_ns: int, minutes: float | None) -> None:
        """Remind again after so much more time without a break; nothing while none is due.

        No sensible number (or None) stands for the usual ones.
        """
        if self.due is None:
            return
        if minutes is None or not 0.0 <= minutes <= MOST_LATER_MIN:
            minutes = LATER_MIN
        self._next_ns = measured_ns + round(minutes * 60 * _NS)
        self._asked_for = self._reminders + 1
        self.is_put_off = True

    def due_after_ns(self, measured_ns: int) -> int:
        """How much later `is_due` says so."""
        return self._next_ns - measured_ns if self._reminders < self._allowed else 1 << 62

    def remind(self, t_ns: int, without: Without) -> BreakDue:
        """The reminder that is due."""
        self._reminders += 1
        self.is_put_off = False
        self._next_ns = without.measured_ns + self._again_ns
        self.due = self._make(DueKind.DUE, t_ns, without, self._why(without))
        return self.due

    def credited(self, earned: BreakCredited, without: Without) -> BreakDue | None:
        """A break was credited, after `without`: the end of a reminder, if there was one."""
        if earned.kind is BreakKind.MICRO:
            self._next_ns = max(self._next_ns, without.measured_ns + self._again_ns)
            return None
        why = f"Well moved: a break after {_minutes(without.measured_ns)} without one."
        if earned.kind is BreakKind.NOT_WORN:
            why = f"The clip is off after {_minutes(without.measured_ns)} without a break."
        over = None
        if self.due is not None:
            over = self._make(DueKind.RECOVERED, earned.t_ns, without, why)
        self.begin_anew()
        return over

    def begin_anew(self) -> None:
        """The time without a break begins anew."""
        self._next_ns, self._reminders, self.due = self._due_ns, 0, None
        self._asked_for, self.is_put_off = 0, False

    def _why(self, without: Without) -> str:
        minutes = _minutes(without.measured_ns)
        if without.last_kind is None:
            what = f"{minutes} without a break"
        else:
            what = f"{minutes} since your last break ({_WORDS[without.last_kind]})"
        if without.unknown_ns >= 60 * _NS:
            what += f", and {_minutes(without.unknown_ns)} unknown"
        return " ".join((f"{what}.", _LAST if self._reminders == self._allowed > 1 else _ADVICE))

    def _make(self, kind: DueKind, t_ns: int, without: Without, why: str) -> BreakDue:
        return BreakDue(
            sensor_id=self._sensor_id,
            t_ns=t_ns,
            kind=kind,
            without_s=without.measured_ns / _NS,
            unknown_s=without.unknown_ns / _NS,
            last_kind=without.last_kind,
            last_t_ns=without.last_t_ns,
            reminder=self._reminders,
            why=why,
        )


def _minutes(span_ns: int) -> str:
    return f"{span_ns // (60 * _NS)} min"
