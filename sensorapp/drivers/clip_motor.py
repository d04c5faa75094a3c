"""The clip's motor: a buzz on request, and the alert that it gives by itself without a link.

Requests beside the stream: no answer to them holds it up, and none is waited for.
"""

from __future__ import annotations

from firmware_protocol.commands import Reply
from firmware_protocol.device_parameters import LocalAlert, Tare
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import Feature, HapticPattern, Op, TareAction
from firmware_protocol.info import Info
from sensorapp.drivers.base import DriverOutput
from sensorapp.drivers.clip_requests import Requests
from sensorapp.model.actions import Action
from sensorapp.model.motor import Buzz, BuzzPattern, OwnAlert, OwnAlertSet
from sensorapp.model.outputs import Fault

_PATTERNS = {
    BuzzPattern.SHORT: HapticPattern.SHORT,
    BuzzPattern.DOUBLE: HapticPattern.DOUBLE,
    BuzzPattern.LONG: HapticPattern.LONG,
}
_STRENGTH_PCT = 70
_NEEDED = Feature.TARE | Feature.LOCAL_ALERT

MOTOR_OPS = frozenset({Op.HAPTIC, Op.TARE, Op.SET_ALERT})
"""What is asked here."""

_Guard = tuple[int | None, OwnAlert | None]
"""The boot of a sensor, which forgets its alert at the next one, and what it watches for."""


class ClipMotor:
    """What was asked of one clip's motor, over all its connections."""

    def __init__(self, sensor_id: str, requests: Requests) -> None:
        self._sensor_id = sensor_id
        self._requests = requests
        self._wanted: tuple[OwnAlert | None] | None = None
        """A tuple of one; None as long as nobody said what the sensor is to watch for."""
        self._asked: dict[int, _Guard] = {}
        self._set: _Guard | None = None
        self._refused: set[Op | int] = set()

    def buzz(self, info: Info | None, buzz: Buzz) -> tuple[Action, ...]:
        """Run the motor now, if there is one."""
        if info is None or Feature.HAPTIC not in info.features:
            return ()
        wanted = Haptic(buzz.strength_pct, pulses_ms=buzz.pulses_ms)
        return (self._requests.of_motor(Op.HAPTIC, wanted.pack())[1],)

    def guard(self, info: Info | None, alert: OwnAlert | None) -> tuple[Action, ...]:
        """Watch for this, or for nothing; without a stream (`info` None) at the next one."""
        self._wanted = (alert,)
        return self.begun(info)

    def begun(self, info: Info | None) -> tuple[Action, ...]:
        """A stream runs: tell the sensor what it is to watch for, unless it knows."""
        if self._wanted is None or info is None or _NEEDED & ~info.features:
            return ()
        (alert,) = self._wanted
        if self._set == (info.boot_id, alert):
            return ()
        tare: tuple[Action, ...] = ()
        if alert is not None:
            up = Tare(TareAction.SET, alert.up)
            tare = (self._requests.of_motor(Op.TARE, up.pack())[1],)
        token, write = self._requests.of_motor(Op.SET_ALERT, _request(alert).pack())
        self._asked = {token: (info.boot_id, alert)}
        self._set = None
        return (*tare, write)

    def answered(self, reply: Reply) -> list[DriverOutput]:
        """What the sensor says to it; a refusal is told once for each kind of request."""
        asked = self._asked.pop(reply.token, None) if reply.op == Op.SET_ALERT else None
        if reply.ok:
            if asked is None:
                return []
            self._set = asked
            return [OwnAlertSet(self._sensor_id, asked[1] is not None)]
        if reply.op in self._refused:
            return []
        self._refused.add(reply.op)
        what = "buzz" if reply.op == Op.HAPTIC else "alert by itself"
        result = getattr(reply.result, "name", reply.result)
        message = f"The sensor refused to {what} ({result})."
        return [Fault(self._sensor_id, None, "motor_refused", message)]


class MotorOfRun:
    """The part of a clip's run that is about its motor."""

    _info: Info | None
    _motor: ClipMotor

    @property
    def streaming(self) -> bool:
        """Whether there is a stream."""
        raise NotImplementedError

    def buzz(self, buzz: Buzz) -> tuple[Action, ...]:
        """Run the motor now."""
        return self._motor.buzz(self._info if self.streaming else None, buzz)

    def guard(self, alert: OwnAlert | None) -> tuple[Action, ...]:
        """Alert by itself like this while the link is lost; None never does."""
        return self._motor.guard(self._info if self.streaming else None, alert)


def _request(alert: OwnAlert | None) -> LocalAlert:
    if alert is None:
        return LocalAlert(enabled=False)
    return LocalAlert(
        enabled=True,
        angle_deg=alert.angle_deg,
        delay_s=alert.delay_s,
        pattern=_PATTERNS[alert.pattern],
        strength_pct=_STRENGTH_PCT,
        rearm_s=round(alert.rearm_s),
    )
