"""The interface that every sensor's driver fits.

A driver is pure: it is told inputs and answers with actions for the link and with what it
decoded. It reads no clock and keeps no state outside its runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sensorapp.model.actions import Action
from sensorapp.model.device import Advertisement, ClockPing, DeviceInfo, DeviceStatus
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import Input, Notification
from sensorapp.model.motor import Buzz, OwnAlert, OwnAlertSet
from sensorapp.model.outputs import Fault
from sensorapp.model.stream import StreamPosition

DriverOutput = (
    Action | ImuBlock | LostSamples | DeviceInfo | DeviceStatus | ClockPing | OwnAlertSet | Fault
)


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """Bytes as a sensor sends them, and what is in them, known without the driver's code.

    `inputs` are told to a fresh run one after the other; the last one has to give `block`
    and no other one any samples. The run is opened for `block.sensor_id`.
    """

    title: str
    inputs: tuple[Input, ...]
    block: ImuBlock


class DriverRun(Protocol):
    """The conversation with one sensor over its connections, from the first to the last."""

    @property
    def streaming(self) -> bool:
        """True from the sensor's word that its stream began until that or the link ends."""
        ...

    @property
    def position(self) -> StreamPosition | None:
        """How far the stream has come, if another session could go on with it.

        None where no stream runs, where it ended in good order, and for a sensor that keeps
        nothing.
        """
        ...

    def on_input(self, item: Input) -> tuple[DriverOutput, ...]:
        """Digest an input of this sensor; malformed bytes become a `Fault`, never an exception."""
        ...

    def stop(self) -> tuple[Action, ...]:
        """What to write so that the sensor ends its stream."""
        ...

    def buzz(self, buzz: Buzz) -> tuple[Action, ...]:
        """What to write so that the motor runs now; nothing without a stream or without a motor."""
        ...

    def guard(self, alert: OwnAlert | None) -> tuple[Action, ...]:
        """What to write so that the sensor alerts by itself, or no more, while its link is lost.

        It holds for all connections to come, each of which tells the sensor if it may not know.
        """
        ...


class WithoutMotor:
    """What a run of a sensor without a motor does about it: nothing."""

    def buzz(self, buzz: Buzz) -> tuple[Action, ...]:
        """Nothing."""
        del buzz
        return ()

    def guard(self, alert: OwnAlert | None) -> tuple[Action, ...]:
        """Nothing."""
        del alert
        return ()


@runtime_checkable
class PacketTaker(Protocol):
    """A run that can put off the decoding of packets that just go on with a stream.

    For whoever has many inputs at once: `takes` is asked before `on_input`.
    """

    def takes(self, item: Notification) -> bool:
        """Whether it is such a packet; then `on_input` would tell its samples and nothing more.

        False, with nothing done, for everything else.
        """
        ...

    def taken(self) -> ImuBlock | None:
        """The samples of all packets that were taken since it was last asked, with `arrivals`."""
        ...


class SensorDriver(Protocol):
    """What a supported sensor is, before any connection.

    A module of this package defines one as `DRIVER`, and its `EXAMPLES`, a tuple of
    `Example`; both are found by listing the package.
    """

    @property
    def key(self) -> str:
        """Short stable name, as stored in recordings."""
        ...

    @property
    def label(self) -> str:
        """Name for people."""
        ...

    @property
    def service_uuids(self) -> tuple[str, ...]:
        """Services to scan for, lower case."""
        ...

    def match(self, advertisement: Advertisement) -> bool:
        """Whether this advertisement is such a sensor's."""
        ...

    def open(
        self, sensor_id: str, rate_mhz: int, left_off: StreamPosition | None = None
    ) -> DriverRun:
        """Begin a conversation; `rate_mhz` is the rate wanted.

        `left_off` is where an earlier session left this sensor's stream: it goes on from there if
        the sensor still can.
        """
        ...
