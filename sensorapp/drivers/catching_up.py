"""Puts a sensor's packets in order of index, each sample once, and knows which are missing.

Packets that are ahead are held back until what is before them is here, or is known not to come:
what follows from samples then depends on nothing but the samples. After RESUME live packets run
ahead of what the sensor kept; within a link a packet can have been dropped on the way.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

from firmware_protocol.motion import MotionPacket

MAX_HELD_SAMPLES = 1 << 16
"""Eleven minutes at 100 Hz: more than any backlog takes; a bound against broken sensors."""

STALLED_NS = 3_000_000_000
"""A backlog after RESUME that stands still for so long has lost packets, too."""

OVERDUE_NS = 1_500_000_000
"""A sample that the sensor has taken is in a packet 100 ms later, if it was not dropped."""


class Ready(NamedTuple):
    """A packet whose turn has come: without its first `known` samples, after `lost` that are
    missing for good.
    """

    packet: MotionPacket
    known: int
    lost: int


@dataclass(frozen=True, slots=True)
class Hole:
    """Samples [first, end) that are missing: before one that is here, or before the end."""

    first: int
    end: int


class CatchingUp:
    """One epoch's packets in, the same in order of index out, each sample once.

    `can_ask` says that the sensor can be asked for what is missing; without that a hole is lost
    at once, unless RESUME is about to fill it.
    """

    def __init__(self, next_index: int = 0, *, can_ask: bool = False) -> None:
        self.next_index = next_index
        self._can_ask = can_ask
        self._live_index = next_index
        self._backlog_index = next_index
        self._given_up_index = next_index
        self._moved_ns = 0
        self._taken_index = next_index
        self._due_ns = 0
        self._held: list[MotionPacket] = []
        self._held_samples = 0

    @property
    def end_index(self) -> int:
        """One more than the highest index that is here."""
        return self._end(self._held[-1]) if self._held else self.next_index

    def resumed(self, live_index: int, host_ns: int = 0, *, can_ask: bool = False) -> None:
        """The sensor will send all it has from `next_index` on; live samples begin there.

        What is held is kept: on a poor link the same packets may not come a second time.
        """
        self._can_ask = can_ask
        self._live_index = live_index
        self._backlog_index = self.next_index
        self._moved_ns = host_ns
        self._taken_index, self._due_ns = live_index, host_ns + OVERDUE_NS

    def doubt(self) -> None:
        """What is held may be none of this stream's."""
        self._held.clear()
        self._held_samples = 0

    def add(self, packet: MotionPacket, host_ns: int = 0) -> list[Ready]:
        """What can be handed on now."""
        again = packet.is_backfill
        if again:
            self._backlog_index = max(self._backlog_index, self._end(packet))
            self._moved_ns = host_ns
        if packet.index <= self.next_index:
            ready = self._pass_on(packet)
            if ready:
                self._moved_ns = host_ns
            return ready + self._follow() if self._held else ready
        awaited = self.next_index < self._live_index
        if not self._can_ask and (again or not awaited):
            return [*self._pass_on(packet), *self._follow()]
        if not self._held:
            self._moved_ns = host_ns
        self._hold(packet)
        return self.give_up() if self._held_samples > MAX_HELD_SAMPLES else self._follow()

    def follows(self, index: int, end_index: int, host_ns: int) -> bool:
        """Take samples that are next, with none waited for before or after; else do nothing."""
        if index != self.next_index or self._held or index < self._live_index:
            return False
        overdue = self._can_ask and host_ns >= self._due_ns and end_index < self._taken_index
        if overdue or end_index < self._given_up_index:
            return False
        self.next_index = end_index
        self._moved_ns = host_ns
        return True

    def taken(self, end_index: int, host_ns: int) -> None:
        """The sensor has taken what is below `end_index`: that is to be here soon."""
        if self._taken_index <= self.end_index:
            self._taken_index, self._due_ns = end_index, host_ns + OVERDUE_NS

    def ended(self, end_index: int) -> None:
        """The stream ended there, and all of it was sent."""
        self._live_index = self.next_index
        self._taken_index, self._due_ns = end_index, 0

    def hole(self, host_ns: int) -> Hole | None:
        """The first hole that nothing on its way will fill, None if there is none."""
        in_backlog = self._backlog_index <= self.next_index < self._live_index
        if in_backlog and host_ns - self._moved_ns < STALLED_NS:
            return None
        first = max(self.next_index, self._given_up_index)
        if self._held:
            return Hole(first, self._held[0].index)
        overdue = self._can_ask and host_ns >= self._due_ns and first < self._taken_index
        return Hole(first, self._taken_index) if overdue else None

    def missing(self, hole: Hole) -> int:
        """How many samples of a hole are still not here."""
        at, missing = max(hole.first, self.next_index), 0
        for packet in self._held:
            missing += max(0, min(packet.index, hole.end) - at)
            at = max(at, self._end(packet))
        return missing + max(0, hole.end - at)

    def oldest(self, index: int) -> list[Ready]:
        """The sensor says that it holds nothing below `index`: don't wait for it."""
        return self.lose(index) if self._held and self._held[0].index <= index else []

    def lose(self, end_index: int) -> list[Ready]:
        """What is missing below `end_index` will not come."""
        self._given_up_index = max(self._given_up_index, end_index)
        return self._follow()

    def lose_tail(self, end_index: int) -> int:
        """The stream ended there: how many samples after all that is here are lost for good."""
        lost = max(0, end_index - self.end_index)
        if lost:
            self.next_index = end_index
        return lost

    def give_up(self) -> list[Ready]:
        """Wait no longer: what is missing is lost."""
        self._live_index = self.next_index
        return self.lose(self.end_index)

    def _hold(self, packet: MotionPacket) -> None:
        place = bisect_left(self._held, packet.index, key=lambda one: one.index)
        if place < len(self._held) and self._held[place].index == packet.index:
            if self._held[place].count >= packet.count:
                return  # a copy
            self._held_samples -= self._held.pop(place).count
        self._held.insert(place, packet)
        self._held_samples += packet.count

    def _follow(self) -> list[Ready]:
        """Held packets that are next."""
        ready: list[Ready] = []
        within = 0
        for packet in self._held:
            if packet.index > max(self.next_index, self._given_up_index):
                break
            within += 1
            self._held_samples -= packet.count
            ready += self._pass_on(packet)
        del self._held[:within]
        return ready

    def _pass_on(self, packet: MotionPacket) -> list[Ready]:
        ahead, end_index = packet.index - self.next_index, self._end(packet)
        if end_index <= self.next_index:
            return []  # a copy: BlueZ repeats notifications after a link loss
        self.next_index = end_index
        return [Ready(packet, max(0, -ahead), max(0, ahead))]

    @staticmethod
    def _end(packet: MotionPacket) -> int:
        return packet.index + packet.count
