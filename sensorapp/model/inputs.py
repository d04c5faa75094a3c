"""Inputs of a session: everything that happened, recorded as it was and replayed.

All carry `host_ns` (arrival, on a clock that counts through suspend) and a `sensor_id`. A
session with the same settings, fed the same inputs, gives the same outputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sensorapp.model.device import LinkState
from sensorapp.model.motor import MotorSettings
from sensorapp.model.posture import Alignment, Silence
from sensorapp.model.record import moment
from sensorapp.model.settings import CoachingSettings, SlouchSettings

HOST = "host"
"""`sensor_id` of inputs that concern no sensor: ticks of the clock, the recorder."""


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


@moment
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


@dataclass(frozen=True, slots=True)
class ChannelChanged:
    """A way to reach the wearer (`desktop`) failed, or works again, as `message` says."""

    host_ns: int
    sensor_id: str
    channel: str
    message: str


class Command(StrEnum):
    """What a user can ask of a session."""

    CALIBRATE_UPRIGHT = "calibrate_upright"
    CALIBRATE_SLOUCH = "calibrate_slouch"
    CALIBRATE_BENDS = "calibrate_bends"
    PAUSE = "pause"
    RESUME = "resume"
    SNOOZE = "snooze"
    MEETING = "meeting"
    LUNCH = "lunch"
    BREAK_LATER = "break_later"
    MARKER = "marker"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class UserCommand:
    """The user pressed something.

    `t_ns` is the time of the newest sample that the user could have seen; the command takes
    effect before the first frame after it, whatever packets the samples came in. `value` is
    the command's one number: minutes of a snooze, a pause, or until the next reminder.
    """

    host_ns: int
    sensor_id: str
    command: Command
    t_ns: int | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The user changed the settings while the session runs, or another day began.

    `slouch` and `coaching` are in force before the first frame after `t_ns`, like a command, and
    `motor` at once; None leaves what was. Of `coaching` the training counts alone: goals are those
    of the session's start. `message` is a notice on what is wrong or counts later, or empty.
    """

    host_ns: int
    sensor_id: str
    slouch: SlouchSettings | None
    message: str = ""
    t_ns: int | None = None
    motor: MotorSettings | None = None
    coaching: CoachingSettings | None = None


@dataclass(frozen=True, slots=True)
class QuietChanged:
    """From now on no alert sounds, or they may again.

    `why` is None where they may; else it holds until the next of these. `until` says in the
    wearer's clock time when that is to be ("14:30", "Mon 08:00"), for people alone. In force
    before the first frame after `t_ns`, like a command.
    """

    host_ns: int
    sensor_id: str
    why: Silence | None
    until: str = ""
    t_ns: int | None = None


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """The wearer is judged by another profile, or by what was in force before a set-up.

    `alignment` and `slouch` are the profile's own; None leaves what is in force, because the
    profile has none yet. In force before the first frame after `t_ns`, like a command. With
    `needs_pose` no alert sounds until the wearer shows the upright pose: the one in force is
    another profile's, or of another seat of the clip.
    """

    host_ns: int
    sensor_id: str
    profile: str
    alignment: Alignment | None = None
    slouch: SlouchSettings | None = None
    t_ns: int | None = None
    needs_pose: bool = False


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
    | SettingsChanged
    | QuietChanged
    | ChannelChanged
    | ProfileChanged
)
