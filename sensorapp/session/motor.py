"""What the sensor's motor is to do about an alert, and what it is to watch for by itself."""

from __future__ import annotations

from collections.abc import Sequence

from sensorapp.coach.slouch import SlouchCoach
from sensorapp.drivers.base import DriverRun
from sensorapp.model.actions import Action
from sensorapp.model.breaks import BreakDue, DueKind
from sensorapp.model.motor import Buzz, BuzzPattern, MotorSettings, OwnAlert
from sensorapp.model.outputs import Output
from sensorapp.model.posture import AlertKind, Calibration, SlouchAlert

_PULSES_MS: dict[BuzzPattern, tuple[int, ...]] = {
    BuzzPattern.SHORT: (100,),
    BuzzPattern.DOUBLE: (100, 100),
    BuzzPattern.LONG: (500,),
}
"""The times on; they are those that firmware_protocol/SPEC.md gives the stored patterns."""

_WITHIN_MS = 100
_BETWEEN_MS = 400
"""Off inside of a pattern, and between two: the skin tells them apart (our choice)."""

_STRENGTH_PCT = 70
_STRONGER_PCT = 15
"""Each stage of a slouch that goes on is so much stronger, and one pattern longer."""

_CUE = Buzz(40, ((50, 0),))
"""Upright again: a touch, not a call."""

LEAST_REARM_S = 60.0
"""The sensor does not know one slouch from the next, so it pauses at least so long."""


class Motor:
    """Follows one sensor's alerts and limits, and tells its driver what the motor is to do."""

    def __init__(self, settings: MotorSettings | None) -> None:
        """Without `settings` the motor is left alone, whatever was asked of it before."""
        self._settings = settings
        self._guards: tuple[OwnAlert | None] | None = None

    @property
    def is_used(self) -> bool:
        """Whether anything is ever asked of it."""
        return self._settings is not None

    def change(self, settings: MotorSettings) -> None:
        """The wearer wants something else from now on, if the motor is used at all."""
        if self._settings is not None:
            self._settings = settings

    def after(
        self,
        outputs: Sequence[Output],
        run: DriverRun,
        calibration: Calibration | None,
        coach: SlouchCoach,
    ) -> list[Action]:
        """What follows from the outputs of a block, and from limits that are others now."""
        settings = self._settings
        if settings is None:
            return []
        actions: list[Action] = []
        for output in outputs:
            if isinstance(output, SlouchAlert | BreakDue):
                buzz = buzz_of(output, settings)
                actions += () if buzz is None else run.buzz(buzz)
        guards = (own_alert(settings, calibration, coach),)
        if guards != self._guards:
            self._guards = guards
            actions += run.guard(guards[0])
        return actions

    def leave(self, run: DriverRun) -> tuple[Action, ...]:
        """The session ends: the sensor is not to go on alerting."""
        if self._settings is None:
            return ()
        self._guards = (None,)
        return run.guard(None)


def buzz_of(call: SlouchAlert | BreakDue, motor: MotorSettings) -> Buzz | None:
    """What an alert or a reminder of a break feels like.

    Nothing for what is not sounded or is of the past; a touch for the end of an alert, none for
    that of a reminder: it ends by moving, and nobody waits for it.
    """
    if not motor.buzzes:
        return None
    stage = 0
    if isinstance(call, BreakDue):
        if call.kind is not DueKind.DUE or call.late_s:
            return None
    elif call.silent is not None:
        return None
    elif call.kind is AlertKind.RECOVERED:
        return _CUE
    else:
        stage = call.stage
    times_ms = _PULSES_MS[motor.pattern]
    once = tuple((on_ms, _WITHIN_MS) for on_ms in times_ms[:-1])
    spaced = (*once, (times_ms[-1], _BETWEEN_MS))
    pulses_ms = (*(spaced * stage), *once, (times_ms[-1], 0))
    return Buzz(min(100, _STRENGTH_PCT + _STRONGER_PCT * stage), pulses_ms)


def own_alert(
    motor: MotorSettings, calibration: Calibration | None, coach: SlouchCoach
) -> OwnAlert | None:
    """What the sensor watches for while it has no link, by the limits of this moment.

    Nothing while the upright pose is unknown, and while the wearer wants no alert to sound: a
    silence that ends while the link is lost ends for the sensor with the next link.
    """
    if not motor.alone or calibration is None or coach.silence is not None:
        return None
    return OwnAlert(
        up=calibration.alignment.up,
        angle_deg=round(coach.threshold_deg, 1),
        delay_s=coach.dwell_s,
        rearm_s=max(coach.min_pause_s, LEAST_REARM_S),
        pattern=motor.pattern,
    )
