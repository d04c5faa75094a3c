"""What a host asked for again: ranges of held samples, sent behind the live ones."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.ids import ANCHOR_SPAN_SAMPLES, MotionFlag
from firmware_protocol.motion import MotionPacket, samples_that_fit
from firmware_protocol.ring import Ring
from firmware_protocol.stream import StreamSettings, joined_flags, packet_of


@dataclass(frozen=True, slots=True)
class BackfillEnd:
    """A BACKFILL is through: `sent` of the `wanted` samples went out."""

    token: int
    wanted: int
    sent: int


@dataclass(slots=True)
class _Range:
    next_index: int
    end_index: int
    token: int
    wanted: int
    sent: int = 0


class Backlog:
    """Hands out packets of one RESUME and then of one BACKFILL, each in order of index."""

    def __init__(self, settings: StreamSettings, ring: Ring) -> None:
        self._settings = settings
        self._ring = ring
        self._resumed: _Range | None = None
        self._asked: _Range | None = None

    def resume(self, first_index: int, end_index: int) -> None:
        """Send these, instead of what an earlier RESUME asked for."""
        self._resumed = _Range(first_index, end_index, 0, 0)

    def backfill(self, token: int, first_index: int, count: int) -> None:
        """Send these once nothing of a RESUME is left."""
        self._asked = _Range(first_index, first_index + count, token, count)

    @property
    def is_backfilling(self) -> bool:
        """Whether a BACKFILL has not come to its end yet."""
        return self._asked is not None

    def cut(self) -> None:
        """Nobody listens any more; a BACKFILL ends with what it has sent."""
        self._resumed = None
        if self._asked is not None:
            self._asked.end_index = self._asked.next_index

    def clear(self) -> None:
        """The link is gone, and with it who asked."""
        self._resumed = self._asked = None

    def next(self, att_mtu: int) -> MotionPacket | BackfillEnd | None:
        """What is to be sent next, None if nothing is."""
        if self._resumed is not None:
            packet = self._packet(self._resumed, att_mtu)
            if packet is not None:
                return packet
            self._resumed = None
        asked = self._asked
        if asked is None:
            return None
        packet = self._packet(asked, att_mtu)
        if packet is not None:
            return packet
        self._asked = None
        return BackfillEnd(asked.token, asked.wanted, asked.sent)

    def _packet(self, wanted: _Range, att_mtu: int) -> MotionPacket | None:
        """The next packet of a range; passes over what is not held any more."""
        ring = self._ring
        first_index = max(wanted.next_index, ring.oldest_index)
        if first_index >= wanted.end_index:
            return None
        lost = max(wanted.next_index, ring.acked_index) < first_index
        fit, with_ticks = samples_that_fit(att_mtu, self._settings.format)
        anchor = (first_index // ANCHOR_SPAN_SAMPLES + 1) * ANCHOR_SPAN_SAMPLES
        count = min(fit, anchor - first_index, wanted.end_index - first_index)
        wanted.next_index = first_index + count
        wanted.sent += count
        samples = ring.samples(first_index, count)
        flags = MotionFlag.BACKFILL | joined_flags([sample.flags for sample in samples])
        flags |= MotionFlag.GAP if lost else 0
        rows = b"".join(sample.row for sample in samples)
        ticks = samples[0].ticks if with_ticks else None
        return packet_of(self._settings, first_index, rows, ticks, flags)
