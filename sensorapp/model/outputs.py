"""What a session says beside frames, alerts and movements, and the union of it all."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.model.actions import Action
from sensorapp.model.breaks import BreakCredited, BreakDue, BreakTotals
from sensorapp.model.device import DeviceInfo, LinkState
from sensorapp.model.exposure import Exposure
from sensorapp.model.posture import (
    BaselineOffer,
    Calibration,
    Movement,
    PostureFrame,
    Silence,
    SlouchAlert,
)
from sensorapp.model.profiles import ProfileOffer


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """The state of the link as the wearer sees it; `t_ns` None before the first sample."""

    sensor_id: str
    t_ns: int | None
    state: LinkState
    reason: str


@dataclass(frozen=True, slots=True)
class SensorStatus:
    """Battery, rate and whether the sensor is worn, as far as known."""

    sensor_id: str
    t_ns: int | None
    battery_pct: int | None
    rate_hz: float | None
    worn: bool | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Samples are missing; `count` None when only the duration can be told."""

    sensor_id: str
    t_ns: int
    first_index: int
    count: int | None
    duration_s: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Something was not as it should be and was dealt with; the stream goes on."""

    sensor_id: str
    t_ns: int | None
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Marker:
    """The wearer marked this moment."""

    sensor_id: str
    t_ns: int


@dataclass(frozen=True, slots=True)
class SensorAlone:
    """Whether the sensor alerts by itself while its link is lost, as it confirmed.

    `silence` says why not, None if it does, if it is not wished, or without an upright pose.
    """

    sensor_id: str
    t_ns: int | None
    is_on: bool
    silence: Silence | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A session in a few numbers; smoothness None without a movement to tell it from.

    `slouches` counts all that lasted, `alerts` those that were sounded.
    `sparc_usual` are its quartiles, None before there are enough movements that can be trusted.
    """

    t_ns: int | None
    duration_s: float
    samples: int
    samples_lost: int
    alerts: int
    movements: int
    sparc_median: float | None
    sparc_usual: tuple[float, float, float] | None
    exposure: Exposure
    breaks: BreakTotals = BreakTotals()  # noqa: RUF009 - frozen
    slouches: int = 0


Output = (
    Action
    | Calibration
    | PostureFrame
    | SlouchAlert
    | BreakCredited
    | BreakDue
    | BaselineOffer
    | ProfileOffer
    | Movement
    | LinkStatus
    | SensorStatus
    | SensorAlone
    | DeviceInfo
    | Gap
    | Fault
    | Marker
    | Summary
)
