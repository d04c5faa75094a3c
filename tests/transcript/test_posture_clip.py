"""Conversations with the clip: what we write, what comes back, nothing left over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.commands import Reply, Request
from firmware_protocol.ids import MotionFlag, MotionFormat, Op, Result, StatusFlag, StatusState
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import Position, StartAnswer, StartRequest, StopAnswer
from firmware_protocol.quantise import pack_row
from firmware_protocol.status import Status
from sensorapp.model.actions import Reconnect, Write
from sensorapp.model.device import DeviceStatus
from sensorapp.model.imu import ImuBlock
from sensorapp.model.inputs import ActionFailed, Notification
from sensorapp.model.outputs import Fault
from sensorapp.virtual.identity import virtual_config
from tests.transcript.player import CLIP, CONTROL, MOTION, STATUS, Lost, Player, Samples, packet


def ack(next_index: int, epoch: int = 1) -> Write:
    request = Request(Op.ACK, 0, Position(epoch, next_index).pack())
    return Write(CLIP, CONTROL, request.pack(), response=False)


def status(battery_pct: int | None = 80, worn: bool | None = True) -> bytes:
    flags = StatusFlag(0)
    if worn is not None:
        flags |= StatusFlag.WORN_VALID | (StatusFlag.WORN if worn else StatusFlag(0))
    return Status(StatusState.STREAMING, flags, 1, battery_pct, 0, None, 0, 0).pack()


def fault(kind: str, message: str) -> Fault:
    return Fault(CLIP, None, kind, message)


def test_from_connecting_to_stop() -> None:
    with Player() as clip:
        clip.connects().tells_info()
        wanted = StartRequest.unpack(clip.start_parameters)
        assert (wanted.format, wanted.rate_mhz) == (MotionFormat.GYRO_ACCEL, 100_000)
        assert (wanted.accel_exp, wanted.gyro_exp, wanted.max_batch) == (12, 4, 10)
        assert not clip.run.streaming
        clip.answers_start().gives()
        clip.sends(0, 10).sends(10, 9).gives(Samples(1, 0, 10), Samples(1, 10, 9))
        clip.stops()
        (stop,) = clip.gave()
        assert isinstance(stop, Write)
        request = Request.unpack(stop.data)
        assert (request.op, request.parameters) == (Op.STOP, b"")
        clip.token = request.token
        clip.answers(Op.STOP, StopAnswer(18).pack()).gives()
        clip.stops().leaves(wanted=True).gives()


@pytest.mark.parametrize(
    ("wanted_mhz", "offered_mhz", "chosen_mhz"),
    [
        (100_000, (50_000, 104_000), 104_000),
        (60_000, (52_000,), 52_000),
        (1, (26_000, 52_000), 26_000),
    ],
)
def test_the_nearest_rate_that_the_sensor_has(
    wanted_mhz: int, offered_mhz: tuple[int, ...], chosen_mhz: int
) -> None:
    with Player(rate_mhz=wanted_mhz) as clip:
        info = replace(virtual_config().info, rates_mhz=offered_mhz)
        clip.connects().tells_info(info)
        assert StartRequest.unpack(clip.start_parameters).rate_mhz == chosen_mhz


def test_a_sensor_without_a_gyroscope_is_asked_for_what_it_has() -> None:
    with Player() as clip:
        clip.connects().tells_info(replace(virtual_config().info, formats=(MotionFormat.ACCEL,)))
        assert StartRequest.unpack(clip.start_parameters).format == MotionFormat.ACCEL
        clip.answers_start().hears(MOTION, packet(0, 5, motion_format=MotionFormat.ACCEL))
        clip.gives(Samples(1, 0, 5))


@pytest.mark.parametrize("result", [Result.BUSY, Result.SENSOR_FAULT])
def test_start_refused_is_told_and_tried_on_a_new_connection(result: Result) -> None:
    with Player() as clip:
        clip.connects().tells_info().answers(Op.START, result=result)
        message = f"The sensor refused to start its stream ({result.name})."
        clip.gives(fault("start_refused", message), Reconnect(CLIP, message))
        clip.leaves().gives()
        clip.streams().sends(0, 1).gives(Samples(1, 0, 1))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        StartAnswer(1, 0, 999, 0).pack(),
        StartAnswer(1, 0, 10_000_001, 0).pack(),
        b"\1" + bytes(12),
    ],
)
def test_an_answer_to_start_that_makes_no_sense_is_a_refusal(answer: bytes) -> None:
    with Player() as clip:
        clip.connects().tells_info().answers(Op.START, answer)
        told, again = clip.gave()
        assert isinstance(told, Fault)
        assert told.kind == "start_refused"
        assert again == Reconnect(CLIP, told.message)
        assert not clip.run.streaming


def test_a_sensor_that_reports_but_never_answers_is_connected_anew() -> None:
    with Player() as clip:
        clip.connects().tells_info(host_ns=1_000_000_000)
        clip.hears(STATUS, status(), host_ns=6_000_000_000)
        assert [type(said) for said in clip.gave()] == [DeviceStatus]
        clip.hears(STATUS, status(), host_ns=6_000_000_001)
        assert clip.gave()[1:] == [Reconnect(CLIP, "The sensor does not answer.")]
        clip.hears(STATUS, status(), host_ns=9_000_000_000)
        assert [type(said) for said in clip.gave()] == [DeviceStatus]


@pytest.mark.parametrize(
    ("action", "channel", "needed"),
    [("Write", CONTROL, True), ("Subscribe", MOTION, True), ("Subscribe", STATUS, False)],
)
def test_what_fails_while_preparing_ends_the_connection_if_no_stream_can_follow(
    action: str, channel: str, needed: bool
) -> None:
    with Player() as clip:
        clip.connects().does(ActionFailed(0, CLIP, action, channel, "It was refused."))
        clip.gives(*[Reconnect(CLIP, "It was refused.")] * needed)


def test_an_acknowledgement_that_fails_ends_nothing() -> None:
    with Player() as clip:
        clip.streams().sends(0, 5).gives(Samples(1, 0, 5))
        clip.does(ActionFailed(0, CLIP, "Write", CONTROL, "Busy.")).gives()
        assert clip.run.streaming


def test_bytes_of_later_versions_are_counted_and_the_stream_goes_on() -> None:
    good = packet(0, 5)
    with Player() as clip:
        clip.streams()
        clip.hears(MOTION, bytes((good[0] & 0x1F | 2 << 5,)) + good[1:])
        clip.gives(fault("packet_version", "motion packet of major version 2."))
        clip.hears(MOTION, bytes((good[0] & 0xF0 | 3,)) + good[1:])
        clip.gives(fault("packet_format", "motion format 3 is not known here."))
        clip.hears(MOTION, good[:-1])
        assert [said.kind for said in clip.gave() if isinstance(said, Fault)] == ["packet_length"]
        clip.hears(STATUS, bytes((2 << 5,)))
        clip.gives(fault("packet_version", "status of major version 2."))
        clip.hears(MOTION, good).gives(Samples(1, 0, 5))


def test_duplicates_overlaps_and_gaps() -> None:
    with Player() as clip:
        clip.streams().sends(0, 10).gives(Samples(1, 0, 10))
        clip.sends(0, 10).sends(3, 7).sends(9, 1).gives()
        clip.sends(5, 10).gives(Samples(1, 10, 5))
        clip.sends(22, 3).gives(Samples(1, 22, 3, lost_before=7))
        clip.sends(15, 7).gives()  # too late: they were named as lost
        clip.sends(24, 2).gives(Samples(1, 25, 1))


def test_lost_samples_at_the_beginning_count() -> None:
    with Player() as clip:
        clip.streams().sends(12, 3).gives(Samples(1, 12, 3, lost_before=12))


@settings(max_examples=50, deadline=None)
@given(spans=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=20))
def test_every_sample_is_stored_or_named_lost_once(spans: list[tuple[int, int]]) -> None:
    clip = Player().streams()
    expected = 0
    for index, count in spans:
        clip.sends(index, count)
        for said in clip.gave():
            assert isinstance(said, Samples)
            assert said.first_index == expected + said.lost_before
            expected = said.first_index + said.count
    assert expected == max((index + count for index, count in spans), default=0)


def test_ticks_belong_to_the_first_sample_of_a_packet_only() -> None:
    run = Player().streams().run

    def ticks(index: int) -> list[int | None]:
        data = packet(index, 10, ticks=777)
        outputs = run.on_input(Notification(0, CLIP, MOTION, data))
        return [output.ticks for output in outputs if isinstance(output, ImuBlock)]

    assert ticks(0) == [777]
    assert ticks(5) == [None]  # the first five were here before


def test_another_epoch_and_samples_before_the_answer_are_no_samples_of_ours() -> None:
    with Player() as clip:
        clip.connects().tells_info().sends(0, 5, epoch=1)
        clip.gives(fault("packet_epoch", "A packet of epoch 1 came outside of its stream."))
        clip.answers_start(epoch=2).sends(7, 5, epoch=1)
        clip.gives(fault("packet_epoch", "A packet of epoch 1 came outside of its stream."))
        clip.sends(0, 5, epoch=2).gives(Samples(1, 0, 5))


def test_answers_in_parts_at_the_smallest_mtu() -> None:
    answer = StartAnswer(9, 0, 100_000, 0).pack() + b"a later version says more here"
    with Player() as clip:
        clip.connects().tells_info()
        parts = Reply(Op.START, clip.token, Result.OK, answer).pack(att_mtu=23)
        assert len(parts) == 3
        for part in parts:
            assert not clip.run.streaming
            clip.hears(CONTROL, part)
        clip.gives().sends(0, 1, epoch=9).gives(Samples(1, 0, 1))


def test_an_answer_that_breaks_off_is_a_fault_and_its_parts_never_cross_a_connection() -> None:
    answer = StartAnswer(9, 0, 100_000, 0).pack() + b"a later version says more here"
    with Player() as clip:
        clip.connects().tells_info()
        parts = Reply(Op.START, clip.token, Result.OK, answer).pack(att_mtu=23)
        clip.hears(CONTROL, parts[0]).answers(Op.GET_CAPS)
        assert [said.kind for said in clip.gave() if isinstance(said, Fault)] == ["packet_sequence"]
        clip.hears(CONTROL, parts[0]).leaves().gives()
        clip.connects().tells_info().answers_start().sends(0, 1).gives(Samples(1, 0, 1))


def test_an_answer_that_comes_twice_or_to_nobody_changes_nothing() -> None:
    with Player() as clip:
        clip.connects().answers(Op.START, StartAnswer(1, 0, 100_000, 0).pack()).gives()
        assert not clip.run.streaming
        clip.tells_info().answers_start().sends(0, 10).gives(Samples(1, 0, 10))
        clip.answers_start().answers(Op.STOP, StopAnswer(99).pack()).gives()
        clip.sends(0, 10).sends(10, 1).gives(Samples(1, 10, 1))
        clip.token -= 1
        clip.answers(Op.START, result=Result.BUSY).gives()


@pytest.mark.parametrize(
    ("last_index", "lost"),
    [(14, [Lost(1, 10, 5)]), (10, [Lost(1, 10, 1)]), (9, []), (3, []), (None, [])],
)
def test_stop_names_a_lost_tail(last_index: int | None, lost: list[Lost]) -> None:
    with Player() as clip:
        clip.streams().sends(0, 10).gives(Samples(1, 0, 10)).stops()
        (stop,) = clip.gave()
        assert isinstance(stop, Write)
        clip.token = Request.unpack(stop.data).token
        clip.answers(Op.STOP, StopAnswer(last_index).pack()).gives(*lost)
        assert not clip.run.streaming


def test_stop_that_is_refused_leaves_the_stream_as_it_was() -> None:
    with Player() as clip:
        clip.streams().stops()
        (stop,) = clip.gave()
        assert isinstance(stop, Write)
        clip.token = Request.unpack(stop.data).token
        clip.answers(Op.STOP, result=Result.BUSY).sends(0, 1).gives(Samples(1, 0, 1))


def test_each_connection_is_an_epoch_of_its_own_also_where_the_sensors_number_wraps() -> None:
    with Player() as clip:
        for epoch, sensors in enumerate((254, 255, 0, 1), start=1):
            clip.streams(epoch=sensors).sends(0, 4, epoch=sensors).gives(Samples(epoch, 0, 4))
            clip.sends(2, 3, epoch=sensors).gives(Samples(epoch, 4, 1)).leaves().gives()
            assert not clip.run.streaming


def test_the_same_number_after_a_reboot_is_a_new_epoch() -> None:
    with Player() as clip:
        clip.streams(epoch=1).sends(0, 50, epoch=1).gives(Samples(1, 0, 50)).leaves()
        clip.streams(epoch=1).sends(0, 5, epoch=1).gives(Samples(2, 0, 5))


def test_only_what_is_stored_is_acknowledged_and_only_if_it_is_new() -> None:
    with Player() as clip:
        clip.stores().gives()
        clip.connects().stores().gives().tells_info().answers_start().stores().gives()
        clip.sends(0, 10).sends(10, 10).gives(Samples(1, 0, 10), Samples(1, 10, 10))
        clip.stores().gives(ack(20)).stores().gives()
        clip.sends(5, 10).stores().gives()
        clip.sends(30, 1).gives(Samples(1, 30, 1, lost_before=10)).stores().gives(ack(31))
        clip.sends(31, 1).gives(Samples(1, 31, 1)).leaves().stores().gives()
        clip.streams(epoch=2).stores().gives()
        clip.sends(0, 3, epoch=2).gives(Samples(2, 0, 3)).stores().gives(ack(3, epoch=2))


def test_status_is_passed_on_with_its_unknowns() -> None:
    with Player() as clip:
        clip.streams().hears(STATUS, status(None, None), host_ns=5)
        clip.gives(DeviceStatus(CLIP, 5, None, None, charging=False, lost_samples=0))
        clip.hears(STATUS, status(55, worn=False), host_ns=6)
        clip.gives(DeviceStatus(CLIP, 6, 55, worn=False, charging=False, lost_samples=0))


def test_a_sample_is_clipped_by_its_own_values_at_the_range_that_the_sensor_names() -> None:
    info = replace(virtual_config().info, accel_range_g=2.0, gyro_range_dps=250.1)
    run = Player().connects().tells_info(info).answers_start().run
    rows = [
        ((0.0, 0.0, 0.0), (0.0, 1.9997, 0.0), False),
        ((0.0, 0.0, 0.0), (0.0, -2.0, 0.0), True),
        ((250.125, 0.0, 0.0), (0.0, 1.0, 0.0), True),  # 4002 steps, the nearest to 4001.6
        ((250.0625, 0.0, 0.0), (0.0, 1.0, 0.0), False),
    ]
    raw = b"".join(pack_row(gyro, accel, 4, 12) for gyro, accel, _ in rows)
    flags = MotionFlag.ACCEL_CLIPPED | MotionFlag.GYRO_CLIPPED
    data = MotionPacket(1, 0, None, 12, 4, MotionFormat.GYRO_ACCEL, flags, raw).pack()
    (block,) = run.on_input(Notification(0, CLIP, MOTION, data))
    assert isinstance(block, ImuBlock)
    assert block.clipped.tolist() == [clipped for *_, clipped in rows]


_VALUE = st.sampled_from([-32768, -32767, -32000, -31999, 0, 31999, 32000, 32766, 32767])


@settings(max_examples=40, deadline=None)
@given(
    raw=st.lists(st.tuples(*[_VALUE] * 6), min_size=1, max_size=24),
    size=st.integers(1, 24),
)
def test_clipping_and_values_do_not_depend_on_grouping(
    raw: list[tuple[int, ...]], size: int
) -> None:
    table = np.array(raw, dtype="<i2")

    def decoded(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        run = Player().streams().run
        pieces = []
        for first in range(0, len(table), count):
            rows = table[first : first + count].tobytes()
            made = MotionPacket(1, first, None, 12, 4, MotionFormat.GYRO_ACCEL, MotionFlag(0), rows)
            (block,) = run.on_input(Notification(0, CLIP, MOTION, made.pack()))
            assert isinstance(block, ImuBlock)
            columns = (block.gyro_rads, block.accel_mps2, block.clipped[:, np.newaxis])
            pieces.append(np.concatenate(columns, axis=1))
        return np.concatenate(pieces)

    alone = decoded(1)
    np.testing.assert_array_equal(decoded(size), alone)
    over = (np.abs(table[:, :3].astype(int)) >= 32000).any(1) | (
        np.abs(table[:, 3:].astype(int)) >= 32767
    ).any(1)
    np.testing.assert_array_equal(alone[:, 6] > 0, over)
    np.testing.assert_allclose(alone[:, :3], np.radians(table[:, :3] / 16.0), rtol=1e-12)
    np.testing.assert_allclose(alone[:, 3:6], table[:, 3:] / 4096.0 * 9.80665, rtol=1e-12)
