"""Settings that decide results; they travel in a recording's header."""

from __future__ import annotations

from dataclasses import dataclass, field

from sensorapp.model.motor import MotorSettings
from sensorapp.model.posture import Alignment, ForwardAxis
from sensorapp.model.stream import StreamPosition


@dataclass(frozen=True, slots=True)
class SlouchSettings:
    """When a lean becomes an alert.

    Defaults: a lean of 15 deg held for 15 s is the smallest claim that held on 147 wearers;
    below 10 deg a slouch can't be told from standing up or desk work.
    """

    threshold_deg: float = 15.0
    """Limit while only the upright pose is known."""
    least_threshold_deg: float = 6.0
    """Smallest limit that two poses may give."""
    leave_ratio: float = 2.0 / 3.0
    """A slouch ends below this share of the limit."""
    dwell_s: float = 15.0
    min_pause_s: float = 900.0
    """At most one alert in this time."""
    bending_deg: float = 45.0
    """Above this the wearer bends down on purpose: no alert."""
    slouch_share: float = 0.5
    """Where between upright (0) and the wearer's own slouch (1) the limit lies."""


@dataclass(frozen=True, slots=True)
class BreakSettings:
    """What earns a break, and when one is due.

    There is no length that science agrees on, so all figures are this program's own choice;
    docs/breaks.md says what they rest on. No figure makes a break of idleness.
    """

    due_after_s: float = 2700.0
    """A break is due after so much measured time without one."""
    again_after_s: float = 900.0
    """Time from one reminder, or from a micro-break, to the next reminder."""
    most_reminders: int = 3
    """Then silence until the next break; 0 never reminds."""
    walk_s: float = 120.0
    """So much walking ..."""
    walk_within_s: float = 180.0
    """... in so much time is a break."""
    left_moving_s: float = 30.0
    """After standing up, so much walking or brisk movement ..."""
    left_walking_s: float = 10.0
    """... of which so much with steps ..."""
    left_within_s: float = 60.0
    """... in so much time is a break."""
    rest_s: float = 300.0
    """Lying, or the clip off, for so long is a break."""
    micro_s: float = 20.0
    """Movement in several directions, for so long at a stretch, is a micro-break."""


@dataclass(frozen=True, slots=True)
class CoachingSettings:
    """The day's goal and the plan's training, as they stand when a session begins."""

    goal_breaks: int = 4
    """Breaks that a full day asks for, micro-breaks not counted."""
    goal_changes: int = 40
    """Changes of posture that a full day asks for."""
    training_planned_s: float | None = None
    """How long alerts sound on this day; None: all day, there is no plan."""
    training_left_s: float | None = None
    """What is left of that at the session's start, or when a day begins in it."""


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """Everything besides the inputs that a session's outputs depend on."""

    slouch: SlouchSettings = field(default_factory=SlouchSettings)
    breaks: BreakSettings = field(default_factory=BreakSettings)
    motor: MotorSettings | None = None
    """What the sensor's motor is for; None leaves it alone."""
    forward_axis: ForwardAxis | None = None
    stored_alignment: Alignment | None = None
    stored_for: str | None = None
    """Name of the sensor that the stored alignment is of; None takes it for any."""
    rate_mhz: int = 100_000
    """Wanted rate; the nearest that the sensor offers is asked for."""
    profile: str = "desk"
    """Whose stored alignment and limits these are."""
    left_off: tuple[StreamPosition, ...] = ()
    """Streams of earlier sessions that did not end; their sensors are asked to go on."""
    coaching: CoachingSettings = field(default_factory=CoachingSettings)

    def position_of(self, driver: str, sensor_name: str) -> StreamPosition | None:
        """Where the stream of this sensor was left, None if nothing is known of one."""
        for position in self.left_off:
            if (position.driver, position.sensor_name) == (driver, sensor_name):
                return position
        return None


@dataclass(frozen=True, slots=True)
class ChangedSettings:
    """What changed while a session runs; what is None stays as it was.

    `coaching` is another day's. `message` is a notice on what is wrong or counts later, or empty.
    """

    slouch: SlouchSettings | None = None
    motor: MotorSettings | None = None
    message: str = ""
    coaching: CoachingSettings | None = None
