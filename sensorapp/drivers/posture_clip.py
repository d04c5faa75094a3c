"""Driver of our own open sensor: the protocol of firmware_protocol/SPEC.md, host side.

Six-axis samples with a device clock (ticks) and a sequence number (the sample index), a
battery level, and worn detection if the sensor has it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firmware_protocol.commands import Reply, ReplyAssembler, Request
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.ids import (
    DEFAULT_ACCEL_EXP,
    DEFAULT_GYRO_EXP,
    STANDARD_GRAVITY_MPS2,
    Characteristic,
    MotionFlag,
    MotionFormat,
    Op,
    StartOption,
    StatusFlag,
)
from firmware_protocol.info import Info
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import Position, StartAnswer, StartRequest, StopAnswer
from firmware_protocol.status import Status
from sensorapp.drivers.base import DriverOutput
from sensorapp.model.actions import Action, Read, Reconnect, Subscribe, Write
from sensorapp.model.device import Advertisement, DeviceInfo, DeviceStatus
from sensorapp.model.imu import BoolArray, FloatArray, ImuBlock, LostSamples
from sensorapp.model.inputs import (
    Connected,
    Disconnected,
    Input,
    Notification,
    Stored,
    ValueRead,
)
from sensorapp.model.outputs import Fault

KEY = "posture_clip"
PACKETS_HZ = 10
"""Packets asked for: 100 ms of delay, and the radio sleeps between."""

_INT16_MAX = 32767


@dataclass(frozen=True, slots=True, eq=False)
class _Scales:
    """What a count stands for in each column, and the counts where the range ends."""

    key: tuple[MotionFormat, int, int]
    si_per_count: FloatArray
    ends: npt.NDArray[np.int32]
    nearest_end: int

    @classmethod
    def of(cls, key: tuple[MotionFormat, int, int], info: Info | None) -> _Scales:
        """For a format and two scale exponents; without `info` the ends are int16's own."""
        motion_format, accel_exp, gyro_exp = key
        accel_range_g = math.inf if info is None else info.accel_range_g
        gyro_range_dps = math.inf if info is None else info.gyro_range_dps
        accel = (STANDARD_GRAVITY_MPS2 * 2.0**-accel_exp, _end(accel_range_g, accel_exp))
        gyro = (math.radians(2.0**-gyro_exp), _end(gyro_range_dps, gyro_exp))
        columns = [accel] * 3
        if motion_format == MotionFormat.GYRO_ACCEL:
            columns = [gyro] * 3 + columns
        steps, ends = zip(*columns, strict=True)
        return cls(key, np.array(steps), np.array(ends, dtype=np.int32), min(ends))


def _end(limit: float, exponent: int) -> int:
    """Counts at which a value is at the end of the sensor's range, at most int16's."""
    return math.floor(min(math.ldexp(limit, exponent), _INT16_MAX))


