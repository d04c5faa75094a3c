"""One epoch of a stream on the sensor's side: samples in, Motion packets out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from firmware_protocol.ids import ANCHOR_SPAN_SAMPLES, NO_INDEX, MotionFlag, MotionFormat
from firmware_protocol.motion import FLAGS, MotionPacket, samples_that_fit
from firmware_protocol.ring import HeldSample, Ring
from firmware_protocol.samples import NO_SAMPLES, Samples

_WORN = int(MotionFlag.WORN | MotionFlag.WORN_VALID)
"""A plain number: a flag's own operators take as long as all else that is done for a sample."""


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """What START fixed for an epoch; `max_batch` 0 means as many samples as fit."""

    epoch: int
    format: MotionFormat
    rate_mhz: int
    accel_exp: int
    gyro_exp: int
    max_batch: int


def packet_of(
    settings: StreamSettings, first_index: int, rows: bytes, ticks: int | None, flags: int
) -> MotionPacket:
    """A packet of consecutive samples; `rows` in the stream's format."""
    scale = settings.accel_exp, settings.gyro_exp
    # By position, since it is made for every packet.
    return MotionPacket(
        settings.epoch, first_index, ticks, *scale, settings.format, FLAGS[flags], rows
    )


def joined_flags(flags: Sequence[int]) -> int:
    """A packet's, of those of its samples: clipped if one is, worn as at the last one."""
    joined = flags[-1]
    if any(flags):
        for each in set(flags):
            joined |= each & ~_WORN
    return joined


class Stream:
    """Numbers the samples, batches them, cuts at anchors, names what was lost.

    With a `ring` every sample is also kept until it is acknowledged.
    """

    def __init__(self, settings: StreamSettings, ring: Ring | None = None) -> None:
        self.settings = settings
        self.ring = ring
        self.next_index = 0
        self.acked_index = 0
        self.newest_ticks = 0
        self._sizes: dict[int, tuple[int, bool]] = {}
        self._lost_samples = 0
        self._batch = NO_SAMPLES
        self._held: list[HeldSample] = []  # those of the batch that the ring holds, too
        self._gap = False

    @property
    def lost_samples(self) -> int:
        """Samples of this epoch that are lost for good."""
        return self._lost_samples if self.ring is None else self.ring.lost_samples

    @property
    def oldest_index(self) -> int:
        """Oldest sample still held, `next_index` if none is."""
        return self.next_index - self.pending if self.ring is None else self.ring.oldest_index

    @property
    def pending(self) -> int:
        """Samples taken but not yet in a packet."""
        return self._batch.count

    @property
    def full(self) -> bool:
        """True once an epoch has all the samples it can number; a new START is needed."""
        return self.next_index >= NO_INDEX

    def batch(self, att_mtu: int) -> int:
        """Samples in a full packet on this link."""
        return self._size(att_mtu)[0]

    def acknowledge(self, next_index: int) -> None:
        """The host has stored everything below; what makes no sense is passed over."""
        if self.acked_index <= next_index <= self.next_index:
            self.acked_index = next_index
            if self.ring is not None:
                self.ring.free(next_index)

    def until_packet(self, att_mtu: int) -> int:
        """How many samples from now on complete a packet, at least 1.

        A packet ends when it is full and before every index that is a multiple of 1024.
        """
        to_anchor = ANCHOR_SPAN_SAMPLES - self.next_index % ANCHOR_SPAN_SAMPLES
        room = self.batch(att_mtu) - self.pending
        return max(1, min(room, to_anchor, NO_INDEX - self.next_index))

    def pass_by(self, samples: Samples) -> None:
        """Take samples that nobody fetches now: they are kept in the ring, else lost."""
        self.abandon()
        samples = samples.part(0, NO_INDEX - self.next_index)
        if self.ring is None:
            self._lost_samples += samples.count
            self._gap = self._gap or samples.count > 0
        self._keep(samples)
        self._take(samples)

    def abandon(self) -> None:
        """Give up the batch begun; without a ring its samples are lost."""
        if self.ring is None:
            self._lost_samples += self.pending
            self._gap = self._gap or self.pending > 0
        self._batch = NO_SAMPLES
        self._held.clear()

    def add(self, samples: Samples, att_mtu: int) -> list[MotionPacket]:
        """Take samples; the packets that they complete. What no index is left for is ignored."""
        packets = []
        begin, end = 0, min(samples.count, NO_INDEX - self.next_index)
        while begin < end:
            until = begin + self.until_packet(att_mtu)
            part = samples.part(begin, min(until, end))
            self._batch = self._batch.followed_by(part)
            self._held += self._keep(part)
            self._take(part)
            begin = until
            if begin <= end:
                packets += self.flush(part.flags[-1], att_mtu)
        return packets

    def flush(self, worn: int, att_mtu: int) -> list[MotionPacket]:
        """All pending samples, with the wear that is known now.

        Several packets only if ATT_MTU shrank since they were taken.
        """
        size, with_ticks = self._size(att_mtu)
        first_index = self.next_index - self.pending
        packets = []
        for start in range(0, self.pending, size):
            part = self._batch.part(start, start + size)
            flags = joined_flags(part.flags) & ~_WORN | worn & _WORN
            flags |= MotionFlag.GAP if self._gap else 0
            self._gap = False
            rows = part.rows_in(self.settings.format)
            ticks = part.ticks[0] & 0xFFFFFFFF if with_ticks else None
            packets.append(packet_of(self.settings, first_index + start, rows, ticks, flags))
        for sample in self._held:
            sample.flags = sample.flags & ~_WORN | worn & _WORN
            sample.sent = True
        self._batch = NO_SAMPLES
        self._held.clear()
        return packets

    def _size(self, att_mtu: int) -> tuple[int, bool]:
        """Of a full packet, and whether it has ticks; asked for with every packet."""
        size = self._sizes.get(att_mtu)
        if size is None:
            fit, with_ticks = samples_that_fit(att_mtu, self.settings.format)
            size = self._sizes[att_mtu] = min(fit, self.settings.max_batch or fit), with_ticks
        return size

    def _keep(self, samples: Samples) -> list[HeldSample]:
        """What the ring holds of them from now on."""
        ring = self.ring
        if ring is None:
            return []
        rows = samples.each_row(self.settings.format)
        columns = zip(rows, samples.ticks, samples.flags, strict=True)
        held = [HeldSample(row, ticks & 0xFFFFFFFF, flags) for row, ticks, flags in columns]
        for sample in held:
            ring.take(sample)
        return held

    def _take(self, samples: Samples) -> None:
        if samples.count:
            self.next_index += samples.count
            self.newest_ticks = samples.ticks[-1] & 0xFFFFFFFF
