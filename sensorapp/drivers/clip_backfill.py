"""Asking a clip for samples that were dropped on the way (BACKFILL), one hole at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from firmware_protocol.commands import Reply
from firmware_protocol.ids import Result
from firmware_protocol.parameters import BackfillSent
from sensorapp.drivers.catching_up import CatchingUp, Hole

ANSWER_NS = 5_000_000_000
"""Without an answer, or any sample of the hole, for so long the link counts as lost."""
TRIES = 5
"""A hole that was sent so often and never came whole: this connection loses too much."""
MOST_SAMPLES = 1 << 14


class Outcome(Enum):
    """What an answer means for the hole."""

    WAIT = "wait"
    DONE = "done"
    LOST = "lost"
    AGAIN = "again"
    RESUME = "resume"
    HANG_UP = "hang up"


@dataclass(slots=True)
class _Asked:
    hole: Hole
    token: int
    since_ns: int
    accepted: bool = False


class Backfill:
    """At most one request under way; whoever owns it writes what is to be asked."""

    def __init__(self) -> None:
        self._asked: _Asked | None = None
        self._tries = 0
        self._tried = -1

    @property
    def hole(self) -> Hole | None:
        """The hole that is asked for, None if none is."""
        return None if self._asked is None else self._asked.hole

    def wanted(self, order: CatchingUp, host_ns: int) -> Hole | None:
        """The hole to ask for now."""
        hole = None if self._asked is not None else order.hole(host_ns)
        if hole is None:
            return None
        return Hole(hole.first, min(hole.end, hole.first + MOST_SAMPLES))

    def ask(self, hole: Hole, token: int, host_ns: int) -> None:
        """It was asked for."""
        self._tries = self._tries + 1 if hole.first == self._tried else 1
        self._tried = hole.first
        self._asked = _Asked(hole, token, host_ns)

    def came(self, host_ns: int) -> None:
        """A packet that was sent again came: the sensor is at it."""
        if self._asked is not None:
            self._asked.since_ns = host_ns

    def overdue(self, host_ns: int) -> bool:
        """Whether nothing came of it for too long."""
        return self._asked is not None and host_ns - self._asked.since_ns > ANSWER_NS

    def forget(self) -> None:
        """The link, or the stream, is another one now."""
        self._asked = None

    def answered(
        self, reply: Reply, order: CatchingUp, host_ns: int
    ) -> tuple[Outcome, Hole | None]:
        """What an answer to BACKFILL means; nothing for one that was not asked for."""
        asked = self._asked
        if asked is None or reply.token != asked.token:
            return Outcome.WAIT, None
        if not asked.accepted:
            if reply.ok:
                asked.accepted, asked.since_ns = True, host_ns
                return Outcome.WAIT, None
            self._asked = None
            return _refused(reply.result), asked.hole
        self._asked = None
        missing = order.missing(asked.hole)
        if missing == 0:
            return Outcome.DONE, asked.hole
        sent = BackfillSent.unpack(reply.parameters).count if reply.parameters else 0
        came = asked.hole.end - asked.hole.first - missing
        if sent <= came:
            return Outcome.LOST, asked.hole
        return Outcome.HANG_UP if self._tries >= TRIES else Outcome.AGAIN, asked.hole


def _refused(result: Result | int) -> Outcome:
    if result == Result.BUSY:
        return Outcome.AGAIN
    # The range goes beyond what was taken: a packet that is held was none of this stream's.
    return Outcome.RESUME if result == Result.PARAMETER else Outcome.LOST
