"""Plays a conversation with a driver: what happens, what has to come of it, nothing left over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from firmware_protocol.commands import Reply, Request
from firmware_protocol.ids import Characteristic, MotionFlag, MotionFormat, Op, Result
from firmware_protocol.info import Info
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import StartAnswer
from firmware_protocol.quantise import pack_row
from sensorapp.drivers.base import DriverOutput, DriverRun, SensorDriver
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.model.actions import Read, Subscribe, Write
from sensorapp.model.device import DeviceInfo
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import Connected, Disconnected, Input, Notification, Stored, ValueRead
from sensorapp.model.stream import StreamPosition
from sensorapp.virtual.identity import virtual_config

CLIP = "clip"
CONTROL = Characteristic.CONTROL.value
MOTION = Characteristic.MOTION.value
STATUS = Characteristic.STATUS.value
INFO = Characteristic.INFO.value
ROW = pack_row((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 4, 12)


@dataclass(frozen=True, slots=True)
class Samples:
    """What a block says of its place in the stream."""

    epoch: int
    first_index: int
    count: int
    lost_before: int = 0


@dataclass(frozen=True, slots=True)
class Lost:
    """What is said of samples that will not come."""

    epoch: int
    first_index: int
    count: int


Said = Samples | Lost | DriverOutput


class Player:
    """One conversation. `does` tells an input; `gives` names all that came since, in order."""

    def __init__(
        self,
        driver: SensorDriver = DRIVER,
        rate_mhz: int = 100_000,
        left_off: StreamPosition | None = None,
    ) -> None:
        self.run: DriverRun = driver.open(CLIP, rate_mhz, left_off)
        self.rate_mhz = rate_mhz
        self.token = 0
        self._heard: list[Said] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            assert self._heard == [], "nothing left over"

    def does(self, *items: Input) -> Self:
        for item in items:
            self._heard += [_short(output) for output in self.run.on_input(item)]
        return self

    def stops(self) -> Self:
        self._heard += self.run.stop()
        return self

    def gives(self, *expected: Said) -> Self:
        heard, self._heard = self._heard, []
        assert heard == list(expected)
        return self

    def hears(self, channel: str, data: bytes, host_ns: int = 0) -> Self:
        return self.does(Notification(host_ns, CLIP, channel, data))

    def gave(self) -> list[Said]:
        """All that came since, for a look at parts of it."""
        heard, self._heard = self._heard, []
        return heard

    # The usual steps, each with what has to come of it.

    def connects(self) -> Self:
        self.does(Connected(0, CLIP, DRIVER.key, "TP-3F9A", "00:11"))
        subscriptions = (Subscribe(CLIP, channel) for channel in (CONTROL, STATUS, MOTION))
        return self.gives(*subscriptions, Read(CLIP, INFO))

    def tells_info(self, info: Info | None = None, host_ns: int = 0) -> Self:
        """The sensor says what it is; the driver asks for a stream."""
        info = virtual_config(self.rate_mhz).info if info is None else info
        self.does(ValueRead(host_ns, CLIP, INFO, info.pack()))
        device, start = self.gave()
        assert isinstance(device, DeviceInfo)
        assert isinstance(start, Write)
        request = Request.unpack(start.data)
        assert (start.channel, start.response, request.op) == (CONTROL, True, Op.START)
        self.token = request.token
        self.start_parameters = request.parameters
        return self

    def answers_start(self, epoch: int = 1, first_index: int = 0) -> Self:
        answer = StartAnswer(epoch, first_index, self.rate_mhz, 0).pack()
        return self.answers(Op.START, answer)

    def answers(self, op: Op, parameters: bytes = b"", result: Result = Result.OK) -> Self:
        (part,) = Reply(op, self.token, result, parameters).pack()
        return self.hears(CONTROL, part)

    def streams(self, epoch: int = 1) -> Self:
        return self.connects().tells_info().answers_start(epoch).gives()

    def sends(self, index: int, count: int, epoch: int = 1) -> Self:
        return self.hears(MOTION, packet(index, count, epoch))

    def leaves(self, *, wanted: bool = False) -> Self:
        return self.does(Disconnected(0, CLIP, wanted))

    def stores(self, inputs: int = 1) -> Self:
        return self.does(Stored(0, "host", inputs))


def packet(
    index: int,
    count: int,
    epoch: int = 1,
    *,
    ticks: int | None = None,
    row: bytes = ROW,
    motion_format: MotionFormat = MotionFormat.GYRO_ACCEL,
) -> bytes:
    rows = row[-6:] if motion_format is MotionFormat.ACCEL else row
    flags = MotionFlag(0)
    return MotionPacket(epoch, index, ticks, 12, 4, motion_format, flags, rows * count).pack()


def _short(output: DriverOutput) -> Said:
    if isinstance(output, ImuBlock):
        return Samples(output.epoch, output.first_index, output.count, output.lost_before)
    if isinstance(output, LostSamples):
        return Lost(output.epoch, output.first_index, output.count)
    return output
