"""The operations that concern the device: motor, light, time, local alert, sleep, erasing."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.acts import (
    AskForLink,
    Blink,
    FallAsleep,
    ForgetAll,
    RunMotor,
    StopMotor,
)
from firmware_protocol.clock_parameters import UnixTime
from firmware_protocol.commands import Reply
from firmware_protocol.config import ABILITIES
from firmware_protocol.device_parameters import (
    LocalAlert,
    Tare,
    pack_confirmation,
    unpack_gravity,
)
from firmware_protocol.errors import LocalProtocolError
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import (
    TICK_HZ,
    Characteristic,
    Feature,
    HapticPattern,
    MotionFlag,
    MotionFormat,
    Op,
    Profile,
    Result,
    SleepMode,
    StartOption,
    StatusFlag,
    StatusState,
    TareAction,
)
from firmware_protocol.parameters import Position, StartAnswer, StartRequest
from firmware_protocol.peripheral import Peripheral
from firmware_protocol.status import Status
from tests.unit.protocol_support import ALL_SUBSCRIBED, CONFIG, ask, motion, start, status

CAN_ALL = replace(CONFIG, syncs_time=True, buffer_samples=1024, abilities=ABILITIES)
STEP = TICK_HZ // 52
UPRIGHT, LEANING = (0, 4096, 0), (0, 3548, -2048)
"""1 g as worn, and leaning 30 deg forward, in counts of 2^-12 g."""


def able(att_mtu: int = 247) -> Peripheral:
    sensor = Peripheral(CAN_ALL)
    sensor.connected(att_mtu)
    for characteristic in ALL_SUBSCRIBED:
        sensor.subscribed(characteristic, True, 0)
    return sensor


def feels(sensor: Peripheral, accel: tuple[int, int, int], seconds: float, since: int) -> int:
    """Samples at 52 Hz from the tick `since` on; the tick after them."""
    for _ in range(round(seconds * 52)):
        sensor.add_sample(struct.pack("<6h", 0, 0, 0, *accel), since)
        since += STEP
    return since


def test_what_a_sensor_has_no_parts_for_is_not_supported() -> None:
    sensor = Peripheral(CONFIG)
    sensor.connected(247)
    sensor.subscribed(Characteristic.CONTROL, True, 0)
    for op in (Op.HAPTIC, Op.IDENTIFY, Op.TARE, Op.SET_ALERT, Op.SLEEP, Op.PROFILE, Op.ERASE):
        assert ask(sensor, op, bytes(16))[0].result is Result.UNSUPPORTED
    for op in (Op.SET_TIME, Op.GET_TIME, Op.FACTORY_RESET, Op.TIME_SYNC):
        assert ask(sensor, op, bytes(16))[0].result is Result.UNSUPPORTED
    assert sensor.acts() == ()


@given(st.integers(0x20, 0x2F))
def test_what_is_kept_for_the_identity_check_is_unknown(op: int) -> None:
    assert ask(able(), op, b"\x00")[0].result == Result.UNKNOWN_OP


@pytest.mark.parametrize(
    ("op", "least"),
    [
        (Op.TIME_SYNC, 8),
        (Op.SET_TIME, 16),
        (Op.HAPTIC, 3),
        (Op.IDENTIFY, 1),
        (Op.TARE, 1),
        (Op.SET_ALERT, 9),
        (Op.SLEEP, 1),
        (Op.PROFILE, 1),
        (Op.ERASE, 2),
        (Op.FACTORY_RESET, 2),
    ],
)
def test_parameters_that_are_too_short_change_nothing(op: Op, least: int) -> None:
    sensor = able()
    before = status(sensor)
    for size in range(least):
        reply, _ = ask(sensor, op, bytes(size))
        assert (reply.result, reply.parameters) == (Result.LENGTH, b"")
    assert status(sensor) == before
    assert sensor.acts() == ()


def test_surplus_bytes_are_ignored() -> None:
    sensor = able()
    assert ask(sensor, Op.PROFILE, bytes((Profile.LIVE,)) + b"later")[0].ok
    assert ask(sensor, Op.SET_TIME, UnixTime(5, 6).pack() + b"later")[0].ok


@pytest.mark.parametrize("ability", [Feature.WALL_TIME, Feature.LOCAL_ALERT, Feature.IDENTITY])
def test_abilities_that_can_not_be_are_refused(ability: Feature) -> None:
    with pytest.raises(LocalProtocolError):
        replace(CONFIG, abilities=ability)


# Wall time


def test_wall_time_goes_on_with_the_clock_until_the_next_boot() -> None:
    sensor = able()
    assert ask(sensor, Op.GET_TIME)[0].result is Result.STATE
    assert StatusFlag.TIME_SET not in status(sensor).flags
    assert ask(sensor, Op.SET_TIME, UnixTime(1_000_000_000, TICK_HZ).pack())[0].ok
    reply, _ = ask(sensor, Op.GET_TIME, ticks=(1 << 33) + TICK_HZ)
    assert UnixTime.unpack(reply.parameters) == UnixTime(
        1_000_000_000 + (1 << 33) * 1_000_000 // TICK_HZ, (1 << 33) + TICK_HZ
    )
    sensor.connected(247)
    assert StatusFlag.TIME_SET in status(sensor).flags


def test_long_answers_come_in_parts_at_the_smallest_mtu() -> None:
    sensor = able(att_mtu=23)
    ask(sensor, Op.SET_TIME, UnixTime(7, 0).pack())
    assert UnixTime.unpack(ask(sensor, Op.GET_TIME)[0].parameters).unix_us == 7
    assert ask(sensor, Op.TIME_SYNC, bytes(8))[0].ok
    assert len(ask(sensor, Op.GET_CAPS)[0].parameters) > 60


# The motor


def test_a_buzz_marks_the_packets_during_which_it_ran() -> None:
    sensor = able()
    start(sensor, max_batch=10)
    ticks = feels(sensor, UPRIGHT, 0.5, 2000)
    reply, _ = ask(sensor, Op.HAPTIC, Haptic(80, HapticPattern.LONG).pack(), ticks)
    assert reply.ok
    assert sensor.acts() == (RunMotor(80, ((500, 0),)),)
    packets = []
    for _ in range(52):
        packets += motion(sensor.add_sample(bytes(12), ticks))
        ticks += STEP
    ran = [MotionFlag.HAPTIC_RAN in packet.flags for packet in packets]
    assert ran == sorted(ran, reverse=True)
    assert ran[0]
    assert not ran[-1]
    assert StatusFlag.HAPTIC_PRESENT in status(sensor).flags


def test_patterns_repeat_with_a_pause_and_end_with_the_link() -> None:
    sensor = able()
    ask(sensor, Op.HAPTIC, Haptic(50, HapticPattern.DOUBLE, 2).pack())
    pulses = ((100, 100), (100, 200), (100, 100), (100, 0))
    assert sensor.acts() == (RunMotor(50, pulses),)
    sensor.disconnected()
    assert sensor.acts() == (StopMotor(),)
    sensor.disconnected()
    assert sensor.acts() == ()


@pytest.mark.parametrize("parameters", [bytes((9, 50, 1)), bytes((2, 50, 255)), bytes((0, 101, 1))])
def test_a_buzz_that_is_unknown_or_too_long_is_refused(parameters: bytes) -> None:
    sensor = able()
    assert ask(sensor, Op.HAPTIC, parameters)[0].result is Result.PARAMETER
    assert sensor.acts() == ()


def test_the_light_blinks() -> None:
    sensor = able()
    ask(sensor, Op.IDENTIFY, bytes((5,)))
    assert sensor.acts() == (Blink(5),)


# Tare and the local alert


def test_tare_from_what_is_felt_now() -> None:
    sensor = able()
    assert ask(sensor, Op.TARE, Tare(TareAction.SET_NOW).pack())[0].result is Result.STATE
    start(sensor)
    feels(sensor, UPRIGHT, 2.0, 1000)
    reply, _ = ask(sensor, Op.TARE, Tare(TareAction.SET_NOW).pack())
    assert unpack_gravity(reply.parameters) == pytest.approx((0.0, 1.0, 0.0), abs=1e-3)
    assert StatusFlag.TARE_SET in status(sensor).flags
    assert ask(sensor, Op.TARE, Tare(TareAction.GET).pack())[0].parameters == reply.parameters
    cleared, _ = ask(sensor, Op.TARE, Tare(TareAction.CLEAR).pack())
    assert unpack_gravity(cleared.parameters) is None
    assert StatusFlag.TARE_SET not in status(sensor).flags


def guarding() -> Peripheral:
    """Tare as worn, alert at 15 deg after 15 s, no stream, and the host has left."""
    sensor = able()
    assert ask(sensor, Op.SET_ALERT, LocalAlert(enabled=True).pack())[0].result is Result.STATE
    ask(sensor, Op.TARE, Tare(TareAction.SET, (0.0, 1.0, 0.0)).pack())
    assert ask(sensor, Op.SET_ALERT, LocalAlert(enabled=True, rearm_s=60).pack())[0].ok
    assert status(sensor).state is StatusState.IDLE
    sensor.disconnected()
    assert status(sensor).state is StatusState.GUARDING
    return sensor


def test_a_slouch_buzzes_with_no_host_near() -> None:
    sensor = guarding()
    ticks = feels(sensor, UPRIGHT, 5.0, 1000)
    ticks = feels(sensor, LEANING, 14.0, ticks)
    assert sensor.acts() == ()
    ticks = feels(sensor, LEANING, 4.0, ticks)
    assert sensor.acts() == (RunMotor(60, ((100, 0),)),)
    assert StatusFlag.LOCAL_ALERT in status(sensor, ticks).flags


def test_the_next_buzz_waits_for_its_pause() -> None:
    sensor = guarding()
    ticks = feels(sensor, UPRIGHT, 1.0, 1000)
    ticks = feels(sensor, LEANING, 50.0, ticks)
    assert len(sensor.acts()) == 1
    feels(sensor, LEANING, 40.0, ticks)
    assert len(sensor.acts()) == 1


def test_a_short_lean_and_one_beside_a_host_do_not_buzz() -> None:
    sensor = guarding()
    ticks = 1000
    for _ in range(5):
        ticks = feels(sensor, LEANING, 10.0, ticks)
        ticks = feels(sensor, UPRIGHT, 5.0, ticks)
    assert sensor.acts() == ()
    sensor.connected(247)
    sensor.subscribed(Characteristic.CONTROL, True, ticks)
    start(sensor)
    feels(sensor, LEANING, 40.0, ticks)
    assert sensor.acts() == ()


def test_status_tells_an_alert_and_the_button_once() -> None:
    sensor = guarding()
    feels(sensor, LEANING, 40.0, 1000)
    sensor.press_button()
    sensor.connected(247)
    (first,) = sensor.subscribed(Characteristic.STATUS, True, 0)
    told = Status.unpack(first.data).flags
    assert StatusFlag.LOCAL_ALERT in told
    assert StatusFlag.BUTTON in told
    assert sensor.status_changed(0) == ()
    (second,) = sensor.status_due(0)
    assert not Status.unpack(second.data).flags & (StatusFlag.LOCAL_ALERT | StatusFlag.BUTTON)
    sensor.press_button()
    assert len(sensor.status_changed(0)) == 1


# Sleep, profile, erasing


def test_sleep_sends_what_is_left_and_a_connection_wakes() -> None:
    sensor = able()
    start(sensor, max_batch=10)
    feels(sensor, UPRIGHT, 0.3, 1000)
    reply, packets = ask(sensor, Op.SLEEP, bytes((SleepMode.IDLE,)))
    assert reply.ok
    assert packets
    assert sensor.acts() == (FallAsleep(SleepMode.IDLE),)
    assert status(sensor).state is StatusState.ASLEEP
    sensor.connected(247)
    assert status(sensor).state is not StatusState.ASLEEP


def test_ship_mode_makes_no_sense_on_a_charger() -> None:
    sensor = able()
    sensor.set_charging(True)
    assert ask(sensor, Op.SLEEP, bytes((SleepMode.SHIP,)))[0].result is Result.ON_CHARGER
    assert ask(sensor, Op.SLEEP, bytes((2,)))[0].result is Result.PARAMETER
    assert sensor.acts() == ()
    sensor.set_charging(False)
    assert ask(sensor, Op.SLEEP, bytes((SleepMode.SHIP,)))[0].ok


def test_a_profile_is_asked_for_and_ends_with_the_link() -> None:
    sensor = able()
    assert ask(sensor, Op.PROFILE, bytes((Profile.LOW_POWER,)))[0].ok
    assert sensor.acts() == (AskForLink(Profile.LOW_POWER),)
    assert ask(sensor, Op.PROFILE, bytes((3,)))[0].result is Result.PARAMETER


@pytest.mark.parametrize("op", [Op.ERASE, Op.FACTORY_RESET])
def test_erasing_wants_to_be_sure_and_no_stream(op: Op) -> None:
    sensor = able()
    kept = StartRequest(MotionFormat.GYRO_ACCEL, 52_000, 12, 4, options=StartOption.BUFFER)
    first = StartAnswer.unpack(ask(sensor, Op.START, kept.pack())[0].parameters)
    feels(sensor, UPRIGHT, 1.0, 1000)
    ask(sensor, Op.TARE, Tare(TareAction.SET_NOW).pack())
    assert ask(sensor, op, b"\x5a\xa5")[0].result is Result.STATE
    ask(sensor, Op.STOP)
    assert ask(sensor, op, b"\xa5\x5a")[0].result is Result.PARAMETER
    position = Position(first.epoch, 0).pack()
    assert ask(sensor, Op.RESUME, position)[0].result is Result.OK
    assert ask(sensor, op, pack_confirmation())[0].ok
    assert ask(sensor, Op.RESUME, position)[0].result is Result.EPOCH_UNKNOWN
    reset = op == Op.FACTORY_RESET
    assert sensor.acts() == ((ForgetAll(),) if reset else ())
    assert (StatusFlag.TARE_SET in status(sensor).flags) is not reset


def test_every_answer_names_its_request() -> None:
    sensor = able()
    for op in Op:
        if op in (Op.ACK, Op.START, Op.BACKFILL):
            continue
        reply, _ = ask(sensor, op, bytes(32))
        assert isinstance(reply, Reply)
