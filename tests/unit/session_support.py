"""A clip made of numbers for tests of sessions: inputs as a link would hand them on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from firmware_protocol.commands import Reply
from firmware_protocol.ids import (
    Characteristic,
    MotionFlag,
    MotionFormat,
    Op,
    Result,
    StatusFlag,
    StatusState,
)
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import StartAnswer, StopAnswer
from firmware_protocol.status import Status
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.inputs import (
    Command,
    Connected,
    Disconnected,
    Input,
    Notification,
    UserCommand,
    ValueRead,
)
from sensorapp.model.outputs import Output
from sensorapp.model.posture import PostureFrame
from sensorapp.model.settings import SessionSettings
from sensorapp.session.session import Session
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.wearer import Activity, ImuModel, Mounting, Phase, Pose, Script, Wearer

Table = npt.NDArray[np.float64]
T = TypeVar("T")

NS = 1_000_000_000


class Clip:
    """Collects inputs; its clock and the host's run side by side."""

    def __init__(
        self,
        sensor_id: str = "clip",
        rate_mhz: int = 100_000,
        *,
        accel_only: bool = False,
        packet: int = 10,
    ) -> None:
        self.items: list[Input] = []
        self.sensor_id = sensor_id
        self.rate_mhz = rate_mhz
        self.host_ns = 5 * NS
        self.boot_id = 1
        self.index = 0
        self.accel_only = accel_only
        self._clock_from_ns = 0
        self._epoch = 0
        self._token = 0
        self._packet = packet

    @property
    def ticks(self) -> int:
        return (self.host_ns - self._clock_from_ns) * 32_768 // NS & 0xFFFFFFFF

    def says(self, channel: Characteristic, data: bytes) -> Self:
        self.items.append(Notification(self.host_ns, self.sensor_id, channel.value, data))
        return self

    def connects(self) -> Self:
        """Everything up to the answer to START."""
        info = replace(virtual_config(self.rate_mhz, boot_id=self.boot_id).info)
        self.items += [
            Connected(self.host_ns, self.sensor_id, "posture_clip", "TP-3F9A", "00:11"),
            ValueRead(self.host_ns, self.sensor_id, Characteristic.INFO.value, info.pack()),
        ]
        self._epoch = (self._epoch + 1) & 0xFF
        self.index = 0
        return self._answers(
            Op.START, StartAnswer(self._epoch, 0, self.rate_mhz, self.ticks).pack()
        )

    def feels(
        self,
        table: Table,
        lost: Sequence[tuple[int, int]] = (),
        flags: MotionFlag = MotionFlag(0),  # noqa: B008
    ) -> Self:
        """Samples (n, 6), m/s2 and rad/s, from now on; rows in [a, b) of `lost` do not come."""
        raw = quantised(table)[:, 3:] if self.accel_only else quantised(table)
        motion_format = MotionFormat.ACCEL if self.accel_only else MotionFormat.GYRO_ACCEL
        begin_ns, first = self.host_ns, self.index
        present = np.ones(len(table), dtype=np.bool_)
        for begin, end in lost:
            present[begin:end] = False
        for begin in range(0, len(table), self._packet):
            rows = np.flatnonzero(present[begin : begin + self._packet]) + begin
            for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1):
                if len(run):
                    self.host_ns = begin_ns + int(run[0]) * 1_000_000_000_000 // self.rate_mhz
                    packet = MotionPacket(
                        epoch=self._epoch,
                        index=first + int(run[0]),
                        ticks=self.ticks,
                        accel_exp=12,
                        gyro_exp=4,
                        format=motion_format,
                        flags=flags,
                        rows=raw[run].tobytes(),
                    )
                    self.says(Characteristic.MOTION, packet.pack())
        self.index = first + len(table)
        self.host_ns = begin_ns + len(table) * 1_000_000_000_000 // self.rate_mhz
        return self

    def reports(self, battery_pct: int | None = 80, worn: bool | None = None) -> Self:
        flags = StatusFlag(0)
        if worn is not None:
            flags |= StatusFlag.WORN_VALID | (StatusFlag.WORN if worn else StatusFlag(0))
        status = Status(StatusState.STREAMING, flags, self._epoch, battery_pct, 0, None, 0, 0)
        return self.says(Characteristic.STATUS, status.pack())

    def waits(self, seconds: float) -> Self:
        """Time passes and nothing is heard, for instance while everything is suspended."""
        self.host_ns += round(seconds * NS)
        return self

    def loses(self, samples: int) -> Self:
        """Samples are taken and never heard."""
        self.index += samples
        return self.waits(samples * 1000.0 / self.rate_mhz)

    def reboots(self) -> Self:
        self.boot_id += 1
        self._epoch = 0
        self._clock_from_ns = self.host_ns
        return self

    def leaves(self, reason: str = "", *, wanted: bool = False) -> Self:
        self.items.append(Disconnected(self.host_ns, self.sensor_id, wanted, reason))
        return self

    def presses(
        self, command: Command, t_ns: int | None = None, value: float | None = None
    ) -> Self:
        self.items.append(UserCommand(self.host_ns, self.sensor_id, command, t_ns, value))
        return self

    def stops(self) -> Self:
        """The user stops; the sensor answers with the last sample that it took."""
        self.presses(Command.STOP)
        return self._answers(Op.STOP, StopAnswer(self.index - 1 if self.index else None).pack())

    def _answers(self, op: Op, parameters: bytes) -> Self:
        self._token = (self._token + 1) & 0xFF
        (part,) = Reply(op, self._token, Result.OK, parameters).pack()
        return self.says(Characteristic.CONTROL, part)


