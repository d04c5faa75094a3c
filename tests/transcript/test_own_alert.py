"""The driver and the sensor's own behaviour, talking to each other without radio or clock."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

import pytest

from firmware_protocol.acts import RunMotor
from firmware_protocol.ids import TICK_HZ, StatusFlag, StatusState
from firmware_protocol.peripheral import Peripheral, Send
from firmware_protocol.quantise import pack_row
from firmware_protocol.status import Status
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.model.actions import Action, Read, Subscribe, Write
from sensorapp.model.inputs import Connected, Disconnected, Input, Notification, ValueRead
from sensorapp.model.motor import Buzz, BuzzPattern, OwnAlert
from sensorapp.virtual.identity import virtual_config
from tests.transcript.player import CLIP, STATUS

RATE_HZ = 25
UPRIGHT = (0.0, math.cos(math.radians(10.0)), math.sin(math.radians(10.0)))
"""Up in sensor axes, in a clip that sits askew by 10 degrees."""
ALERT = OwnAlert(UPRIGHT, 15.0, 6.0, 60.0, BuzzPattern.LONG)
CALL = RunMotor(70, ((500, 0),))


class Talk:
    """A run and a peripheral; what one says the other hears at once."""

    def __init__(self, ring: int = 0) -> None:
        self.config = replace(virtual_config(RATE_HZ * 1000), buffer_samples=ring)
        self.sensor = Peripheral(self.config)
        self.run = DRIVER.open(CLIP, RATE_HZ * 1000)
        self.taken = 0

    @property
    def ticks(self) -> int:
        return self.taken * TICK_HZ // RATE_HZ

    @property
    def host_ns(self) -> int:
        return self.taken * 1_000_000_000 // RATE_HZ

    def connects(self) -> Talk:
        self.sensor.connected(247)
        return self.hears(Connected(self.host_ns, CLIP, DRIVER.key, self.config.name, ""))

    def leaves(self) -> Talk:
        self.sensor.disconnected()
        return self.hears(Disconnected(self.host_ns, CLIP, wanted=False))

    def boots(self) -> Talk:
        self.config = replace(self.config, boot_id=self.config.boot_id + 1)
        self.sensor = Peripheral(self.config)
        return self

    def guards(self, alert: OwnAlert | None) -> Talk:
        return self.does(self.run.guard(alert))

    def leans(self, angle_deg: float, seconds: float, *, hears: bool = True) -> list[RunMotor]:
        """Samples of a body that leans so far from its upright pose; what the motor does."""
        angle = math.radians(10.0 + angle_deg)
        gravity_g = (0.0, math.cos(angle), math.sin(angle))
        data = pack_row((0.0, 0.0, 0.0), gravity_g, self.sensor.gyro_exp, self.sensor.accel_exp)
        for _ in range(round(seconds * RATE_HZ)):
            sends = self.sensor.add_sample(data, self.ticks)
            self.taken += 1
            if hears:
                self.sends(sends)
        return [act for act in self.sensor.acts() if isinstance(act, RunMotor)]

    def hears(self, item: Input) -> Talk:
        return self.does(act for act in self.run.on_input(item) if isinstance(act, Action))

    def sends(self, sends: Iterable[Send]) -> None:
        for send in sends:
            self.hears(Notification(self.host_ns, CLIP, send.characteristic, send.data))

    def does(self, actions: Iterable[Action]) -> Talk:
        waiting = deque(actions)
        while waiting:
            action = waiting.popleft()
            if isinstance(action, Subscribe):
                self.sends(self.sensor.subscribed(action.channel, True, self.ticks))
            elif isinstance(action, Read):
                data = self.sensor.read(action.channel, self.ticks)
                self.hears(ValueRead(self.host_ns, CLIP, action.channel, data))
            elif isinstance(action, Write):
                self.sends(self.sensor.write(action.channel, action.data, self.ticks))
        return self

    def status(self) -> Status:
        return Status.unpack(self.sensor.read(STATUS, self.ticks))


def guarding(ring: int = 0) -> Talk:
    return Talk(ring).connects().guards(ALERT)


@pytest.mark.parametrize("ring", [0, 512])
def test_without_a_host_a_lean_that_lasts_runs_the_motor_and_with_one_it_does_not(
    ring: int,
) -> None:
    talk = guarding(ring)
    assert talk.leans(20.0, 20.0) == []
    talk.leaves()
    assert talk.status().state == (StatusState.BUFFERING if ring else StatusState.GUARDING)
    assert talk.leans(0.0, 5.0) == []
    assert talk.leans(20.0, 4.0) == []
    assert talk.leans(20.0, 6.0) == [CALL]
    assert StatusFlag.LOCAL_ALERT in talk.status().flags


@pytest.mark.parametrize(("angle_deg", "called"), [(13.0, []), (-17.0, [CALL]), (17.0, [CALL])])
def test_the_limit_and_the_pose_are_those_of_the_session(
    angle_deg: float, called: list[RunMotor]
) -> None:
    assert guarding().leaves().leans(angle_deg, 9.0) == called


def test_it_is_called_again_after_its_pause_and_not_before() -> None:
    talk = guarding().leaves()
    assert talk.leans(20.0, 9.0) == [CALL]
    assert talk.leans(20.0, 55.0) == []
    assert talk.leans(20.0, 9.0) == [CALL]


def test_a_pause_silences_it_also_when_the_link_goes_then() -> None:
    talk = guarding().guards(None).leaves()
    assert talk.leans(20.0, 30.0) == []
    assert talk.connects().guards(ALERT).leaves().leans(20.0, 9.0) == [CALL]


def test_what_is_changed_without_a_link_counts_with_the_next() -> None:
    talk = guarding(512).leaves().guards(replace(ALERT, angle_deg=25.0)).connects()
    assert talk.leaves().leans(20.0, 20.0) == []
    assert talk.leans(28.0, 9.0) == [CALL]


def test_a_sensor_that_booted_anew_learns_it_with_its_stream() -> None:
    talk = guarding().leaves().boots()
    assert talk.leans(20.0, 20.0) == []
    assert talk.connects().leaves().leans(20.0, 9.0) == [CALL]


def test_a_link_that_comes_back_leaves_the_pause_as_it_is() -> None:
    talk = guarding(512).leaves()
    assert talk.leans(20.0, 9.0) == [CALL]
    talk.connects()
    assert talk.leans(20.0, 5.0) == []
    talk.leaves()
    assert talk.leans(20.0, 30.0) == []


def test_a_buzz_of_the_host_runs_the_motor_now() -> None:
    talk = guarding()
    talk.does(talk.run.buzz(Buzz(40, ((50, 0),))))
    assert talk.leans(0.0, 1.0) == [RunMotor(40, ((50, 0),))]
