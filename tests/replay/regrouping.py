"""The same samples in other packets: what a different link would have made of a recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from firmware_protocol.ids import ANCHOR_SPAN_SAMPLES, Characteristic
from firmware_protocol.motion import ROW_BYTES, MotionPacket
from sensorapp.model.inputs import Disconnected, Input, Notification


class _Rows:
    """Samples that wait for the next packet, and the sensor's clock where packets told it."""

    def __init__(self) -> None:
        self.packet: MotionPacket | None = None
        self.ticks: dict[int, int] = {}
        self.waiting: list[bytes] = []
        self.index = 0

    def take(self, packet: MotionPacket) -> None:
        size = ROW_BYTES[packet.format]
        if not self.waiting:
            self.index = packet.index
        self.packet = packet
        if packet.ticks is not None:
            self.ticks[packet.index] = packet.ticks
        rows = packet.rows
        self.waiting += [rows[at : at + size] for at in range(0, len(rows), size)]

    def fits(self, count: int, *, lawful: bool) -> int:
        """How many rows the next packet gets: a lawful one ends before an anchor."""
        if not lawful:
            return count
        return min(count, ANCHOR_SPAN_SAMPLES - self.index % ANCHOR_SPAN_SAMPLES)

    def cut(self, count: int) -> MotionPacket:
        assert self.packet is not None
        rows, self.waiting = self.waiting[:count], self.waiting[count:]
        ticks = self.ticks.pop(self.index, None)
        made = replace(self.packet, index=self.index, ticks=ticks, rows=b"".join(rows))
        self.index += count
        return made


def regrouped(
    items: Iterable[Input], sizes: Iterator[int], *, lawful: bool = True
) -> Iterator[Input]:
    """`items` with Motion Data repacked to `sizes`, each sent when its last sample has come.

    Everything else stays where it is; rows that wait are sent before another
    notification or the end of the connection, so that no answer overtakes samples. `lawful` cuts at
    the anchors as the specification asks; ticks are given where they are known.
    """
    rows = _Rows()
    last: Notification | None = None
    size = next(sizes)
    for item in items:
        if isinstance(item, Notification) and item.channel == Characteristic.MOTION:
            rows.take(MotionPacket.unpack(item.data))
            while len(rows.waiting) >= (count := rows.fits(size, lawful=lawful)):
                yield replace(item, data=rows.cut(count).pack())
                size = next(sizes)
            last = item
        elif isinstance(item, Notification | Disconnected):
            while rows.waiting and last is not None:
                count = rows.fits(len(rows.waiting), lawful=lawful)
                yield replace(last, data=rows.cut(count).pack())
            yield item
        else:
            yield item
