"""One epoch of a stream on the sensor's side: samples in, Motion packets out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from firmware_protocol.errors import LocalProtocolError
from firmware_protocol.ids import ANCHOR_SPAN_SAMPLES, NO_INDEX, MotionFlag, MotionFormat
from firmware_protocol.motion import ROW_BYTES, MotionPacket, samples_that_fit
from firmware_protocol.ring import HeldSample, Ring

_FULL_ROW_BYTES = ROW_BYTES[MotionFormat.GYRO_ACCEL]
_WORN = MotionFlag.WORN | MotionFlag.WORN_VALID


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
    settings: StreamSettings,
    first_index: int,
    samples: Sequence[HeldSample],
    flags: MotionFlag,
    *,
    with_ticks: bool,
) -> MotionPacket:
    """A packet of consecutive samples: clipped if one is, worn as at the last one."""
    for sample in samples:
        flags |= sample.flags & ~_WORN
    return MotionPacket(
        epoch=settings.epoch,
        index=first_index,
        ticks=samples[0].ticks if with_ticks else None,
        accel_exp=settings.accel_exp,
        gyro_exp=settings.gyro_exp,
        format=settings.format,
        flags=flags | samples[-1].flags & _WORN,
        rows=b"".join(sample.row for sample in samples),
    )


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
        self._lost_samples = 0
        self._batch: list[HeldSample] = []
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
        return len(self._batch)

    @property
    def full(self) -> bool:
        """True once an epoch has all the samples it can number; a new START is needed."""
        return self.next_index >= NO_INDEX

    def batch(self, att_mtu: int) -> int:
        """Samples in a full packet on this link."""
        fit, _ = samples_that_fit(att_mtu, self.settings.format)
        return min(fit, self.settings.max_batch or fit)

    def acknowledge(self, next_index: int) -> None:
        """The host has stored everything below; what makes no sense is passed over."""
        if self.acked_index <= next_index <= self.next_index:
            self.acked_index = next_index
            if self.ring is not None:
                self.ring.free(next_index)

    def pass_by(self, row: bytes, ticks: int, flags: MotionFlag) -> None:
        """Take a sample that nobody fetches now: it is kept in the ring, else lost."""
        self.abandon()
        if self.ring is not None:
            self.ring.take(self._sample(row, ticks, flags))
        else:
            self._lost_samples += 1
            self._gap = True
        self._take(ticks)

    def abandon(self) -> None:
        """Give up the batch begun; without a ring its samples are lost."""
        if self.ring is None:
            self._lost_samples += len(self._batch)
            self._gap = self._gap or bool(self._batch)
        self._batch.clear()

    def add(self, row: bytes, ticks: int, flags: MotionFlag, att_mtu: int) -> list[MotionPacket]:
        """Take a 12-byte row; the packets that this completes.

        A packet ends when it is full and before every index that is a multiple of 1024.
        """
        sample = self._sample(row, ticks, flags)
        self._batch.append(sample)
        if self.ring is not None:
            self.ring.take(sample)
        self._take(ticks)
        at_anchor = self.next_index % ANCHOR_SPAN_SAMPLES == 0
        if at_anchor or self.full or len(self._batch) >= self.batch(att_mtu):
            return self.flush(flags & _WORN, att_mtu)
        return []

    def flush(self, worn: MotionFlag, att_mtu: int) -> list[MotionPacket]:
        """All pending samples; several packets only if ATT_MTU shrank since they were taken."""
        size = self.batch(att_mtu)
        _, with_ticks = samples_that_fit(att_mtu, self.settings.format)
        first_index = self.next_index - len(self._batch)
        packets = []
        for start in range(0, len(self._batch), size):
            samples = self._batch[start : start + size]
            flags = MotionFlag.GAP if self._gap else MotionFlag(0)
            self._gap = False
            for sample in samples:
                sample.flags = sample.flags & ~_WORN | worn
                sample.sent = True
            packets.append(
                packet_of(self.settings, first_index + start, samples, flags, with_ticks=with_ticks)
            )
        self._batch.clear()
        return packets

    def _sample(self, row: bytes, ticks: int, flags: MotionFlag) -> HeldSample:
        if len(row) != _FULL_ROW_BYTES:
            raise LocalProtocolError(f"a row of {len(row)} bytes, {_FULL_ROW_BYTES} needed")
        return HeldSample(row[-ROW_BYTES[self.settings.format] :], ticks & 0xFFFFFFFF, flags)

    def _take(self, ticks: int) -> None:
        self.next_index += 1
        self.newest_ticks = ticks & 0xFFFFFFFF
