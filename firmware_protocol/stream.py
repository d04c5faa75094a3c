"""One epoch of a stream on the sensor's side: samples in, Motion packets out."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.errors import LocalProtocolError
from firmware_protocol.ids import ANCHOR_SPAN_SAMPLES, NO_INDEX, MotionFlag, MotionFormat
from firmware_protocol.motion import ROW_BYTES, MotionPacket, samples_that_fit

_FULL_ROW_BYTES = ROW_BYTES[MotionFormat.GYRO_ACCEL]


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """What START fixed for an epoch; `max_batch` 0 means as many samples as fit."""

    epoch: int
    format: MotionFormat
    rate_mhz: int
    accel_exp: int
    gyro_exp: int
    max_batch: int


class Stream:
    """Numbers the samples, batches them, cuts at anchors and names what was lost."""

    def __init__(self, settings: StreamSettings) -> None:
        self.settings = settings
        self.next_index = 0
        self.acked_index = 0
        self.lost_samples = 0
        self.newest_ticks = 0
        self._rows: list[bytes] = []
        self._row_ticks: list[int] = []
        self._clipped = MotionFlag(0)
        self._gap = False

    @property
    def pending(self) -> int:
        """Samples taken but not yet in a packet."""
        return len(self._rows)

    @property
    def full(self) -> bool:
        """True once an epoch has all the samples it can number; a new START is needed."""
        return self.next_index >= NO_INDEX

    def batch(self, att_mtu: int) -> int:
        """Samples in a full packet on this link."""
        fit, _ = samples_that_fit(att_mtu, self.settings.format)
        return min(fit, self.settings.max_batch or fit)

    def lose(self, ticks: int) -> None:
        """Count a sample that nobody can get, and the batch begun before it."""
        self.abandon()
        self.lost_samples += 1
        self._gap = True
        self._take(ticks)

    def abandon(self) -> None:
        """Give up the batch begun; its samples are lost."""
        self.lost_samples += len(self._rows)
        self._gap = self._gap or bool(self._rows)
        self._rows.clear()
        self._row_ticks.clear()
        self._clipped = MotionFlag(0)

    def add(
        self, row: bytes, ticks: int, clipped: MotionFlag, worn: MotionFlag, att_mtu: int
    ) -> tuple[MotionPacket, ...]:
        """Take a 12-byte row; the packets that this completes.

        A packet ends when it is full and before every index that is a multiple of 1024.
        """
        if len(row) != _FULL_ROW_BYTES:
            raise LocalProtocolError(f"a row of {len(row)} bytes, {_FULL_ROW_BYTES} needed")
        self._rows.append(row[-ROW_BYTES[self.settings.format] :])
        self._row_ticks.append(ticks & 0xFFFFFFFF)
        self._clipped |= clipped
        self._take(ticks)
        at_anchor = self.next_index % ANCHOR_SPAN_SAMPLES == 0
        if at_anchor or self.full or len(self._rows) >= self.batch(att_mtu):
            return self.flush(worn, att_mtu)
        return ()

    def flush(self, worn: MotionFlag, att_mtu: int) -> tuple[MotionPacket, ...]:
        """All pending samples; several packets only if ATT_MTU shrank since they were taken."""
        size = self.batch(att_mtu)
        _, with_ticks = samples_that_fit(att_mtu, self.settings.format)
        first_index = self.next_index - len(self._rows)
        packets = []
        for start in range(0, len(self._rows), size):
            gap = MotionFlag.GAP if self._gap else MotionFlag(0)
            self._gap = False
            packets.append(
                MotionPacket(
                    epoch=self.settings.epoch,
                    index=first_index + start,
                    ticks=self._row_ticks[start] if with_ticks else None,
                    accel_exp=self.settings.accel_exp,
                    gyro_exp=self.settings.gyro_exp,
                    format=self.settings.format,
                    flags=self._clipped | worn | gap,
                    rows=b"".join(self._rows[start : start + size]),
                )
            )
        self._rows.clear()
        self._row_ticks.clear()
        self._clipped = MotionFlag(0)
        return tuple(packets)

    def _take(self, ticks: int) -> None:
        self.next_index += 1
        self.newest_ticks = ticks & 0xFFFFFFFF
