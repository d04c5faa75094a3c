"""From a clip's packets to blocks of samples in SI units."""

from __future__ import annotations

import numpy as np

from firmware_protocol.ids import MotionFlag, MotionFormat
from firmware_protocol.info import Info
from firmware_protocol.motion import MotionPacket
from sensorapp.drivers.catching_up import Ready
from sensorapp.drivers.clip_terms import columns_of
from sensorapp.drivers.counts import Columns
from sensorapp.model.imu import ImuBlock

_INT16 = np.dtype("<i2")


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
        return [self._block(host_ns, item) for item in ready]

    def _block(self, host_ns: int, ready: Ready) -> ImuBlock:
        packet, known = ready.packet, ready.known
        has_gyro = packet.format == MotionFormat.GYRO_ACCEL
        raw = np.ndarray((packet.count, 6 if has_gyro else 3), _INT16, packet.rows)
        raw = raw[known:] if known else raw
        columns = self._columns_of(packet)
        vectors = columns.vectors(raw)
        accel_mps2 = vectors[-1]
        gyro_rads = vectors[0] if has_gyro else np.full(accel_mps2.shape, np.nan)
        if packet.flags is not self._flags:
            self._flags = packet.flags
            self._clock_step = MotionFlag.CLOCK_STEP in packet.flags
            self._motor = MotionFlag.HAPTIC_RAN in packet.flags
        return ImuBlock(
            sensor_id=self._sensor_id,
            host_ns=host_ns,
            epoch=self.epoch,
            first_index=packet.index + known,
            ticks=packet.ticks if known == 0 else None,
            rate_mhz=self.rate_mhz,
            accel_mps2=accel_mps2,
            gyro_rads=gyro_rads,
            clipped=columns.clipped(raw, packet.rows),
            lost_before=ready.lost,
            clock_step=self._clock_step,
            has_gyro=has_gyro,
            motor=self._motor,
        )

    def _columns_of(self, packet: MotionPacket) -> Columns:
        """The columns of this packet; worked out anew when format or scale change."""
        key = (packet.format, packet.accel_exp, packet.gyro_exp)
        if self._columns is None or self._columns_key != key:
            self._columns, self._columns_key = columns_of(packet, self._info), key
        return self._columns
