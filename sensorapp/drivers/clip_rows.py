"""A clip's packets that just go on with its stream, gathered to be decoded together."""

from __future__ import annotations

import struct

import numpy as np

from firmware_protocol.ids import (
    ANCHOR_SPAN_SAMPLES,
    MOTION_HEADER_LAYOUT,
    NO_INDEX,
    MotionFlag,
    MotionFormat,
)
from firmware_protocol.motion import ROW_BYTES, MotionPacket

_INDEX = struct.Struct("<I")
_INDEX_AT = struct.calcsize(MOTION_HEADER_LAYOUT) - _INDEX.size
"""What comes before the index says how a packet is to be read, and of which stream it is."""
_TELLING = MotionFlag.BACKFILL | MotionFlag.CLOCK_STEP | MotionFlag.HAPTIC_RAN


class Rows:
    """Packets like the last one that was looked at by itself: same head, same size."""

    def __init__(self) -> None:
        self._head = b""
        self._size = self._count = 0
        self._packets: list[bytes] = []
        self._host_ns: list[int] = []

    def like(self, data: bytes, packet: MotionPacket) -> None:
        """A packet was looked at by itself: only more of its kind are gathered."""
        plain = packet.format is MotionFormat.GYRO_ACCEL and not packet.flags & _TELLING
        self._size, self._count = (len(data), packet.count) if plain else (0, 0)
        self._head = bytes(data[:_INDEX_AT])

    def forget(self) -> None:
        """Another stream: its first packet is to be looked at by itself."""
        self._size = 0

    def span(self, data: bytes) -> tuple[int, int] | None:
        """[first, end) of the samples of a packet like the last, None for others.

        And for one at an anchor of the sensor's time, for its ticks count.
        """
        if len(data) != self._size or data[:_INDEX_AT] != self._head:
            return None
        index: int = _INDEX.unpack_from(data, _INDEX_AT)[0]
        end_index = index + self._count
        return (
            None if index % ANCHOR_SPAN_SAMPLES == 0 or end_index > NO_INDEX else (index, end_index)
        )

    def add(self, data: bytes, host_ns: int) -> None:
        """Gather a packet."""
        self._packets.append(data)
        self._host_ns.append(host_ns)

    def take(self) -> tuple[MotionPacket, tuple[tuple[int, int, None], ...]] | None:
        """All of them as one packet, and where and when each ended; None without any."""
        packets, hosts = self._packets, self._host_ns
        if not packets:
            return None
        self._packets, self._host_ns = [], []
        first = MotionPacket.unpack(packets[0])
        table = np.frombuffer(b"".join(packets), np.uint8).reshape(len(packets), -1)
        rows = table[:, len(packets[0]) - len(first.rows) :].tobytes()
        count = len(first.rows) // ROW_BYTES[first.format]
        arrivals = tuple(
            (first.index + (place + 1) * count, host_ns, None)
            for place, host_ns in enumerate(hosts)
        )
        whole = MotionPacket(
            first.epoch,
            first.index,
            first.ticks,
            first.accel_exp,
            first.gyro_exp,
            first.format,
            first.flags,
            rows,
        )
        return whole, arrivals
