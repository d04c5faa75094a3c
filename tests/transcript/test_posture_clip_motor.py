"""Conversations about the clip's motor: buzzes, and the alert that it gives by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware_protocol.commands import Reply, Request
from firmware_protocol.device_parameters import LocalAlert, Tare
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import Feature, HapticPattern, Op, Result, TareAction
from firmware_protocol.info import Info
from firmware_protocol.parameters import Available
from sensorapp.model.actions import Write
from sensorapp.model.inputs import ValueRead
from sensorapp.model.motor import Buzz, BuzzPattern, OwnAlert, OwnAlertSet
from sensorapp.model.outputs import Fault
from sensorapp.virtual.identity import virtual_config
from tests.transcript.player import CLIP, CONTROL, INFO, Player, Samples

BUZZ = Buzz(70, ((100, 100), (100, 0)))
ALERT = OwnAlert((0.0, 0.6, 0.8), 14.9, 15.0, 900.0, BuzzPattern.LONG)
KEEPS = replace(virtual_config(), buffer_samples=8192).info


class Felt(Player):
    """A conversation that is also asked for what the motor is to do."""

    def buzzes(self, buzz: Buzz = BUZZ) -> list[Request]:
        return requests(self.run.buzz(buzz))

    def guards(self, alert: OwnAlert | None = ALERT) -> list[Request]:
        return requests(self.run.guard(alert))

    def begins(self, info: Info = KEEPS) -> list[Request]:
        """What is asked for with the first stream of a connection."""
        self.connects().tells_info(info).answers_start()
        return requests(self.gave())

    def goes_on(self) -> list[Request]:
        """What is asked for with the stream that goes on with a new connection."""
        self.connects().does(ValueRead(0, CLIP, INFO, KEEPS.pack()))
        _, resume = self.gave()
        (request,) = requests([resume])
        assert request.op == Op.RESUME
        self.token = request.token
        self.answers(Op.RESUME, Available(0, 0).pack())
        return requests(self.gave())

    def says(self, request: Request, result: Result = Result.OK) -> Felt:
        (part,) = Reply(request.op, request.token, result, b"").pack()
        self.hears(CONTROL, part)
        return self


def requests(actions: object) -> list[Request]:
    assert isinstance(actions, list | tuple)
    assert all(isinstance(action, Write) and action.channel == CONTROL for action in actions)
    return [Request.unpack(action.data) for action in actions]


def test_a_buzz_is_one_request_beside_the_stream() -> None:
    with Felt() as clip:
        assert clip.begins() == []
        (asked,) = clip.buzzes()
        assert asked.op == Op.HAPTIC
        assert Haptic.unpack(asked.parameters) == Haptic(70, pulses_ms=BUZZ.pulses_ms)
        clip.says(asked).gives()
        clip.sends(0, 10).gives(Samples(1, 0, 10))


@pytest.mark.parametrize("when", ["before", "lost", "stopped"])
def test_without_a_stream_there_is_no_buzz(when: str) -> None:
    clip = Felt()
    if when != "before":
        clip.begins()
    if when == "lost":
        clip.leaves()
    if when == "stopped":
        clip.stops().leaves(wanted=True)
    assert clip.buzzes() == []


def test_a_sensor_without_a_motor_is_asked_for_nothing() -> None:
    with Felt() as clip:
        features = KEEPS.features & ~(Feature.HAPTIC | Feature.LOCAL_ALERT)
        assert clip.begins(replace(KEEPS, features=features)) == []
        assert clip.buzzes() == []
        assert clip.guards() == []


def test_the_own_alert_is_told_with_the_pose_that_it_is_about() -> None:
    with Felt() as clip:
        assert clip.begins() == []
        tare, alert = clip.guards()
        told = Tare.unpack(tare.parameters)
        assert told.action is TareAction.SET
        assert told.gravity_g == pytest.approx(ALERT.up, abs=1e-4)
        assert LocalAlert.unpack(alert.parameters) == LocalAlert(
            True, 14.9, 15.0, HapticPattern.LONG, 70, 900
        )
        clip.says(tare).gives().says(alert).gives(OwnAlertSet(CLIP, is_on=True))


def test_what_is_said_before_the_stream_waits_for_it() -> None:
    with Felt() as clip:
        assert clip.guards() == []
        assert [request.op for request in clip.begins()] == [Op.TARE, Op.SET_ALERT]


def test_off_is_told_too_for_an_earlier_session_may_have_left_it_on() -> None:
    with Felt() as clip:
        clip.begins()
        (off,) = clip.guards(None)
        assert not LocalAlert.unpack(off.parameters).enabled
        clip.says(off).gives(OwnAlertSet(CLIP, is_on=False))


def test_a_sensor_that_went_on_knows_and_one_that_booted_anew_is_told() -> None:
    with Felt() as clip:
        clip.begins()
        tare, alert = clip.guards()
        clip.says(tare).gives().says(alert).gives(OwnAlertSet(CLIP, is_on=True))
        clip.leaves().gives()
        assert clip.goes_on() == []
        clip.leaves().gives()
        again = clip.begins(replace(KEEPS, boot_id=KEEPS.boot_id + 1))
        assert [request.op for request in again] == [Op.TARE, Op.SET_ALERT]


def test_what_was_not_confirmed_is_told_again_with_the_next_stream() -> None:
    with Felt() as clip:
        clip.begins()
        clip.guards()
        clip.leaves().gives()
        assert [request.op for request in clip.goes_on()] == [Op.TARE, Op.SET_ALERT]


def test_a_refusal_is_told_once_and_holds_up_nothing() -> None:
    with Felt() as clip:
        clip.begins()
        for _ in range(2):
            (asked,) = clip.buzzes()
            clip.says(asked, Result.PARAMETER)
        (told,) = clip.gave()
        assert isinstance(told, Fault)
        assert told.kind == "motor_refused"
        assert told.message == "The sensor refused to buzz (PARAMETER)."
        clip.sends(0, 1).gives(Samples(1, 0, 1))
