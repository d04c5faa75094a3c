"""The operations that concern the device and not its samples, and what they leave behind."""

from __future__ import annotations

from firmware_protocol.acts import Act, AskForLink, Blink, FallAsleep, ForgetAll, StopMotor
from firmware_protocol.body import Body
from firmware_protocol.clock_parameters import TimeSyncAnswer, TimeSyncRequest, UnixTime
from firmware_protocol.commands import Request
from firmware_protocol.config import PeripheralConfig
from firmware_protocol.device_parameters import (
    LocalAlert,
    Tare,
    is_confirmed,
    one_byte,
    pack_gravity,
)
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import (
    TICK_HZ,
    Feature,
    MotionFlag,
    Op,
    Profile,
    Result,
    SleepMode,
    StatusFlag,
    TareAction,
)
from firmware_protocol.local_alert import AlertWatch
from firmware_protocol.motor import Motor
from firmware_protocol.samples import Samples
from firmware_protocol.source import Source

_RAN = int(MotionFlag.HAPTIC_RAN)
Outcome = tuple[Result, bytes]

_OK: Outcome = (Result.OK, b"")
_NEEDS = {
    Op.TIME_SYNC: Feature.TIME_SYNC,
    Op.SET_TIME: Feature.WALL_TIME,
    Op.GET_TIME: Feature.WALL_TIME,
    Op.HAPTIC: Feature.HAPTIC,
    Op.IDENTIFY: Feature.IDENTIFY,
    Op.TARE: Feature.TARE,
    Op.SET_ALERT: Feature.LOCAL_ALERT,
    Op.SLEEP: Feature.SLEEP,
    Op.PROFILE: Feature.PROFILES,
    Op.ERASE: Feature.ERASE,
    Op.FACTORY_RESET: Feature.ERASE,
}


