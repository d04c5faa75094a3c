"""A frozen, serialisable picture of a session: all that a screen may look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sensorapp.model.breaks import BreakDue, BreakTotals
from sensorapp.model.device import DeviceInfo
from sensorapp.model.inputs import QuietChanged
from sensorapp.model.outputs import Fault, LinkStatus, SensorAlone, SensorStatus
from sensorapp.model.posture import BaselineOffer, Calibration, Movement, PostureFrame, SlouchAlert
from sensorapp.model.profiles import ProfileOffer

TRACE_S = 60
"""Seconds of frames and events that a state carries."""


class LaneKind(StrEnum):
    """What the event lane under the trace can show."""

    ALERT = "alert"
    RECOVERED = "recovered"
    MOVEMENT = "movement"
    GAP = "gap"
    CALIBRATION = "calibration"
    MARKER = "marker"
    BREAK = "break"
    BREAK_DUE = "break_due"


@dataclass(frozen=True, slots=True)
class LaneEvent:
    """One sign on the event lane, at an instant of sensor time."""

    t_ns: int
    kind: LaneKind


LATE_S = 5.0
"""What was longer ago when it came is the past: told, but nobody is called by it."""


@dataclass(frozen=True, slots=True)
class SessionState:
    """What is known now. Times are sensor time since the start.

    `shown_flexion_deg` is low-passed at 5 Hz for the display, `posture` holds the value that
    decides. `slouch_since_ns` is set while the limit is exceeded and an alert may follow.
    `calibration_progress` goes 0..1 while rest is being collected.
    """

    sensor_id: str | None
    t_ns: int | None
    posture: PostureFrame | None
    shown_flexion_deg: float | None
    calibration: Calibration | None
    calibration_progress: float
    waiting_for: str
    """What the wearer is asked to do ("" for nothing): "upright", "slouch", "bends"."""
    threshold_deg: float
    leave_deg: float
    dwell_s: float
    slouch_since_ns: int | None
    alert: SlouchAlert | None
    """The alert in force, sounded or not: from `slouch` until `recovered`."""
    muted_until_ns: int | None
    """No alert sounds before this time (snooze or pause)."""
    movement: Movement | None
    link: LinkStatus | None
    sensor: SensorStatus | None
    device: DeviceInfo | None
    fault: Fault | None
    faults: int
    samples: int
    samples_lost: int
    alerts: int
    movements: int
    recording: str | None
    """Name of the file being written, None without."""
    recording_trouble: str
    trace: tuple[PostureFrame, ...]
    lane: tuple[LaneEvent, ...]
    behind_s: float = 0.0
    """How old the newest sample was when it came: seconds while a backlog is fetched."""
    offer: BaselineOffer | None = None
    """A new baseline that the wearer may take by showing the upright pose."""
    breaks: BreakTotals = BreakTotals()  # noqa: RUF009 - frozen
    slouches: int = 0
    """Slouches that lasted; `alerts` counts those that were sounded."""
    quiet: QuietChanged | None = None
    """Why no alert sounds until further notice, and until when; None if they may."""
    training_left_s: float | None = None
    """Of the plan's training today, in which alerts sound; None without a plan."""
    sensor_alone: SensorAlone | None = None
    """Whether the sensor alerts by itself while its link is lost; None while it never said."""
    break_due: BreakDue | None = None
    """The reminder of a break in force, until one is credited."""
    profile: str = "desk"
    """Whose neutral pose and limits are in force: a kind of seat, or a name of the wearer's."""
    needs_pose: bool = False
    """Whether the profile has no pose for how the clip sits now: no alert sounds until it has."""
    profile_offer: ProfileOffer | None = None
    """The question whether to switch, while it may be answered."""
