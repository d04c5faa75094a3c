"""From a clip's packets to blocks of samples in SI units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from firmware_protocol.ids import MotionFlag, MotionFormat
from firmware_protocol.info import Info
from firmware_protocol.motion import ROW_BYTES, MotionPacket
from sensorapp.drivers.catching_up import Ready
from sensorapp.drivers.clip_terms import columns_of
from sensorapp.drivers.counts import Columns
from sensorapp.model.imu import ImuBlock


class BlockMaker:
    """Decodes packets; `epoch` and `rate_mhz` are those of the stream in force."""

    def __init__(self, sensor_id: str) -> None:
        self.epoch = 0
        self.rate_mhz = 0
        self._sensor_id = sensor_id
        self._info: Info | None = None
        self._columns: Columns | None = None
        self._columns_key: tuple[MotionFormat, int, int] | None = None
        self._flags: MotionFlag | None = None  # of the last packet; they seldom change
        self._clock_step = self._motor = False

    def told_info(self, info: Info) -> None:
        """The sensor said which ranges it has."""
        self._info = info
        self._columns = None

    def blocks(self, host_ns: int, ready: list[Ready]) -> list[ImuBlock]:
        """One block for each packet, without the samples that were here before."""
        made = []
        for packet, known, lost in ready:
            rows, flags = packet.rows, packet.flags
            if known:
                rows = rows[known * ROW_BYTES[packet.format] :]
            vectors, clipped = self._columns_of(packet).decoded(rows)
            has_gyro = len(vectors) > 1
            accel_mps2 = vectors[-1]
            gyro_rads = vectors[0] if has_gyro else np.full(accel_mps2.shape, np.nan)
            if flags is not self._flags:
                self._flags = flags
                self._clock_step = MotionFlag.CLOCK_STEP in flags
                self._motor = MotionFlag.HAPTIC_RAN in flags
            # By position, since it is made for every packet.
            block = ImuBlock(
                self._sensor_id,
                host_ns,
                self.epoch,
                packet.index + known,
                packet.ticks if known == 0 else None,
                self.rate_mhz,
                accel_mps2,
                gyro_rads,
                clipped,
                lost,
                self._clock_step,
                has_gyro,
                self._motor,
            )
            made.append(block)
        return made

    def joined(self, packet: MotionPacket, arrivals: tuple[tuple[int, int, None], ...]) -> ImuBlock:
        """One block of several packets, of which this one has all rows."""
        (block,) = self.blocks(arrivals[-1][1], [Ready(packet, 0, 0)])
        return replace(block, arrivals=arrivals)

    def _columns_of(self, packet: MotionPacket) -> Columns:
        """The columns of this packet; worked out anew when format or scale change."""
        key = (packet.format, packet.accel_exp, packet.gyro_exp)
        if self._columns is None or self._columns_key != key:
            self._columns, self._columns_key = columns_of(packet, self._info), key
        return self._columns
