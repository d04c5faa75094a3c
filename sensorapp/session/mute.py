"""How long alerts stay silent when the wearer asks for it."""

from __future__ import annotations

from collections.abc import Mapping

from sensorapp.model.inputs import Command
from sensorapp.model.posture import Silence

MUTES: Mapping[Command, tuple[Silence, float]] = {
    Command.PAUSE: (Silence.PAUSED, 30.0),
    Command.SNOOZE: (Silence.SNOOZED, 15.0),
    Command.MEETING: (Silence.MEETING, 60.0),
    Command.LUNCH: (Silence.LUNCH, 45.0),
}
"""What each command is about, and for how many minutes where it does not say: all come back."""

LONGEST_MIN = 24.0 * 60.0
"""No silence that is asked for is longer than a day."""

_MINUTE_NS = 60_000_000_000


def minutes_of(command: Command, minutes: float | None) -> float:
    """`minutes`; the usual ones of the command where there are none or no sensible number."""
    if minutes is None or not 0.0 <= minutes <= LONGEST_MIN:
        return MUTES[command][1]
    return minutes


def muted_until_ns(t_ns: int, command: Command, minutes: float | None) -> int:
    """The end of a silence that begins at `t_ns`."""
    return t_ns + round(minutes_of(command, minutes) * _MINUTE_NS)
