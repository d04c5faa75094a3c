"""Conversations after a lost link with a clip that kept its samples."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.commands import Request
from firmware_protocol.ids import Feature, MotionFlag, MotionFormat, Op, Result, StatusFlag
from firmware_protocol.ids import StatusState as State
from firmware_protocol.info import Info
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import (
    Available,
    BackfillRequest,
    BackfillSent,
    Position,
    StopAnswer,
)
from firmware_protocol.status import Status
from sensorapp.drivers.catching_up import MAX_HELD_SAMPLES, CatchingUp
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.model.actions import Write
from sensorapp.model.device import DeviceInfo, DeviceStatus
from sensorapp.model.inputs import Disconnected, ValueRead
from sensorapp.model.stream import StreamPosition
from sensorapp.virtual.identity import virtual_config
from tests.transcript.player import CLIP, CONTROL, INFO, MOTION, ROW, STATUS, Lost, Player, Samples


def info(boot_id: int = 1) -> Info:
    return replace(virtual_config(boot_id=boot_id), buffer_samples=8192).info


def again(index: int, count: int, epoch: int = 1) -> bytes:
    flags = MotionFlag.BACKFILL
    six = MotionFormat.GYRO_ACCEL
    return MotionPacket(epoch, index, None, 12, 4, six, flags, ROW * count).pack()


def status(oldest: int, epoch: int = 1) -> bytes:
    return Status(State.STREAMING, StatusFlag(0), epoch, 80, 0, None, oldest, 0).pack()


def asked(clip: Player, op: Op) -> bytes:
    """What the driver has just asked for; says nothing else but what the sensor is."""
    *told, write = clip.gave()
    assert [type(said) for said in told] in ([], [DeviceInfo])
    assert isinstance(write, Write)
    request = Request.unpack(write.data)
    assert (write.channel, write.response, request.op) == (CONTROL, True, op)
    clip.token = request.token
    return request.parameters


def lost_at_twenty(clip: Player) -> Player:
    clip.connects().tells_info(info()).answers_start()
    clip.sends(0, 20).gives(Samples(1, 0, 20)).leaves().gives()
    return clip


def back(clip: Player, boot_id: int = 1) -> Player:
    return clip.connects().does(ValueRead(0, CLIP, INFO, info(boot_id).pack()))


def resumed(clip: Player, oldest: int, newest: int) -> Player:
    assert asked(back(clip), Op.RESUME) == Position(1, 20).pack()
    result = Result.OK if oldest <= 20 else Result.RANGE_LOST
    streams = [clip.run.streaming]
    clip.answers(Op.RESUME, Available(oldest, newest).pack(), result).gives()
    assert [*streams, clip.run.streaming] == [False, True]
    return clip


def test_live_samples_wait_for_those_before_them() -> None:
    with Player() as clip:
        resumed(lost_at_twenty(clip), 0, 59)
        clip.sends(60, 10).hears(MOTION, again(20, 19)).gives(Samples(1, 20, 19))
        clip.sends(70, 10).gives()
        clip.hears(MOTION, again(39, 19)).gives(Samples(1, 39, 19))
        clip.stores()
        assert [type(said) for said in clip.gave()] == [Write]  # what waits is not acknowledged
        clip.hears(MOTION, again(58, 2))
        clip.gives(Samples(1, 58, 2), Samples(1, 60, 10), Samples(1, 70, 10))
        clip.sends(80, 10).gives(Samples(1, 80, 10))
        clip.sends(95, 5)
        assert asked(clip, Op.BACKFILL) == BackfillRequest(1, 90, 5).pack()


def test_nothing_was_missed() -> None:
    with Player() as clip:
        resumed(lost_at_twenty(clip), 20, 19)
        clip.sends(20, 10).gives(Samples(1, 20, 10))


def test_what_was_overwritten_is_named_at_the_first_that_comes() -> None:
    with Player() as clip:
        resumed(lost_at_twenty(clip), 50, 59)
        clip.sends(60, 10).gives()
        clip.hears(MOTION, again(50, 10))
        clip.gives(Samples(1, 50, 10, lost_before=30), Samples(1, 60, 10))


def test_status_tells_that_nothing_more_will_come() -> None:
    with Player() as clip:
        resumed(lost_at_twenty(clip), 0, 59)
        clip.sends(60, 10).hears(STATUS, status(oldest=40))
        assert [type(said) for said in clip.gave()] == [DeviceStatus]
        clip.hears(STATUS, status(oldest=65, epoch=2))
        assert [type(said) for said in clip.gave()] == [DeviceStatus]
        clip.hears(STATUS, status(oldest=65))
        samples, told = clip.gave()
        assert samples == Samples(1, 60, 10, lost_before=40)
        assert isinstance(told, DeviceStatus)
        clip.hears(MOTION, again(20, 19)).gives()


def test_a_link_lost_amid_the_backlog_resumes_from_where_it_was() -> None:
    with Player() as clip:
        resumed(lost_at_twenty(clip), 0, 59)
        clip.sends(60, 10).hears(MOTION, again(20, 19)).gives(Samples(1, 20, 19))
        clip.leaves().gives()
        assert asked(back(clip), Op.RESUME) == Position(1, 39).pack()
        clip.answers(Op.RESUME, Available(20, 99).pack()).gives()
        clip.sends(100, 5).gives()
        clip.hears(MOTION, again(39, 61)).gives(Samples(1, 39, 61), Samples(1, 100, 5))


@pytest.mark.parametrize(
    "result", [Result.EPOCH_UNKNOWN, Result.UNSUPPORTED, Result.PARAMETER, Result.STATE]
)
def test_a_sensor_that_has_nothing_of_the_epoch_starts_anew(result: Result) -> None:
    with Player() as clip:
        asked(back(lost_at_twenty(clip)), Op.RESUME)
        clip.answers(Op.RESUME, result=result)
        asked(clip, Op.START)
        clip.answers_start(epoch=2).sends(0, 5, epoch=2).gives(Samples(2, 0, 5))


def test_after_a_reboot_the_stream_starts_anew_and_what_waited_is_handed_on() -> None:
    with Player() as clip:
        resumed(lost_at_twenty(clip), 0, 59)
        clip.sends(60, 10).gives().leaves().gives()
        back(clip, boot_id=2)
        samples, *_, start = clip.gave()
        assert samples == Samples(1, 60, 10, lost_before=40)
        assert isinstance(start, Write)
        request = Request.unpack(start.data)
        assert request.op == Op.START
        clip.token = request.token
        clip.answers_start(epoch=1).sends(0, 5, epoch=1).gives(Samples(2, 0, 5))


def test_a_sensor_that_does_not_claim_to_resume_is_not_asked() -> None:
    plain = replace(info(), features=Feature.WORN_DETECTION)
    with Player() as clip:
        clip.connects().tells_info(plain).answers_start().leaves().gives()
        clip.connects().tells_info(plain).answers_start(epoch=2).gives()


def test_an_end_that_was_wanted_leaves_what_waits_to_another_session() -> None:
    with Player() as clip:
        resumed(lost_at_twenty(clip), 0, 59)
        clip.sends(60, 10).gives()
        clip.does(Disconnected(0, CLIP, wanted=True)).gives()
        position = clip.run.position
        assert position is not None
        assert position.next_index == 20


def test_after_stop_what_is_missing_is_fetched_and_named_if_it_is_gone() -> None:
    with Player() as clip:
        resumed(lost_at_twenty(clip), 0, 59)
        clip.sends(60, 10).gives().stops()
        asked(clip, Op.STOP)
        clip.answers(Op.STOP, StopAnswer(74).pack())
        assert asked(clip, Op.BACKFILL) == BackfillRequest(1, 20, 40).pack()
        clip.stops().gives()  # once is enough
        clip.answers(Op.BACKFILL).gives()
        clip.answers(Op.BACKFILL, BackfillSent(0).pack(), Result.RANGE_LOST)
        samples, write = clip.gave()
        assert samples == Samples(1, 60, 10, lost_before=40)
        assert isinstance(write, Write)
        request = Request.unpack(write.data)
        assert request.parameters == BackfillRequest(1, 70, 5).pack()
        clip.token = request.token
        clip.answers(Op.BACKFILL).hears(MOTION, again(70, 3)).gives(Samples(1, 70, 3))
        assert clip.run.streaming
        clip.answers(Op.BACKFILL, BackfillSent(3).pack(), Result.RANGE_LOST)
        assert asked(clip, Op.BACKFILL) == BackfillRequest(1, 73, 2).pack()
        clip.answers(Op.BACKFILL).answers(Op.BACKFILL, BackfillSent(0).pack(), Result.RANGE_LOST)
        clip.gives(Lost(1, 73, 2))
        assert not clip.run.streaming


def test_an_answer_to_resume_that_is_cut_short_is_a_fault() -> None:
    with Player() as clip:
        asked(back(lost_at_twenty(clip)), Op.RESUME)
        clip.answers(Op.RESUME, bytes(7))
        (fault, start) = clip.gave()
        assert "packet_length" in repr(fault)
        assert isinstance(start, Write)
        assert Request.unpack(start.data).op == Op.START


def test_no_sensor_makes_us_hold_back_without_end() -> None:
    order = CatchingUp()
    order.resumed(live_index=100)
    index, out = 100, 0
    while not out:
        live = MotionPacket.unpack(again(index, 200)[:2] + bytes(1) + again(index, 200)[3:])
        out = sum(ready.packet.count for ready in order.add(live))
        index += 200
    assert MAX_HELD_SAMPLES < out <= MAX_HELD_SAMPLES + 200


@settings(max_examples=60, deadline=None)
@given(
    backlog=st.integers(0, 60),
    live=st.integers(1, 60),
    pattern=st.lists(st.tuples(st.booleans(), st.integers(1, 12), st.booleans()), max_size=40),
)
def test_every_sample_comes_once_in_order_however_the_two_mix(
    backlog: int, live: int, pattern: list[tuple[bool, int, bool]]
) -> None:
    clip = Player()
    resumed(lost_at_twenty(clip), 20, 19 + backlog)
    cursor = {True: 20, False: 20 + backlog}
    ends = {True: 20 + backlog, False: 20 + backlog + live}
    index = 20
    for is_live, count, twice in [*pattern, (False, 60, False), (False, 60, True)]:
        side = not is_live
        size = min(count, ends[side] - cursor[side])
        if size <= 0:
            continue
        data = again(cursor[side], size)
        if is_live:
            data = data[:2] + bytes(1) + data[3:]
        for _ in range(1 + twice):
            clip.hears(MOTION, data)
        cursor[side] += size
        for said in clip.gave():
            assert isinstance(said, Samples)
            assert (said.first_index, said.lost_before) == (index, 0)
            index += said.count
    assert index == cursor[False]


LEFT_OFF = StreamPosition("TP-3F9A", DRIVER.key, 1, 1, 20, 100_000)


def later() -> Player:
    """Another session; the one before it stored 20 samples of epoch 1 of boot 1."""
    return Player(left_off=LEFT_OFF)


def test_another_session_goes_on_where_one_left_off() -> None:
    with later() as clip:
        assert asked(back(clip), Op.RESUME) == Position(1, 20).pack()
        clip.answers(Op.RESUME, Available(0, 39).pack()).gives()
        clip.hears(MOTION, again(20, 20)).gives(Samples(1, 20, 20))
        clip.sends(40, 10).gives(Samples(1, 40, 10))
        position = clip.run.position
        assert position is not None
        assert (position.boot_id, position.epoch, position.next_index) == (1, 1, 50)


def test_what_was_overwritten_between_two_sessions_is_named() -> None:
    with later() as clip:
        asked(back(clip), Op.RESUME)
        clip.answers(Op.RESUME, Available(30, 39).pack(), Result.RANGE_LOST).gives()
        clip.hears(MOTION, again(30, 10)).gives(Samples(1, 30, 10, lost_before=10))


def test_a_sensor_that_rebooted_between_two_sessions_starts_anew() -> None:
    with later() as clip:
        before = clip.run.position
        assert before == LEFT_OFF
        asked(back(clip, boot_id=2), Op.START)
        assert clip.run.position is None
        clip.answers_start(epoch=1).gives().sends(0, 10).gives(Samples(2, 0, 10))


def test_a_stream_that_ended_has_no_position() -> None:
    with Player() as clip:
        lost_at_twenty(clip)
        position = clip.run.position
        assert position is not None
        assert position.next_index == 20
        asked(back(clip), Op.RESUME)
        clip.answers(Op.RESUME, Available(0, 19).pack()).gives().stops()
        asked(clip, Op.STOP)
        clip.answers(Op.STOP, StopAnswer(19).pack()).gives()
        assert clip.run.position is None
