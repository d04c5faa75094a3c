"""What a session asks of the sensor's motor, as actions that a replay sees again."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from firmware_protocol.commands import Reply, Request
from firmware_protocol.device_parameters import LocalAlert, Tare
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import HapticPattern, Op, Result
from sensorapp.cli.json_lines import as_fields
from sensorapp.cli.plain import PlainLines
from sensorapp.model.actions import Write
from sensorapp.model.breaks import BreakDue, DueKind
from sensorapp.model.inputs import (
    HOST,
    Command,
    Input,
    Notification,
    QuietChanged,
    SettingsChanged,
    Tick,
)
from sensorapp.model.motor import BuzzPattern, MotorSettings
from sensorapp.model.outputs import Output, SensorAlone
from sensorapp.model.posture import AlertKind, Silence, SlouchAlert
from sensorapp.model.settings import (
    BreakSettings,
    CoachingSettings,
    SessionSettings,
    SlouchSettings,
)
from sensorapp.session.motor import buzz_of
from sensorapp.session.session import Session
from tests.cli.schema import wrong
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


def answered(one: Session, item: Input) -> list[Output]:
    """What an input leads to, with the sensor's answers to what is asked of its motor."""
    outputs = list(one.feed(item))
    for write in of(Write, outputs):
        request = Request.unpack(write.data)
        if request.op in (Op.TARE, Op.SET_ALERT):
            for part in Reply(request.op, request.token, Result.OK, b"").pack():
                outputs += one.feed(Notification(item.host_ns, "clip", write.channel, part))
    return outputs


def alone(settings: SessionSettings, *later: Input) -> list[tuple[bool, Silence | None]]:
    """What is said of the sensor's own alert in 3 s, and in a second after each of `later`."""
    one, clip = session(settings), Clip().connects().feels(sits(3.0))
    outputs = [output for item in clip.items for output in answered(one, item)]
    for item in later:
        clip.items.clear()
        clip.feels(sits(1.0))
        outputs += [output for each in (item, *clip.items) for output in answered(one, each)]
    said = of(SensorAlone, outputs)
    assert one.state.sensor_alone == (said[-1] if said else None)
    return [(each.is_on, each.silence) for each in said]


def test_its_state_is_told_when_the_sensor_has_confirmed_it() -> None:
    quiet = QuietChanged(0, HOST, Silence.QUIET_HOURS), QuietChanged(0, HOST, None)
    settings = SessionSettings(motor=WISHED)
    assert alone(settings) == [(True, None)]
    assert alone(settings, *quiet) == [(True, None), (False, Silence.QUIET_HOURS), (True, None)]
    limits = SettingsChanged(0, HOST, SlouchSettings(threshold_deg=18.0))
    assert alone(settings, limits) == [(True, None)]
    assert alone(SessionSettings(motor=replace(WISHED, alone=False))) == []


@pytest.mark.parametrize("silence", [None, Silence.QUIET_HOURS])
def test_it_is_a_line_and_a_json_line(silence: Silence | None) -> None:
    for is_on in (True, False):
        said = SensorAlone("clip", 2 * NS, is_on, None if is_on else silence)
        assert wrong(as_fields(said)) == []
        out = io.StringIO()
        PlainLines(out).accept(Tick(0), (said,))
        assert ("does not alert" in out.getvalue()) is (not is_on)
        assert ("quiet hours" in out.getvalue()) is (said.silence is not None)


def test_a_sensor_that_confirms_nothing_is_not_said_to_alert() -> None:
    one = session(SessionSettings(motor=WISHED))
    assert of(SensorAlone, fed(one, Clip().connects().feels(sits(3.0)).items)) == []
    assert one.state.sensor_alone is None


def test_the_plan_switches_it_when_its_training_is_over() -> None:
    plan = CoachingSettings(training_planned_s=600.0, training_left_s=1.5)
    day = SettingsChanged(0, HOST, None, coaching=replace(plan, training_left_s=600.0))
    told = alone(SessionSettings(motor=WISHED, coaching=plan), Tick(0), Tick(0), day)
    assert told == [(True, None), (False, Silence.TRACKING), (True, None)]
    over = replace(plan, training_left_s=0.0)
    assert alone(SessionSettings(motor=WISHED, coaching=over)) == [(False, Silence.TRACKING)]


def test_all_at_once_says_the_same() -> None:
    """Answers come among samples that could be worked on together."""
    one, clip = session(SessionSettings(motor=WISHED)), Clip().connects().feels(sits(3.0))
    items: list[Input] = []
    told: list[list[Output]] = []
    for item in clip.items:
        items.append(item)
        told.append(list(one.feed(item)))
        for write in of(Write, told[-1]):
            request = Request.unpack(write.data)
            if request.op in (Op.TARE, Op.SET_ALERT):
                (part,) = Reply(request.op, request.token, Result.OK, b"").pack()
                items.append(Notification(item.host_ns, "clip", write.channel, part))
                told.append(list(one.feed(items[-1])))
    assert list(session(SessionSettings(motor=WISHED)).feed_all(items)) == told
