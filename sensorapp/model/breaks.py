"""What is said about breaks: one that was earned, one that is due, and what a day comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BreakKind(StrEnum):
    """What earned a break, by the rule that held first.

    `not_worn` is of unknown kind: the clip was off, and nobody can tell what its wearer did.
    `micro` is movement on the spot; it is counted, and the time without a break goes on.
    """

    WALK = "walk"
    LEFT_SEAT = "left_seat"
    LYING = "lying"
    NOT_WORN = "not_worn"
    MICRO = "micro"


class DueKind(StrEnum):
    """A break that is due is one event: it begins with `due` and ends with `recovered`."""

    DUE = "due"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class BreakCredited:
    """A break was earned by what was measured from `t_start_ns` to `t_ns`.

    `without_s` is the time without a break before it.
    """

    sensor_id: str
    t_ns: int
    kind: BreakKind
    t_start_ns: int
    without_s: float
    why: str


@dataclass(frozen=True, slots=True)
class BreakDue:
    """A reminder of a break, or its end, with the numbers behind it.

    `without_s` is the measured time without a break, `unknown_s` the time since the last one in
    which nothing was measured: it counts for nothing. `last_kind` and `last_t_ns` (its end) are
    None before the first break. `reminder` counts from 1; `late_s` is that of `SlouchAlert`.
    """

    sensor_id: str
    t_ns: int
    kind: DueKind
    without_s: float
    unknown_s: float
    last_kind: BreakKind | None
    last_t_ns: int | None
    reminder: int
    why: str
    late_s: float = 0.0


@dataclass(frozen=True, slots=True)
class BreakTotals:
    """What the breaks of a session come to so far."""

    walked_s: float = 0.0
    """Time in frames called walking, whether or not it earned a break."""
    counts: tuple[tuple[BreakKind, int], ...] = tuple((kind, 0) for kind in BreakKind)
    without_s: float = 0.0
    """Measured time without a break since the last one, or since the start."""
    longest_without_s: float = 0.0
    last_kind: BreakKind | None = None
    last_t_ns: int | None = None

    @property
    def breaks(self) -> int:
        """Breaks, micro-breaks left out."""
        return sum(count for kind, count in self.counts if kind is not BreakKind.MICRO)

    @property
    def micro_breaks(self) -> int:
        """Micro-breaks."""
        return dict(self.counts)[BreakKind.MICRO]