class PostureClipRun:
    """The conversation with one clip: info, START, samples, acknowledgements, STOP."""

    def __init__(self, sensor_id: str, rate_mhz: int) -> None:
        self._sensor_id = sensor_id
        self._wanted_mhz = rate_mhz
        self._token = 0
        self._replies = ReplyAssembler()
        self._info: Info | None = None
        self._start: StartAnswer | None = None
        self._epochs = 0
        self._next_index = 0
        self._acked_index = 0
        self._streaming = False
        self._scales: _Scales | None = None

    @property
    def streaming(self) -> bool:
        """True from the first sample of a connection until it ends."""
        return self._streaming

    def on_input(self, item: Input) -> tuple[DriverOutput, ...]:
        """Digest an input; bytes that the protocol does not allow become a `Fault`."""
        try:
            return tuple(self._digest(item))
        except RemoteProtocolError as error:
            return (Fault(self._sensor_id, None, f"packet_{error.kind}", f"{error}."),)

    def stop(self) -> tuple[Action, ...]:
        """Ask for the end of the stream; the answer names the last sample."""
        if self._start is None:
            return ()
        return (self._request(Op.STOP, b""),)

    def _digest(self, item: Input) -> list[DriverOutput]:
        if isinstance(item, Connected):
            return self._connected()
        if isinstance(item, Disconnected):
            self._start = None
            self._streaming = False
        elif isinstance(item, ValueRead) and item.channel == Characteristic.INFO:
            return self._told_info(Info.unpack(item.data))
        elif isinstance(item, Notification):
            return self._notified(item)
        elif isinstance(item, Stored):
            return self._acknowledge()
        return []

    def _connected(self) -> list[DriverOutput]:
        self._replies = ReplyAssembler()
        self._start = None
        self._streaming = False
        channels = (Characteristic.CONTROL, Characteristic.STATUS, Characteristic.MOTION)
        subscriptions = [Subscribe(self._sensor_id, channel.value) for channel in channels]
        return [*subscriptions, Read(self._sensor_id, Characteristic.INFO.value)]

    def _told_info(self, info: Info) -> list[DriverOutput]:
        self._info = info
        self._scales = None
        rate_mhz = min(info.rates_mhz, key=lambda offered: abs(offered - self._wanted_mhz))
        start = StartRequest(
            format=MotionFormat.GYRO_ACCEL,
            rate_mhz=rate_mhz,
            accel_exp=DEFAULT_ACCEL_EXP,
            gyro_exp=DEFAULT_GYRO_EXP,
            max_batch=min(255, max(1, round(rate_mhz / 1000 / PACKETS_HZ))),
            options=StartOption.BUFFER,
        )
        device = DeviceInfo(
            sensor_id=self._sensor_id,
            model=info.model,
            firmware=info.firmware,
            boot_id=info.boot_id,
            rates_mhz=info.rates_mhz,
            accel_range_g=info.accel_range_g,
            gyro_range_dps=info.gyro_range_dps,
            buffer_s=info.buffer_samples / (rate_mhz / 1000.0),
            encrypted=info.encrypted,
        )
        return [device, self._request(Op.START, start.pack())]

    def _notified(self, item: Notification) -> list[DriverOutput]:
        if item.channel == Characteristic.MOTION:
            return self._motion(item)
        if item.channel == Characteristic.STATUS:
            return self._status(item)
        if item.channel == Characteristic.CONTROL:
            return self._control(item)
        return []

    def _control(self, item: Notification) -> list[DriverOutput]:
        reply = self._replies.feed(item.data)
        if reply is None:
            return []
        if reply.op == Op.START:
            return self._started(reply)
        if reply.op == Op.STOP and reply.ok and self._start is not None:
            return self._stopped(item.host_ns, StopAnswer.unpack(reply.parameters))
        return []

    def _started(self, reply: Reply) -> list[DriverOutput]:
        if not reply.ok:
            result = getattr(reply.result, "name", reply.result)
            message = f"The sensor refused to start its stream ({result})."
            return [
                Fault(self._sensor_id, None, "start_refused", message),
                Reconnect(self._sensor_id, message),
            ]
        self._start = StartAnswer.unpack(reply.parameters)
        self._epochs += 1
        self._next_index = self._acked_index = self._start.first_index
        return []

    def _stopped(self, host_ns: int, answer: StopAnswer) -> list[DriverOutput]:
        self._start = None
        self._streaming = False
        if answer.last_index is None or answer.last_index < self._next_index:
            return []
        count = answer.last_index + 1 - self._next_index
        first_index, self._next_index = self._next_index, answer.last_index + 1
        return [LostSamples(self._sensor_id, host_ns, self._epochs, first_index, count)]

    def _status(self, item: Notification) -> list[DriverOutput]:
        status = Status.unpack(item.data)
        report = DeviceStatus(
            sensor_id=self._sensor_id,
            host_ns=item.host_ns,
            battery_pct=status.battery_pct,
            worn=status.worn,
            charging=StatusFlag.CHARGING in status.flags,
            lost_samples=status.lost_samples,
        )
        return [report]

    def _motion(self, item: Notification) -> list[DriverOutput]:
        packet = MotionPacket.unpack(item.data)
        start = self._start
        if start is None or packet.epoch != start.epoch:
            message = f"A packet of epoch {packet.epoch} came outside of its stream."
            return [Fault(self._sensor_id, None, "packet_epoch", message)]
        known = max(0, self._next_index - packet.index)
        if known >= packet.count:
            return []  # a copy: BlueZ repeats notifications after a link loss
        lost = max(0, packet.index - self._next_index)
        self._next_index = packet.index + packet.count
        self._streaming = True
        return [self._block(item.host_ns, packet, known, lost, start.rate_mhz)]

    def _block(
        self, host_ns: int, packet: MotionPacket, known: int, lost: int, rate_mhz: int
    ) -> ImuBlock:
        """Decode a packet without its first `known` samples, which were here before."""
        has_gyro = packet.format == MotionFormat.GYRO_ACCEL
        raw = np.frombuffer(packet.rows, dtype="<i2").reshape(-1, 6 if has_gyro else 3)[known:]
        scales = self._scales_of(packet)
        values = raw * scales.si_per_count
        accel_mps2 = np.ascontiguousarray(values[:, -3:])
        gyro_rads = (
            np.ascontiguousarray(values[:, :3]) if has_gyro else np.full(accel_mps2.shape, np.nan)
        )
        return ImuBlock(
            sensor_id=self._sensor_id,
            host_ns=host_ns,
            epoch=self._epochs,
            first_index=packet.index + known,
            ticks=packet.ticks if known == 0 else None,
            rate_mhz=rate_mhz,
            accel_mps2=accel_mps2,
            gyro_rads=gyro_rads,
            clipped=_beyond(raw, scales),
            lost_before=lost,
            clock_step=MotionFlag.CLOCK_STEP in packet.flags,
            has_gyro=has_gyro,
        )

    def _scales_of(self, packet: MotionPacket) -> _Scales:
        """Steps and ends of the columns of this packet; the same for a whole stream."""
        key = (packet.format, packet.accel_exp, packet.gyro_exp)
        if self._scales is None or self._scales.key != key:
            self._scales = _Scales.of(key, self._info)
        return self._scales

    def _acknowledge(self) -> list[DriverOutput]:
        """Everything that came is durable: the sensor may forget it."""
        start = self._start
        if start is None or self._next_index == self._acked_index:
            return []
        self._acked_index = self._next_index
        request = Request(Op.ACK, 0, Position(start.epoch, self._next_index).pack())
        channel = Characteristic.CONTROL.value
        return [Write(self._sensor_id, channel, request.pack(), response=False)]

    def _request(self, op: Op, parameters: bytes) -> Write:
        self._token = (self._token + 1) & 0xFF
        request = Request(op, self._token, parameters)
        return Write(self._sensor_id, Characteristic.CONTROL.value, request.pack())


def _beyond(raw: npt.NDArray[np.int16], scales: _Scales) -> BoolArray:
    """(n,) True where any axis of the counts (n, 3 or 6) is at the end of its range."""
    nearest = scales.nearest_end
    if raw.max() < nearest and raw.min() > -nearest:  # nearly always: one look at all of it
        return np.zeros(len(raw), dtype=np.bool_)
    over = (raw >= scales.ends) | (raw <= -scales.ends)
    return np.asarray(over.any(axis=1), dtype=np.bool_)


class PostureClip:
    """Our own open sensor."""

    key = KEY
    label = "sensorapp clip (open firmware)"
    service_uuids = (Characteristic.SERVICE.value,)

    def match(self, advertisement: Advertisement) -> bool:
        """By its service; the name can be anything."""
        return Characteristic.SERVICE.value in advertisement.service_uuids

    def open(self, sensor_id: str, rate_mhz: int) -> PostureClipRun:
        """Begin a conversation."""
        return PostureClipRun(sensor_id, rate_mhz)


DRIVER = PostureClip()
