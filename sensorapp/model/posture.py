"""What is said about the upper back: frames, alerts, movements, calibrations.

Angle signs are the wearer's: flexion + forward, side bend + right, twist + left.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sensorapp.model.activity import Activity
from sensorapp.model.record import moment


class PostureState(StrEnum):
    """One word for what the wearer does, as shown on screens and written in JSON lines."""

    CALIBRATING = "calibrating"
    UPRIGHT = "upright"
    SLOUCH = "slouch"
    BENDING = "bending"
    MOVING = "moving"
    LYING = "lying"
    UNCERTAIN = "uncertain"
    NOT_WORN = "not_worn"


class Quality(StrEnum):
    """Reasons to trust a frame less; a frame carries all that apply, in this order."""

    GAP = "gap"
    CLIPPED = "clipped"
    UNCERTAIN = "uncertain"
    AXIS_ASSUMED = "axis_assumed"
    ACCEL_ONLY = "accel_only"


class CalibrationSource(StrEnum):
    """What the directions of up and forward rest on."""

    REST = "rest"
    BENDS = "bends"
    TWO_POSE = "two_pose"
    OPTION = "option"
    MOUNTING = "mounting"
    ASSUMED = "assumed"
    STORED = "stored"


class ForwardAxis(StrEnum):
    """The sensor axis that points to the wearer's front."""

    X = "x"
    MINUS_X = "-x"
    Y = "y"
    MINUS_Y = "-y"
    Z = "z"
    MINUS_Z = "-z"


class AlertKind(StrEnum):
    """A slouch is one event: `slouch` tells of it once, and `recovered` of its end.

    `still` lies between: the slouch goes on, and the next stage is due.
    """

    SLOUCH = "slouch"
    STILL = "still"
    RECOVERED = "recovered"


class Silence(StrEnum):
    """Why a slouch is counted and shown but not sounded."""

    LATE = "late"
    SET_UP = "set_up"
    PAUSED = "paused"
    SNOOZED = "snoozed"
    MEETING = "meeting"
    LUNCH = "lunch"
    QUIET_HOURS = "quiet_hours"
    TRACKING = "tracking"
    TOO_SOON = "too_soon"
    NO_POSE = "no_pose"


Vector3 = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the sensor sits on the upper back.

    `up` and `forward` are unit vectors in sensor axes, at right angles: the segment's
    upward and forward directions in the upright pose. right = forward x up.
    """

    up: Vector3
    forward: Vector3
    axis_source: CalibrationSource
    slouch_deg: float | None = None
    """Flexion of the wearer's own slouch pose, None while only one pose is known."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """An alignment came into force.

    `tilt_deg` is the angle between the sensor's Y axis and up in the upright pose;
    `forward_axis` the signed sensor axis nearest to forward. `poses` is how many poses were
    averaged, None if that is not known.
    """

    sensor_id: str
    t_ns: int
    source: CalibrationSource
    forward_axis: ForwardAxis
    tilt_deg: float
    threshold_deg: float
    alignment: Alignment
    poses: int | None = 1


@moment
class PostureFrame:
    """The upper back at one instant of the 10 Hz grid; what is unknown is None.

    `tilt_sigma_deg` is how far the vertical may be off, as a standard deviation.
    """

    sensor_id: str
    t_ns: int
    flexion_deg: float | None
    side_bend_deg: float | None
    twist_deg: float | None
    state: PostureState
    quality: tuple[Quality, ...] = ()
    tilt_sigma_deg: float | None = None
    activity: Activity | None = None


@dataclass(frozen=True, slots=True)
class SlouchAlert:
    """A slouch that lasted, or its end, with the numbers behind the decision.

    `why` is one plain sentence made from the same numbers. `late_s` is how long ago it was when it
    became known, 0 within seconds: after a lost link the past comes in a rush. `silent` says why
    it is not sounded. `stage` counts how often a slouch that was sounded was told to go on; a
    `still` of stage 0 sounds what was silent before.
    """

    sensor_id: str
    t_ns: int
    kind: AlertKind
    onset_t_ns: int
    flexion_deg: float
    threshold_deg: float
    dwell_s: float
    why: str
    late_s: float = 0.0
    silent: Silence | None = None
    stage: int = 0

    @property
    def sounds(self) -> bool:
        """Whether the wearer is to be called by it: at most once for each slouch."""
        called = self.kind is not AlertKind.RECOVERED and self.stage == 0
        return called and self.silent is None


class OfferKind(StrEnum):
    """Why a new baseline is offered; `withdrawn` ends the offer that was open."""

    SHIFTED = "shifted"
    KNOCKED = "knocked"
    PUT_ON_AGAIN = "put_on_again"
    REMOUNTED = "remounted"
    OTHER_SEAT = "other_seat"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class BaselineOffer:
    """The clip may sit otherwise than it did: the wearer may show the upright pose again.

    Angles are those of the rest that led to it, or of walking, away from upright. Nothing is
    changed until the wearer does; a new calibration ends the offer, and so does `withdrawn`.
    """

    sensor_id: str
    t_ns: int
    kind: OfferKind
    flexion_deg: float
    side_bend_deg: float
    why: str


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of the upper back over [t_start_ns, t_end_ns).

    `sparc` is the smoothness (spectral arc length, closer to 0 is smoother), None if too
    short to tell, `confidence` (0 to 1) how far to trust it, and `usual` the quartiles of the
    wearer's movements before it, None while they are too few; `range_deg` the largest rotation
    away from where the movement began.
    """

    sensor_id: str
    t_ns: int
    t_start_ns: int
    t_end_ns: int
    sparc: float | None
    peak_dps: float
    range_deg: float
    confidence: float | None = None
    usual: tuple[float, float, float] | None = None
