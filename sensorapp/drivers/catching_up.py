"""Puts packets back in order while a sensor sends what it kept behind its live samples.

After RESUME live packets run ahead. They are held back until the backlog before them is here,
or is known not to come, so that samples are handed on in order of index: what follows from them
then depends on nothing but the samples.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from firmware_protocol.ids import MotionFlag
from firmware_protocol.motion import MotionPacket

MAX_HELD_SAMPLES = 1 << 16
"""Eleven minutes at 100 Hz: more than any backlog takes; a bound against broken sensors."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A packet whose turn has come: without its first `known` samples, after `lost` that are
    missing for good.
    """

    packet: MotionPacket
    known: int
    lost: int


class CatchingUp:
    """One epoch's packets in, the same in order of index out, each sample once."""

    def __init__(self, next_index: int = 0) -> None:
        self.next_index = next_index
        self._live_index = next_index
        self._held: deque[MotionPacket] = deque()
        self._held_samples = 0

    def resumed(self, live_index: int) -> None:
        """The sensor will send all it has from `next_index` on; live samples begin there."""
        self._live_index = live_index
        self._held.clear()
        self._held_samples = 0

    def add(self, packet: MotionPacket) -> list[Ready]:
        """What can be handed on now."""
        ahead = packet.index > self.next_index and MotionFlag.BACKFILL not in packet.flags
        if not (ahead and self.next_index < self._live_index):
            return [*self._pass_on(packet), *self._follow()]
        self._held.append(packet)
        self._held_samples += packet.count
        return self.give_up() if self._held_samples > MAX_HELD_SAMPLES else []

    def oldest(self, index: int) -> list[Ready]:
        """The sensor says that it holds nothing below `index`: don't wait for it."""
        return self.give_up() if self._held and self._held[0].index <= index else []

    def give_up(self) -> list[Ready]:
        """Wait no longer: what is missing is lost."""
        self._live_index = self.next_index
        ready: list[Ready] = []
        while self._held:
            ready += self._pass_on(self._held.popleft())
        self._held_samples = 0
        return ready

    def _follow(self) -> list[Ready]:
        """Held packets that are next."""
        ready: list[Ready] = []
        while self._held and self._held[0].index <= self.next_index:
            packet = self._held.popleft()
            self._held_samples -= packet.count
            ready += self._pass_on(packet)
        return ready

    def _pass_on(self, packet: MotionPacket) -> list[Ready]:
        known = max(0, self.next_index - packet.index)
        if known >= packet.count:
            return []  # a copy: BlueZ repeats notifications after a link loss
        lost = max(0, packet.index - self.next_index)
        self.next_index = packet.index + packet.count
        return [Ready(packet, known, lost)]
