"""Asking a clip for samples that were dropped on the way (BACKFILL), one hole at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from firmware_protocol.commands import Reply
from firmware_protocol.ids import Result
from firmware_protocol.parameters import BackfillSent
from sensorapp.drivers.catching_up import CatchingUp, Hole
from sensorapp.drivers.clip_requests import ANSWER_NS

TRIES = 5
"""A hole that was asked for so often and never came whole: this connection loses too much."""
MOST_TRIES = 25
"""Then it will never come; at one packet in two lost, this happens to one hole in 30 million."""
MOST_SAMPLES = 1 << 14
BUSY_NS = 500_000_000
"""How long to leave a sensor alone that is busy with an earlier request."""


class Outcome(Enum):
    """What follows for the hole that was asked for."""

    WAIT = "wait"
    GO_ON = "go on"
    LOST = "lost"
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
        self._busy_until_ns = 0
        self._tries = 0
        self._tried = -1

    @property
    def hole(self) -> Hole | None:
        """The hole that is asked for, None if none is."""
        return None if self._asked is None else self._asked.hole

    def wanted(self, order: CatchingUp, host_ns: int) -> Hole | None:
        """The hole to ask for now."""
        if self._asked is not None or host_ns < self._busy_until_ns:
            return None
        hole = order.hole(host_ns)
        return None if hole is None else Hole(hole.first, min(hole.end, hole.first + MOST_SAMPLES))

    def ask(self, hole: Hole, token: int, host_ns: int) -> None:
        """It was asked for."""
        self._tries = self._tries + 1 if hole.first == self._tried else 1
        self._tried = hole.first
        self._asked = _Asked(hole, token, host_ns)

    def excuse(self, pause_ns: int) -> None:
        """Wait longer by a sleep of this program: it may be about to hear what it asked for."""
        if self._asked is not None:
            self._asked.since_ns += pause_ns

    def came(self, host_ns: int) -> None:
        """A packet that was sent again came: the sensor is at it."""
        if self._asked is not None:
            self._asked.since_ns = host_ns

    def overdue(self, host_ns: int) -> bool:
        """Whether nothing came of it for too long."""
        return self._asked is not None and host_ns - self._asked.since_ns > ANSWER_NS

    def forget(self) -> None:
        """The link, or the stream, is another one now; how often was tried is remembered."""
        self._asked = None
        self._busy_until_ns = 0

    def begin(self) -> None:
        """Another epoch: its samples are others."""
        self.forget()
        self._tries, self._tried = 0, -1

    def answered(
        self, reply: Reply, order: CatchingUp, host_ns: int
    ) -> tuple[Outcome, Hole | None]:
        """What an answer to BACKFILL means; nothing for one that was not asked for.

        Samples are lost if the sensor had none of them to send. If it sent some, what is still
        missing was dropped once more, or follows from the next answer.
        """
        asked = self._asked
        if asked is None or reply.token != asked.token:
            return Outcome.WAIT, None
        if reply.ok and not reply.parameters:
            if not asked.accepted:
                asked.accepted, asked.since_ns = True, host_ns
            return Outcome.WAIT, None  # or a copy: BlueZ repeats indications after a link loss
        self._asked = None
        if not asked.accepted:
            return self._refused(reply.result, host_ns), asked.hole
        sent = BackfillSent.unpack(reply.parameters).count if reply.parameters else 0
        if order.missing(asked.hole) == 0:
            return Outcome.GO_ON, asked.hole
        return Outcome.LOST if sent == 0 else self._again(), asked.hole

    def _refused(self, result: Result | int, host_ns: int) -> Outcome:
        if result == Result.BUSY:
            self._busy_until_ns = host_ns + BUSY_NS
            return self._again()
        if result == Result.STATE:
            return Outcome.HANG_UP
        # The range goes beyond what was taken: a packet that is held was none of this stream's.
        return Outcome.RESUME if result == Result.PARAMETER else Outcome.LOST

    def _again(self) -> Outcome:
        if self._tries >= MOST_TRIES:
            return Outcome.LOST
        return Outcome.GO_ON if self._tries % TRIES else Outcome.HANG_UP