def quantised(table: Table) -> npt.NDArray[np.int16]:
    """(n, 6) counts, gyroscope first, of (n, 6) m/s2 and rad/s."""
    counts = np.concatenate(
        (np.degrees(table[:, 3:]) * 16.0, table[:, :3] / 9.80665 * 4096.0), axis=1
    )
    return np.clip(np.rint(counts), -32768, 32767).astype("<i2")


def acts(
    *phases: tuple[Activity, float, Pose],
    mounting: Mounting | None = None,
    rate_mhz: int = 100_000,
    seed: int = 1,
    imu: ImuModel | None = None,
) -> Table:
    """Samples (n, 6) of a wearer with an ideal sensor: (activity, seconds, pose), one by one."""
    script = Script(
        tuple(
            Phase(activity, seconds, min(1.5, seconds), pose) for activity, seconds, pose in phases
        )
    )
    imu = ImuModel.ideal() if imu is None else imu
    return np.concatenate(list(Wearer(script, seed, rate_mhz, mounting, imu).blocks()))


def sits(seconds: float, rate_mhz: int = 100_000, seed: int = 1) -> Table:
    return acts((Activity.SIT, seconds, Pose()), rate_mhz=rate_mhz, seed=seed)


def sits_then_slouches(sit_s: float, slouch_s: float, seed: int = 1) -> Table:
    slouch = (Activity.SLOUCH, slouch_s, Pose(flexion_deg=25.0))
    return acts((Activity.SIT, sit_s, Pose()), slouch, seed=seed)


def session(settings: SessionSettings | None = None) -> Session:
    return Session(settings or SessionSettings(), drivers())


def fed(to: Session, items: Iterable[Input]) -> list[Output]:
    return [output for item in items for output in to.feed(item)]


def fed_in_blocks(to: Session, items: Sequence[Input]) -> list[Output]:
    """What `fed` gives, in a fourth of the time: for lives of hours."""
    return [output for outputs in to.feed_all(items) for output in outputs]


def of(kind: type[T], outputs: Iterable[object]) -> list[T]:
    return [output for output in outputs if isinstance(output, kind)]


def frames(outputs: Iterable[object]) -> list[PostureFrame]:
    return of(PostureFrame, outputs)


def numbers_in(value: object) -> Iterator[float]:
    """Every number in a value of dataclasses and tuples."""
    if isinstance(value, bool | str | bytes) or value is None:
        return
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from numbers_in(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from numbers_in(getattr(value, field.name))


def all_finite(value: object) -> bool:
    return all(math.isfinite(number) for number in numbers_in(value))
