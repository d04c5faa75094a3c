"""Inputs, actions and outputs of a session.

Inputs are everything that happened; they are recorded as they are and replayed. All carry
`host_ns` (arrival, on a clock that counts through suspend) and a `sensor_id`. A session
with the same settings, fed the same inputs, gives the same outputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sensorapp.model.device import DeviceInfo, LinkState
from sensorapp.model.posture import Calibration, Movement, PostureFrame, SlouchAlert

HOST = "host"
"""`sensor_id` of inputs that concern no sensor: ticks of the clock, the recorder."""


# --- inputs -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The link entered a state; `reason` is one plain sentence or empty."""

    host_ns: int
    sensor_id: str
    state: LinkState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection is up; `driver` is the key of the driver that matched."""

    host_ns: int
    sensor_id: str
    driver: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Notification:
    """Bytes that the sensor pushed (notification or indication) on a characteristic."""

    host_ns: int
    sensor_id: str
    channel: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ValueRead:
    """Answer to a `Read` action."""

    host_ns: int
    sensor_id: str
    channel: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ActionFailed:
    """An action could not be carried out; `action` is its type's name."""

    host_ns: int
    sensor_id: str
    action: str
    channel: str
    message: str


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is gone; `wanted` if we asked for it."""

    host_ns: int
    sensor_id: str
    wanted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A second passed on the host's clock: how silence is noticed."""

    host_ns: int
    sensor_id: str = HOST


@dataclass(frozen=True, slots=True)
class Stored:
    """The first `inputs` inputs of this session are on the disk, or nobody wants them there."""

    host_ns: int
    sensor_id: str
    inputs: int


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    """The recorder started, failed or stopped; `name` is the file's name without its folder."""

    host_ns: int
    sensor_id: str
    recording: bool
    name: str
    message: str = ""


class Command(StrEnum):
    """What a user can ask of a session."""

    CALIBRATE_UPRIGHT = "calibrate_upright"
    CALIBRATE_SLOUCH = "calibrate_slouch"
    PAUSE = "pause"
    RESUME = "resume"
    SNOOZE = "snooze"
    MARKER = "marker"


@dataclass(frozen=True, slots=True)
class UserCommand:
    """The user pressed something.

    `t_ns` is the time of the newest sample that the user could have seen; the command takes
    effect before the first frame after it, whatever packets the samples came in. `value` is
    the command's one number: minutes of a snooze or a pause.
    """

    host_ns: int
    sensor_id: str
    command: Command
    t_ns: int | None = None
    value: float | None = None


Input = (
    LinkChanged
    | Connected
    | Notification
    | ValueRead
    | ActionFailed
    | Disconnected
    | Tick
    | Stored
    | RecordingChanged
    | UserCommand
)


# --- actions: what a session asks of the link ---------------------------------------------


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Ask for notifications or indications of a characteristic."""

    sensor_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class Read:
    """Read a characteristic; the answer comes back as `ValueRead`."""

    sensor_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class Write:
    """Write a characteristic, with or without the peer's acknowledgement."""

    sensor_id: str
    channel: str
    data: bytes
    response: bool = True


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Give up this connection and make a new one, for `reason`."""

    sensor_id: str
    reason: str


Action = Subscribe | Read | Write | Reconnect


# --- outputs ------------------------------------------------------------------------------


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
class Summary:
    """A session in a few numbers; shares are of the time with a known angle, None without any."""

    t_ns: int | None
    duration_s: float
    samples: int
    samples_lost: int
    alerts: int
    movements: int
    over_deg: tuple[tuple[int, float | None], ...]
    sparc_median: float | None


Output = (
    Action
    | Calibration
    | PostureFrame
    | SlouchAlert
    | Movement
    | LinkStatus
    | SensorStatus
    | DeviceInfo
    | Gap
    | Fault
    | Marker
    | Summary
)