class Controls:
    """Motor, light, wall time, tare and local alert, sleep and radio profile of one sensor."""

    def __init__(self, config: PeripheralConfig, source: Source, body: Body) -> None:
        self._features = config.features
        self._has_tare = Feature.TARE in self._features
        self._source = source
        self._body = body
        self._motor = Motor()
        self._watch = AlertWatch()
        self._time: UnixTime | None = None
        self._acts: list[Act] = []
        self.profile = Profile.BALANCED
        self.is_asleep = False
        self.host_is_near = False
        self.alerted = False
        """The local alert fired since Status was last told."""

    def take_acts(self) -> tuple[Act, ...]:
        """What the shell has to do, once."""
        acts, self._acts = tuple(self._acts), []
        return acts

    def connected(self) -> None:
        """A host is there: it wakes the sensor, and the local alert leaves all to it."""
        self.host_is_near, self.is_asleep = True, False
        self.profile = Profile.BALANCED

    def disconnected(self) -> None:
        """The host is gone; a buzz that it asked for ends."""
        self.host_is_near = False
        if self._motor.stop():
            self._acts.append(StopMotor())

    def carry_out(self, request: Request, ticks: int) -> Outcome:
        """An operation's result and the parameters of its answer."""
        known = request.op in set(Op)
        needed = _NEEDS.get(Op(request.op)) if known else None
        if needed is None or needed not in self._features:
            return (Result.UNSUPPORTED if known else Result.UNKNOWN_OP), b""
        try:
            return self._carry_out(Op(request.op), request.parameters, ticks)
        except RemoteProtocolError as error:
            return (Result.LENGTH if error.kind == "length" else Result.PARAMETER), b""

    def see(self, samples: Samples, accel_exp: int) -> Samples:
        """Take measured samples; the same with the flags that they have because of the motor."""
        begin, ran = 0, b""
        if self._has_tare:
            for place, due in self._watch.see(samples, accel_exp, host_is_near=self.host_is_near):
                ran += self._motor.running(samples.ticks[begin:place])
                begin = place
                act = self._motor.run(due, samples.ticks[place])
                if act is not None:
                    self._acts.append(act)
                    self.alerted = True
        if not self._motor.has_run:
            return samples
        ran += self._motor.running(samples.ticks[begin:])
        flags = zip(samples.flags, ran, strict=True)
        return samples.flagged(bytes(had | _RAN * runs for had, runs in flags))

    @property
    def is_guarding(self) -> bool:
        """Whether the local alert wants samples though nobody streams."""
        return self._watch.is_set and not self.host_is_near and not self.is_asleep

    @property
    def status_flags(self) -> StatusFlag:
        """For Status."""
        marks = (
            (StatusFlag.TIME_SET, self._time is not None),
            (StatusFlag.TARE_SET, self._watch.tare_g is not None),
            (StatusFlag.HAPTIC_PRESENT, Feature.HAPTIC in self._features),
            (StatusFlag.LOCAL_ALERT, self.alerted),
        )
        flags = StatusFlag(0)
        for flag, applies in marks:
            if applies:
                flags |= flag
        return flags

    def _carry_out(self, op: Op, parameters: bytes, ticks: int) -> Outcome:
        match op:
            case Op.TIME_SYNC:
                asked = TimeSyncRequest.unpack(parameters)
                return Result.OK, TimeSyncAnswer(asked.host_us, ticks, ticks).pack()
            case Op.SET_TIME:
                self._time = UnixTime.unpack(parameters)
                return _OK
            case Op.GET_TIME:
                return self._wall_time(ticks)
            case Op.HAPTIC:
                return self._buzz(Haptic.unpack(parameters), ticks)
            case Op.IDENTIFY:
                self._acts.append(Blink(one_byte(parameters)))
                return _OK
            case Op.TARE:
                return self._tare(Tare.unpack(parameters))
            case Op.SET_ALERT:
                return self._set_alert(LocalAlert.unpack(parameters))
            case Op.SLEEP:
                return self._sleep(one_byte(parameters))
            case Op.PROFILE:
                return self._choose(one_byte(parameters))
            case _:
                return self._forget(op, is_confirmed(parameters))

    def _wall_time(self, ticks: int) -> Outcome:
        if self._time is None:
            return Result.STATE, b""
        passed_us = (ticks - self._time.ticks) * 1_000_000 // TICK_HZ
        return Result.OK, UnixTime(max(0, self._time.unix_us + passed_us), ticks).pack()

    def _buzz(self, haptic: Haptic, ticks: int) -> Outcome:
        act = self._motor.run(haptic, ticks)
        if act is None:
            return Result.PARAMETER, b""
        self._acts.append(act)
        return _OK

    def _tare(self, wanted: Tare) -> Outcome:
        watch = self._watch
        if wanted.action is TareAction.SET_NOW and watch.gravity_g is None:
            return Result.STATE, b""
        if wanted.action is TareAction.SET_NOW:
            watch.tare_g = watch.gravity_g
        elif wanted.action in (TareAction.SET, TareAction.CLEAR):
            watch.tare_g = wanted.gravity_g
        return Result.OK, pack_gravity(watch.tare_g)

    def _set_alert(self, alert: LocalAlert) -> Outcome:
        if alert.enabled and self._watch.tare_g is None:
            return Result.STATE, b""
        self._watch.set_alert(alert)
        return _OK

    def _sleep(self, number: int) -> Outcome:
        if number not in set(SleepMode):
            return Result.PARAMETER, b""
        mode = SleepMode(number)
        if mode is SleepMode.SHIP and self._body.charging:
            return Result.ON_CHARGER, b""
        self._watch.forget_samples()
        self.is_asleep = True
        self._acts.append(FallAsleep(mode))
        return _OK

    def _choose(self, number: int) -> Outcome:
        if number not in set(Profile):
            return Result.PARAMETER, b""
        self.profile = Profile(number)
        self._acts.append(AskForLink(self.profile))
        return _OK

    def _forget(self, op: Op, confirmed: bool) -> Outcome:
        if not confirmed:
            return Result.PARAMETER, b""
        if self._source.streaming:
            return Result.STATE, b""
        self._source.forget()
        if op == Op.FACTORY_RESET:
            self._time = None
            self._watch = AlertWatch()
            self._acts.append(ForgetAll())
        return _OK
