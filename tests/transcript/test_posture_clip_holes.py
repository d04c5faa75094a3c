"""Conversations about samples that were dropped within a link, and claims that can't be true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware_protocol.commands import Request
from firmware_protocol.ids import MotionFlag, MotionFormat, Op, Result, StatusFlag
from firmware_protocol.ids import StatusState as State
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import (
    Available,
    BackfillRequest,
    BackfillSent,
    Position,
    StopAnswer,
)
from firmware_protocol.status import Status
from sensorapp.drivers.clip_backfill import MOST_TRIES, TRIES
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.model.actions import Reconnect, Write
from sensorapp.model.device import DeviceInfo, DeviceStatus
from sensorapp.model.inputs import Disconnected, Tick, ValueRead
from sensorapp.model.outputs import Fault
from sensorapp.model.stream import StreamPosition
from sensorapp.virtual.identity import virtual_config
from tests.transcript.player import (
    CLIP,
    CONTROL,
    INFO,
    MOTION,
    ROW,
    STATUS,
    Lost,
    Player,
    Samples,
    packet,
)

S = 1_000_000_000
KEEPS = replace(virtual_config(), buffer_samples=8192).info


def again(index: int, count: int, epoch: int = 1) -> bytes:
    six, flags = MotionFormat.GYRO_ACCEL, MotionFlag.BACKFILL
    return MotionPacket(epoch, index, None, 12, 4, six, flags, ROW * count).pack()


def status(
    newest: int | None, oldest: int = 0, *, state: State = State.STREAMING, epoch: int = 1
) -> bytes:
    return Status(state, StatusFlag(0), epoch, 80, 0, newest, oldest, 0).pack()


def keeping() -> Player:
    """A clip with a memory; twenty samples came."""
    return Player().connects().tells_info(KEEPS).answers_start().sends(0, 20)


def told(clip: Player) -> list[object]:
    """What was said beside what the sensor is and how it does."""
    return [said for said in clip.gave() if not isinstance(said, DeviceStatus | DeviceInfo)]


def asked(clip: Player, op: Op) -> bytes:
    """The one thing that the driver said: a request."""
    (write,) = told(clip)
    assert isinstance(write, Write)
    request = Request.unpack(write.data)
    assert (write.channel, write.response, request.op) == (CONTROL, True, op)
    clip.token = request.token
    return request.parameters


def asks_for(clip: Player, first: int, count: int) -> None:
    assert asked(clip, Op.BACKFILL) == BackfillRequest(1, first, count).pack()


def fault_kind(clip: Player) -> str:
    (said,) = told(clip)
    assert isinstance(said, Fault)
    return said.kind


def test_a_dropped_packet_is_asked_for_and_those_after_it_wait() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(30, 10)
        asks_for(clip, 20, 10)
        clip.answers(Op.BACKFILL).sends(40, 10).gives()
        clip.stores()
        (ack,) = clip.gave()
        assert isinstance(ack, Write)
        assert Request.unpack(ack.data).parameters == Position(1, 20).pack()
        position = clip.run.position
        assert position is not None
        assert position.next_index == 20
        clip.hears(MOTION, again(20, 10))
        clip.gives(Samples(1, 20, 10), Samples(1, 30, 10), Samples(1, 40, 10))
        clip.answers(Op.BACKFILL, BackfillSent(10).pack()).gives()


def test_a_packet_that_only_came_late_is_not_lost() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(30, 10)
        asks_for(clip, 20, 10)
        clip.sends(20, 10).gives(Samples(1, 20, 10), Samples(1, 30, 10))
        clip.answers(Op.BACKFILL).hears(MOTION, again(20, 10)).gives()
        clip.answers(Op.BACKFILL, BackfillSent(10).pack()).gives()


def test_the_first_packet_of_a_stream_and_several_holes() -> None:
    with Player().connects().tells_info(KEEPS).answers_start().sends(10, 10) as clip:
        asks_for(clip, 0, 10)
        clip.answers(Op.BACKFILL).sends(30, 5).gives()
        clip.hears(MOTION, again(0, 10))
        clip.gives(Samples(1, 0, 10), Samples(1, 10, 10))
        clip.answers(Op.BACKFILL, BackfillSent(10).pack())
        asks_for(clip, 20, 10)


def test_an_acceptance_that_comes_twice_is_no_completion() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(30, 10)
        asks_for(clip, 20, 10)
        clip.answers(Op.BACKFILL).answers(Op.BACKFILL).gives()
        clip.hears(MOTION, again(20, 10)).gives(Samples(1, 20, 10), Samples(1, 30, 10))


def test_what_was_sent_again_and_dropped_again_is_asked_for_again() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(40, 10)
        asks_for(clip, 20, 20)
        clip.answers(Op.BACKFILL).hears(MOTION, again(30, 10)).gives()
        clip.answers(Op.BACKFILL, BackfillSent(20).pack())
        asks_for(clip, 20, 10)
        clip.answers(Op.BACKFILL).hears(MOTION, again(25, 5)).gives()
        clip.answers(Op.BACKFILL, BackfillSent(5).pack(), Result.RANGE_LOST)
        asks_for(clip, 20, 5)
        clip.answers(Op.BACKFILL).answers(Op.BACKFILL, BackfillSent(0).pack(), Result.RANGE_LOST)
        clip.gives(Samples(1, 25, 5, lost_before=5), Samples(1, 30, 10), Samples(1, 40, 10))


@pytest.mark.parametrize("result", [Result.EPOCH_UNKNOWN, Result.UNSUPPORTED, Result.LENGTH])
def test_a_sensor_that_refuses_has_nothing_of_it(result: Result) -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(30, 10)
        asks_for(clip, 20, 10)
        clip.answers(Op.BACKFILL, result=result).gives(Samples(1, 30, 10, lost_before=10))


def test_a_range_that_the_sensor_never_took_shows_a_packet_of_no_stream() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(700, 10)
        asks_for(clip, 20, 680)
        clip.answers(Op.BACKFILL, result=Result.PARAMETER)
        assert asked(clip, Op.RESUME) == Position(1, 20).pack()
        clip.sends(20, 10).gives(Samples(1, 20, 10))
        clip.answers(Op.RESUME, Available(0, 29).pack()).gives()
        clip.sends(30, 10).gives(Samples(1, 30, 10))


def test_a_sensor_is_not_asked_without_end() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(30, 10)
        hung_up = tries = 0
        while clip.run.streaming:
            said = told(clip)
            if said == [Reconnect(CLIP, "Too much is lost on this connection.")]:
                hung_up += 1
                clip.leaves().connects().does(ValueRead(0, CLIP, INFO, KEEPS.pack()))
                asked(clip, Op.RESUME)
                clip.answers(Op.RESUME, Available(0, 39).pack()).gives()
                clip.sends(40, 10).hears(MOTION, again(30, 10))
            elif said and isinstance(said[0], Samples):
                assert said == [Samples(1, 30, 10, lost_before=10), Samples(1, 40, 10)]
                break
            else:
                (write,) = said
                assert isinstance(write, Write)
                clip.token = Request.unpack(write.data).token
                tries += 1
                clip.answers(Op.BACKFILL).answers(Op.BACKFILL, BackfillSent(10).pack())
        assert (tries, hung_up) == (MOST_TRIES, MOST_TRIES // TRIES - 1)


def test_a_busy_sensor_is_left_alone_for_a_while() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(30, 10)
        asks_for(clip, 20, 10)
        clip.answers(Op.BACKFILL, result=Result.BUSY).sends(40, 1).gives()
        clip.does(Tick(S))
        asks_for(clip, 20, 10)


def test_no_answer_to_a_request_is_a_lost_link() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(30, 10)
        asks_for(clip, 20, 10)
        clip.does(Tick(1 * S), Tick(2 * S)).hears(MOTION, packet(40, 10), 3 * S)
        clip.does(Tick(3 * S), Tick(5 * S)).gives()
        clip.does(Tick(6 * S)).gives(Reconnect(CLIP, "The sensor does not answer."))
        clip.does(Tick(7 * S)).gives()  # once is enough
        clip.leaves().connects().does(ValueRead(8 * S, CLIP, INFO, KEEPS.pack()))
        assert asked(clip, Op.RESUME) == Position(1, 20).pack()


def test_the_last_packet_before_a_pause_is_asked_for_once_it_is_overdue() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).hears(STATUS, status(24), 1 * S)
        assert told(clip) == []
        clip.does(Tick(2 * S)).gives().hears(STATUS, status(24), 3 * S)
        asks_for(clip, 20, 5)
        clip.hears(CONTROL, bytes((0x80, Op.BACKFILL, clip.token, 0)), 3 * S)
        clip.hears(MOTION, again(20, 5), 3 * S).gives(Samples(1, 20, 5))


def test_samples_that_wait_in_the_sensor_are_not_asked_for() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20))
        for second in range(1, 6):
            first = 20 + 100 * (second - 1)
            clip.hears(MOTION, packet(first, 100), second * S)
            clip.hears(STATUS, status(first + 105), second * S)
            assert told(clip) == [Samples(1, first, 100)]


@pytest.mark.parametrize("keeps", [True, False])
def test_an_index_that_can_not_be_taken_yet_is_refused(keeps: bool) -> None:
    with Player().connects().tells_info(KEEPS if keeps else None).answers_start() as clip:
        clip.sends(0, 20).gives(Samples(1, 0, 20))
        for index in (0xFFFF_FF00, 5_000):
            clip.sends(index, 10)
            assert fault_kind(clip) == "packet_index"
        clip.sends(20, 10).gives(Samples(1, 20, 10))


def test_an_index_of_an_hour_later_is_believed_an_hour_later() -> None:
    with Player().streams().sends(0, 20) as clip:
        clip.gives(Samples(1, 0, 20)).hears(MOTION, packet(360_020, 10), 3_600 * S)
        clip.gives(Samples(1, 360_020, 10, lost_before=360_000))


@pytest.mark.parametrize(("newest", "oldest"), [(1 << 30, 0), (30, 32), (None, 1 << 30)])
def test_a_status_that_can_not_be_true_is_refused(newest: int | None, oldest: int) -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(30, 10)
        asks_for(clip, 20, 10)
        clip.hears(STATUS, status(newest, oldest))
        assert fault_kind(clip) == "status_index"
        clip.sends(20, 10).gives(Samples(1, 20, 10), Samples(1, 30, 10))


@pytest.mark.parametrize(("oldest", "newest"), [(1 << 30, 1 << 30), (40, 30), (0, 10)])
def test_an_answer_to_resume_that_can_not_be_true_is_refused(oldest: int, newest: int) -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).leaves().connects()
        clip.does(ValueRead(0, CLIP, INFO, KEEPS.pack()))
        asked(clip, Op.RESUME)
        clip.answers(Op.RESUME, Available(oldest, newest).pack())
        fault, start = told(clip)
        assert isinstance(fault, Fault)
        assert isinstance(start, Write)
        clip.token = Request.unpack(start.data).token
        clip.answers_start(epoch=2).sends(0, 5, epoch=2).gives(Samples(2, 0, 5))


def test_a_stop_in_the_future_names_nothing() -> None:
    with Player().streams().sends(0, 20).gives(Samples(1, 0, 20)).stops() as clip:
        asked(clip, Op.STOP)
        clip.answers(Op.STOP, StopAnswer(1 << 30).pack())
        assert fault_kind(clip) == "packet_index"
        assert not clip.run.streaming


def test_what_a_sensor_without_a_memory_took_before_it_noticed_is_named() -> None:
    with Player().streams().sends(0, 20).gives(Samples(1, 0, 20)).leaves() as clip:
        clip.connects().tells_info().hears(STATUS, status(54, 55, state=State.IDLE))
        assert told(clip) == []
        clip.answers_start(epoch=2).gives(Lost(1, 20, 35)).sends(0, 5, epoch=2)
        clip.gives(Samples(2, 0, 5))


def test_another_boot_says_nothing_of_the_stream_before_it() -> None:
    with Player().streams().sends(0, 20).gives(Samples(1, 0, 20)).leaves() as clip:
        clip.connects().hears(STATUS, status(54, 55, state=State.IDLE))
        clip.does(ValueRead(0, CLIP, INFO, virtual_config(boot_id=2).info.pack()))
        asked(clip, Op.START)
        clip.answers_start().gives()


def test_an_end_without_an_answer_to_stop_leaves_a_position() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).sends(30, 10)
        asks_for(clip, 20, 10)
        clip.does(Disconnected(0, CLIP, wanted=True)).gives()
        position = clip.run.position
        assert position is not None
        assert (position.boot_id, position.epoch, position.next_index) == (1, 1, 20)
    with Player(left_off=position).connects() as clip:
        clip.does(ValueRead(0, CLIP, INFO, KEEPS.pack()))
        assert asked(clip, Op.RESUME) == Position(1, 20).pack()


def test_a_sensor_that_keeps_nothing_leaves_no_position() -> None:
    with Player().streams().sends(0, 20).gives(Samples(1, 0, 20)) as clip:
        assert clip.run.position is None
        clip.leaves().gives()
        assert clip.run.position is None


def test_what_is_stored_after_stop_is_acknowledged_too() -> None:
    with keeping() as clip:
        clip.gives(Samples(1, 0, 20)).stops()
        asked(clip, Op.STOP)
        clip.answers(Op.STOP, StopAnswer(19).pack()).gives().stores()
        (ack,) = clip.gave()
        assert isinstance(ack, Write)
        request = Request.unpack(ack.data)
        assert (request.op, request.parameters) == (Op.ACK, Position(1, 20).pack())
        clip.stores().gives()


def test_a_stream_left_off_that_the_sensor_does_not_know_is_no_loss() -> None:
    with Player(left_off=StreamPosition("TP-3F9A", DRIVER.key, 1, 7, 500, 100_000)) as clip:
        clip.connects().hears(STATUS, status(900, epoch=9))
        clip.does(ValueRead(0, CLIP, INFO, KEEPS.pack()))
        assert asked(clip, Op.RESUME) == Position(7, 500).pack()
        clip.answers(Op.RESUME, result=Result.EPOCH_UNKNOWN)
        asked(clip, Op.START)
        assert clip.run.position is None
        clip.answers_start(epoch=10).gives().sends(0, 5, epoch=10).gives(Samples(2, 0, 5))


def test_300_streams_and_two_boots_are_told_apart() -> None:
    with Player() as clip:
        for number in range(1, 301):
            epoch, boot_id = number & 0xFF, 1 + number // 150
            clip.connects().tells_info(virtual_config(boot_id=boot_id).info)
            clip.answers_start(epoch).gives().sends(0, 5, epoch).gives(Samples(number, 0, 5))
            clip.sends(5, 5, epoch - 1 & 0xFF)
            assert fault_kind(clip) == "packet_epoch"
            clip.leaves().gives()
