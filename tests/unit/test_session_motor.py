"""What a session asks of the sensor's motor, as actions that a replay sees again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware_protocol.commands import Request
from firmware_protocol.device_parameters import LocalAlert, Tare
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import HapticPattern, Op
from sensorapp.model.actions import Write
from sensorapp.model.breaks import BreakDue, DueKind
from sensorapp.model.inputs import HOST, Command, QuietChanged, SettingsChanged
from sensorapp.model.motor import BuzzPattern, MotorSettings
from sensorapp.model.outputs import Output
from sensorapp.model.posture import AlertKind, Silence, SlouchAlert
from sensorapp.model.settings import BreakSettings, SessionSettings, SlouchSettings
from sensorapp.session.motor import buzz_of
from tests.unit.session_support import NS, Clip, fed, of, session, sits, sits_then_slouches

WISHED = MotorSettings()
SOON = SlouchSettings(dwell_s=3.0)
LEAN = SlouchAlert("clip", 0, AlertKind.SLOUCH, 0, 18.0, 15.0, 15.0, "Leaning.")


def slouching(motor: MotorSettings | None, slouch: SlouchSettings = SOON) -> list[Output]:
    clip = Clip().connects().feels(sits_then_slouches(4.0, 6.0)).feels(sits(7.0))
    return fed(session(SessionSettings(slouch=slouch, motor=motor)), clip.items)


def asked(outputs: list[Output]) -> list[Request]:
    return [Request.unpack(write.data) for write in of(Write, outputs) if write.response]


def buzzes(outputs: list[Output]) -> list[Haptic]:
    return [Haptic.unpack(one.parameters) for one in asked(outputs) if one.op == Op.HAPTIC]


def alerts(outputs: list[Output]) -> list[LocalAlert]:
    return [LocalAlert.unpack(one.parameters) for one in asked(outputs) if one.op == Op.SET_ALERT]


def test_an_alert_is_felt_after_it_was_told_and_its_end_is_a_touch() -> None:
    outputs = slouching(WISHED)
    call, cue = buzzes(outputs)
    assert call == Haptic(70, pulses_ms=((100, 100), (100, 0)))
    assert cue == Haptic(40, pulses_ms=((50, 0),))
    (alert, over) = of(SlouchAlert, outputs)
    haptics = [
        index
        for index, output in enumerate(outputs)
        if isinstance(output, Write) and Request.unpack(output.data).op == Op.HAPTIC
    ]
    assert outputs.index(alert) < haptics[0] < outputs.index(over) < haptics[1]


@pytest.mark.parametrize("motor", [None, MotorSettings(buzzes=False, alone=False)])
def test_who_does_not_want_it_feels_nothing(motor: MotorSettings | None) -> None:
    outputs = slouching(motor)
    assert of(SlouchAlert, outputs)
    assert buzzes(outputs) == []
    assert [alert.enabled for alert in alerts(outputs)] == ([] if motor is None else [False])


@pytest.mark.parametrize("silent", list(Silence))
@pytest.mark.parametrize("kind", list(AlertKind))
def test_what_is_not_sounded_is_not_felt(silent: Silence, kind: AlertKind) -> None:
    assert buzz_of(replace(LEAN, kind=kind, silent=silent), WISHED) is None


@pytest.mark.parametrize("pattern", list(BuzzPattern))
def test_a_reminder_of_a_break_is_felt_like_an_alert_its_end_is_not(pattern: BuzzPattern) -> None:
    motor = MotorSettings(pattern=pattern)
    due = BreakDue("clip", 9, DueKind.DUE, 2700.0, 0.0, None, None, 1, "45 min without a break.")
    assert buzz_of(due, motor) == buzz_of(LEAN, motor) is not None
    assert buzz_of(replace(due, kind=DueKind.RECOVERED), motor) is None
    assert buzz_of(replace(due, late_s=40.0), motor) is None
    assert buzz_of(due, replace(motor, buzzes=False)) is None


def test_a_session_buzzes_for_a_break_once() -> None:
    breaks = BreakSettings(due_after_s=5.0, again_after_s=600.0)
    one = session(SessionSettings(breaks=breaks, motor=WISHED))
    outputs = fed(one, Clip().connects().feels(sits(8.0)).items)
    assert len(of(BreakDue, outputs)) == len(buzzes(outputs)) == 1


@pytest.mark.parametrize("pattern", list(BuzzPattern))
def test_each_stage_is_longer_and_stronger_and_the_sensor_takes_it(pattern: BuzzPattern) -> None:
    motor = MotorSettings(pattern=pattern)
    still = replace(LEAN, kind=AlertKind.STILL)
    felt = [buzz_of(replace(still, stage=stage), motor) for stage in range(3)]
    assert felt[0] == buzz_of(LEAN, motor)
    packed = []
    for buzz in felt:
        assert buzz is not None
        packed.append(Haptic.unpack(Haptic(buzz.strength_pct, pulses_ms=buzz.pulses_ms).pack()))
    assert [haptic.strength_pct for haptic in packed] == [70, 85, 100]
    on_ms = [sum(on for on, _ in haptic.pulses_ms) for haptic in packed]
    assert on_ms == [on_ms[0], 2 * on_ms[0], 3 * on_ms[0]]
    cue = buzz_of(replace(LEAN, kind=AlertKind.RECOVERED), motor)
    assert cue is not None
    assert sum(on for on, _ in cue.pulses_ms) < on_ms[0]


def test_the_sensor_watches_by_the_limits_of_the_session() -> None:
    slouch = SlouchSettings(threshold_deg=12.6, dwell_s=20.0, min_pause_s=600.0)
    outputs = slouching(WISHED, slouch)
    first, then = alerts(outputs)
    assert not first.enabled  # no upright pose is known yet
    assert then == LocalAlert(True, 12.6, 20.0, HapticPattern.DOUBLE, 70, 600)
    (tare,) = [Tare.unpack(one.parameters) for one in asked(outputs) if one.op == Op.TARE]
    assert tare.gravity_g is not None
    assert sum(value**2 for value in tare.gravity_g) == pytest.approx(1.0, abs=1e-3)


def test_each_slouch_of_its_own_still_leaves_the_sensor_a_minute() -> None:
    slouch = SlouchSettings(min_pause_s=0.0)
    assert alerts(slouching(WISHED, slouch))[-1].rearm_s == 60


def test_new_limits_silences_and_wishes_are_told_at_once() -> None:
    one, clip = session(SessionSettings(motor=WISHED)), Clip().connects().feels(sits(3.0))

    def then(*items: object) -> list[LocalAlert]:
        clip.items.clear()
        clip.items += items  # type: ignore[arg-type]
        return alerts(fed(one, clip.feels(sits(1.0)).items))

    fed(one, clip.items)
    limits = SettingsChanged(clip.host_ns, HOST, SlouchSettings(threshold_deg=18.0))
    assert [alert.angle_deg for alert in then(limits)] == [18.0]
    assert [alert.enabled for alert in then(QuietChanged(0, HOST, Silence.MEETING))] == [False]
    assert [alert.enabled for alert in then(QuietChanged(0, HOST, None))] == [True]
    longer = MotorSettings(pattern=BuzzPattern.LONG)
    wishes = SettingsChanged(clip.host_ns, HOST, None, motor=longer)
    assert [alert.pattern for alert in then(wishes)] == [HapticPattern.LONG]
    off = SettingsChanged(clip.host_ns, HOST, None, motor=replace(longer, alone=False))
    assert [alert.enabled for alert in then(off)] == [False]
    assert then() == []


def test_a_snooze_ends_by_itself_for_the_sensor_too() -> None:
    one, clip = session(SessionSettings(motor=WISHED)), Clip().connects().feels(sits(3.0))
    clip.presses(Command.SNOOZE, 3 * NS, 0.01).feels(sits(2.0))
    assert [alert.enabled for alert in alerts(fed(one, clip.items))] == [False, True, False, True]


def test_the_end_of_the_session_ends_it() -> None:
    one, clip = session(SessionSettings(motor=WISHED)), Clip().connects().feels(sits(3.0)).stops()
    ops = [request.op for request in asked(fed(one, clip.items))]
    assert ops[-2:] == [Op.SET_ALERT, Op.STOP]
