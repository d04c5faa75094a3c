"""What a sensor says about itself and what the link to it is doing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LinkState(StrEnum):
    """Where a connection stands."""

    IDLE = "idle"
    SCANNING = "scanning"
    CONNECTING = "connecting"
    PREPARING = "preparing"
    STREAMING = "streaming"
    RECOVERING = "recovering"
    STOPPED = "stopped"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Advertisement:
    """One sensor in range; `name` is already free of control characters."""

    name: str
    address: str
    rssi_dbm: int | None
    service_uuids: tuple[str, ...]
    service_data: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """What a driver learned about a sensor while preparing the stream."""

    sensor_id: str
    model: str
    firmware: str
    boot_id: int | None
    rates_mhz: tuple[int, ...]
    accel_range_g: float
    gyro_range_dps: float
    buffer_s: float
    encrypted: bool


@dataclass(frozen=True, slots=True)
class ClockPing:
    """A round trip: asked at `sent_ns`, heard at `heard_ns` (host), the sensor's ticks between.

    Ticks are 1/32768 s and do not wrap.
    """

    sensor_id: str
    sent_ns: int
    heard_ns: int
    received_ticks: int
    answered_ticks: int


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A report of the sensor on itself; None where it can't tell."""

    sensor_id: str
    host_ns: int
    battery_pct: int | None
    worn: bool | None
    charging: bool | None
    lost_samples: int | None
