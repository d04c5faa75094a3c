"""The sensor's stream: how samples become packets, from START to the end."""

from __future__ import annotations

import pytest

from firmware_protocol.commands import Request
from firmware_protocol.ids import (
    Characteristic,
    MotionFlag,
    MotionFormat,
    Op,
    StatusFlag,
)
from firmware_protocol.parameters import StartAnswer, StartRequest, StopAnswer
from firmware_protocol.peripheral import AttError
from tests.unit.protocol_support import (
    ALL_SUBSCRIBED,
    ask,
    connected,
    motion,
    row,
    start,
    status,
    stream,
)


@pytest.mark.parametrize(
    ("att_mtu", "motion_format", "count", "ticks"),
    [
        (23, MotionFormat.GYRO_ACCEL, 1, False),
        (26, MotionFormat.GYRO_ACCEL, 1, False),
        (27, MotionFormat.GYRO_ACCEL, 1, True),
        (185, MotionFormat.GYRO_ACCEL, 14, True),
        (247, MotionFormat.GYRO_ACCEL, 19, True),
        (517, MotionFormat.GYRO_ACCEL, 41, True),
        (23, MotionFormat.ACCEL, 1, True),
        (247, MotionFormat.ACCEL, 38, True),
    ],
)
def test_packets_fill_the_link(
    att_mtu: int, motion_format: MotionFormat, count: int, ticks: bool
) -> None:
    sensor = connected(att_mtu)
    start(sensor, motion_format)
    assert (sensor.max_batch, sensor.format) == (count, motion_format)
    packets = stream(sensor, 3 * count)
    assert [(packet.index, packet.count) for packet in packets] == [
        (0, count),
        (count, count),
        (2 * count, count),
    ]
    wanted = [5000 + 630 * packet.index for packet in packets]
    assert [packet.ticks for packet in packets] == (wanted if ticks else [None] * 3)
    assert all(len(packet.pack()) <= att_mtu - 3 for packet in packets)
    skip = 6 if motion_format is MotionFormat.ACCEL else 0
    assert b"".join(p.rows for p in packets) == b"".join(row(i)[skip:] for i in range(3 * count))


def test_max_batch_limits_a_packet() -> None:
    sensor = connected()
    start(sensor, max_batch=5)
    assert [packet.count for packet in stream(sensor, 12)] == [5, 5]
    assert [packet.count for packet in motion(sensor.flush(0))] == [2]
    assert sensor.flush(0) == ()


def test_a_packet_begins_at_every_anchor() -> None:
    sensor = connected()
    start(sensor)
    packets = stream(sensor, 3000)
    indices = [packet.index for packet in packets]
    assert {0, 1024, 2048} <= set(indices)
    assert [p.count for p in packets if p.index + p.count in {1024, 2048}] == [17, 17]


def test_stop_sends_the_rest_then_names_the_last_index() -> None:
    sensor = connected()
    start(sensor)
    stream(sensor, 22)
    reply, rest = ask(sensor, Op.STOP)
    assert [(packet.index, packet.count) for packet in rest] == [(19, 3)]
    assert StopAnswer.unpack(reply.parameters) == StopAnswer(21)
    assert not sensor.streaming
    assert sensor.add_sample(row(1), 0) == ()
    assert ask(sensor, Op.STOP) == (reply, [])


@pytest.mark.parametrize("started", [False, True])
def test_stop_without_a_sample_names_none(started: bool) -> None:
    sensor = connected()
    if started:
        start(sensor)
    reply, rest = ask(sensor, Op.STOP)
    assert (StopAnswer.unpack(reply.parameters), rest) == (StopAnswer(None), [])


def test_second_start_sends_the_rest_and_begins_anew() -> None:
    sensor = connected()
    start(sensor)
    stream(sensor, 3)
    reply, rest = ask(sensor, Op.START, StartRequest(1, 26_000, 13, 6).pack())
    assert [(packet.epoch, packet.index, packet.count) for packet in rest] == [(1, 0, 3)]
    assert StartAnswer.unpack(reply.parameters).epoch == 2
    assert (sensor.next_index, sensor.accel_exp, sensor.gyro_exp) == (0, 13, 6)
    assert [(packet.epoch, packet.index) for packet in stream(sensor, 38)] == [(2, 0)]


def test_epochs_wrap() -> None:
    sensor = connected()
    assert [start(sensor).epoch for _ in range(257)] == [*range(1, 256), 0, 1]


def test_samples_that_nobody_hears_are_counted_and_named() -> None:
    sensor = connected()
    start(sensor)
    stream(sensor, 20)
    sensor.subscribed(Characteristic.MOTION, False, 0)
    assert stream(sensor, 30) == []
    sensor.subscribed(Characteristic.MOTION, True, 0)
    packets = stream(sensor, 38)
    assert [(p.index, p.count, p.flags) for p in packets] == [
        (50, 19, MotionFlag.GAP),
        (69, 19, MotionFlag(0)),
    ]
    now = status(sensor)
    assert (now.lost_samples, StatusFlag.OVERRUN in now.flags) == (31, True)
    start(sensor)
    assert status(sensor).lost_samples == 0


def test_flush_without_a_listener_gives_the_batch_up() -> None:
    sensor = connected()
    start(sensor)
    stream(sensor, 3)
    sensor.subscribed(Characteristic.MOTION, False, 0)
    assert sensor.flush(0) == ()
    assert status(sensor).lost_samples == 3


def test_disconnection_ends_stream_and_subscriptions() -> None:
    sensor = connected()
    start(sensor)
    stream(sensor, 5)
    sensor.disconnected()
    assert not sensor.streaming
    assert sensor.status_due(0) == ()
    assert status(sensor).lost_samples == 5
    sensor.connected(23)
    with pytest.raises(AttError):
        sensor.write(Characteristic.CONTROL, Request(Op.STOP, 0).pack(), 0)
    for characteristic in ALL_SUBSCRIBED:
        sensor.subscribed(characteristic, True, 0)
    assert start(sensor).epoch == 2
    assert sensor.max_batch == 1


def test_mtu_counts_from_the_next_packet() -> None:
    sensor = connected(247)
    start(sensor)
    stream(sensor, 10)
    sensor.mtu_changed(51)
    assert [(p.index, p.count) for p in stream(sensor, 1)] == [(0, 3), (3, 3), (6, 3), (9, 2)]
    sensor.mtu_changed(517)
    assert [(p.index, p.count) for p in stream(sensor, 41)] == [(11, 41)]


def test_flags_concern_their_packet_alone() -> None:
    sensor = connected()
    start(sensor, max_batch=2)
    sensor.set_worn(True)
    sensor.add_sample(row(0), 0, clipped_accel=True)
    worn = MotionFlag.WORN | MotionFlag.WORN_VALID
    (packet,) = motion(sensor.add_sample(row(1), 1, clipped_gyro=True))
    assert packet.flags == MotionFlag.ACCEL_CLIPPED | MotionFlag.GYRO_CLIPPED | worn
    (packet,) = stream(sensor, 2)
    assert packet.flags == worn


def test_accelerometer_packets_say_nothing_of_the_gyroscope() -> None:
    sensor = connected()
    start(sensor, MotionFormat.ACCEL, max_batch=1)
    (packet,) = motion(sensor.add_sample(row(0), 0, clipped_gyro=True))
    assert packet.flags == MotionFlag(0)


def test_ticks_wrap_in_packets() -> None:
    sensor = connected()
    start(sensor, max_batch=1)
    assert motion(sensor.add_sample(row(0), 2**32 + 3))[0].ticks == 3
