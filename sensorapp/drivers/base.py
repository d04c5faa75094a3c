"""The interface that every sensor's driver fits.

A driver is pure: it is told inputs and answers with actions for the link and with what it
decoded. It reads no clock and keeps no state outside its runs.
"""

from __future__ import annotations

from typing import Protocol

from sensorapp.model.actions import Action
from sensorapp.model.device import Advertisement, DeviceInfo, DeviceStatus
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Fault

DriverOutput = Action | ImuBlock | LostSamples | DeviceInfo | DeviceStatus | Fault


class DriverRun(Protocol):
    """The conversation with one sensor over its connections, from the first to the last."""

    @property
    def streaming(self) -> bool:
        """True from the first sample of a connection until it ends."""
        ...

    def on_input(self, item: Input) -> tuple[DriverOutput, ...]:
        """Digest an input of this sensor; malformed bytes become a `Fault`, never an exception."""
        ...

    def stop(self) -> tuple[Action, ...]:
        """What to write so that the sensor ends its stream."""
        ...


class SensorDriver(Protocol):
    """What a supported sensor is, before any connection."""

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

    def open(self, sensor_id: str, rate_mhz: int) -> DriverRun:
        """Begin a conversation; `rate_mhz` is the rate wanted."""
        ...
