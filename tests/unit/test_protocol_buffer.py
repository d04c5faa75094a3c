"""A sensor that keeps its samples: RESUME, BACKFILL, acknowledgements and overruns."""

from __future__ import annotations

import pytest

from firmware_protocol.advertising import find_service_data
from firmware_protocol.commands import Reply, ReplyAssembler, Request
from firmware_protocol.errors import LocalProtocolError
from firmware_protocol.ids import (
    Characteristic,
    Feature,
    MotionFlag,
    MotionFormat,
    Op,
    Result,
    ScanFlag,
    StartOption,
    StatusFlag,
    StatusState,
)
from firmware_protocol.packets import Info, MotionPacket, Status
from firmware_protocol.parameters import (
    Available,
    BackfillRequest,
    BackfillSent,
    Position,
    StartRequest,
)
from firmware_protocol.peripheral import Peripheral, PeripheralConfig, Send

ALL = (Characteristic.CONTROL, Characteristic.MOTION, Characteristic.STATUS)
BACKFILL = MotionFlag.BACKFILL


def config(buffer_samples: int = 8192) -> PeripheralConfig:
    return PeripheralConfig("TP-1", "0.1", 0x3F9A, 7, (100_000,), buffer_samples=buffer_samples)


def connect(sensor: Peripheral, att_mtu: int = 247) -> Peripheral:
    sensor.connected(att_mtu)
    for characteristic in ALL:
        sensor.subscribed(characteristic, True, 0)
    return sensor


def started(
    buffer_samples: int = 8192,
    options: StartOption = StartOption.BUFFER,
    motion_format: MotionFormat = MotionFormat.GYRO_ACCEL,
) -> Peripheral:
    sensor = connect(Peripheral(config(buffer_samples)))
    wanted = StartRequest(motion_format, 100_000, 12, 4, 10, options)
    assert ask(sensor, Op.START, wanted.pack()).ok
    return sensor


def motion(sent: tuple[Send, ...]) -> list[MotionPacket]:
    return [MotionPacket.unpack(item.data) for item in sent if item.characteristic == ALL[1].value]


def replies(sent: tuple[Send, ...]) -> list[Reply]:
    assembler = ReplyAssembler()
    return [reply for item in sent if item.indicate and (reply := assembler.feed(item.data))]


def ask(sensor: Peripheral, op: Op, parameters: bytes = b"", token: int = 3) -> Reply:
    (reply,) = replies(sensor.write(ALL[0], Request(op, token, parameters).pack(), 0))
    assert (reply.op, reply.token) == (op, token)
    return reply


def acknowledge(sensor: Peripheral, next_index: int) -> None:
    sensor.write(ALL[0], Request(Op.ACK, 0, Position(1, next_index).pack()).pack(), 0)


def take(sensor: Peripheral, count: int) -> list[MotionPacket]:
    packets: list[MotionPacket] = []
    for number in range(sensor.next_index, sensor.next_index + count):
        packets += motion(sensor.add_sample(number.to_bytes(4, "little") * 3, 300 * number))
    return packets


def drained(sensor: Peripheral) -> list[MotionPacket]:
    packets: list[MotionPacket] = []
    while sent := sensor.drain():
        packets += motion(sent)
    return packets


def resume(sensor: Peripheral, next_index: int, epoch: int = 1) -> tuple[Result | int, Available]:
    reply = ask(sensor, Op.RESUME, Position(epoch, next_index).pack())
    return reply.result, Available.unpack(reply.parameters)


def status(sensor: Peripheral) -> Status:
    return Status.unpack(sensor.read(Characteristic.STATUS, 0))


def indices(packets: list[MotionPacket]) -> list[int]:
    return [
        index for packet in packets for index in range(packet.index, packet.index + packet.count)
    ]


def test_it_says_what_it_can() -> None:
    held = Feature.RESUME | Feature.BACKFILL | Feature.RAM_BUFFER
    told = Info.unpack(Peripheral(config()).read(Characteristic.INFO, 0))
    assert (told.features & held, told.buffer_samples, told.buffer_bytes) == (held, 8192, 98_304)
    without = Info.unpack(Peripheral(config(0)).read(Characteristic.INFO, 0))
    assert (without.features & held, without.buffer_bytes) == (Feature(0), 0)
    with pytest.raises(LocalProtocolError, match="127"):
        config(127)


def test_a_lost_link_loses_no_sample() -> None:
    sensor = started()
    live = take(sensor, 25)
    sensor.disconnected()
    assert sensor.streaming
    assert take(sensor, 3000) == []
    now = status(sensor)
    assert (now.state, now.oldest_index, now.lost_samples) == (StatusState.BUFFERING, 0, 0)
    connect(sensor)
    assert take(sensor, 5) == []  # nobody has asked yet
    assert resume(sensor, 20) == (Result.OK, Available(0, 3029))
    assert status(sensor).state is StatusState.STREAMING
    again = drained(sensor)
    assert indices(live) + indices(again) == list(range(3030))
    assert {packet.flags for packet in again} == {BACKFILL}
    assert all(packet.ticks == 300 * packet.index for packet in again)
    assert {1024, 2048} <= {packet.index for packet in again}
    assert [packet.index for packet in take(sensor, 20)] == [3030, 3040]


def test_live_samples_come_at_once_while_the_backlog_drains() -> None:
    sensor = started()
    sensor.disconnected()
    take(sensor, 100)
    connect(sensor)
    resume(sensor, 0)
    (first,) = motion(sensor.drain())
    (live,) = take(sensor, 10)
    assert ((first.index, first.flags), (live.index, live.flags)) == ((0, BACKFILL), (100, 0))
    assert indices(drained(sensor)) == list(range(first.count, 100))


def test_what_is_acknowledged_is_forgotten() -> None:
    sensor = started()
    take(sensor, 50)
    acknowledge(sensor, 30)
    now = status(sensor)
    assert (now.oldest_index, now.newest_index, now.lost_samples) == (30, 49, 0)
    assert resume(sensor, 10) == (Result.RANGE_LOST, Available(30, 49))
    assert indices(drained(sensor)) == list(range(30, 50))


def test_an_overrun_is_named_everywhere() -> None:
    sensor = started(buffer_samples=128)
    take(sensor, 20)
    acknowledge(sensor, 20)
    sensor.disconnected()
    take(sensor, 200)
    now = status(sensor)
    assert (now.oldest_index, now.lost_samples) == (92, 72)
    assert StatusFlag.OVERRUN in now.flags
    connect(sensor)
    result, available = resume(sensor, 20)
    assert (result, available.lost_from(20)) == (Result.RANGE_LOST, 72)
    again = drained(sensor)
    assert indices(again) == list(range(92, 220))
    assert [packet.flags for packet in again[:2]] == [BACKFILL | MotionFlag.GAP, BACKFILL]


def test_what_was_sent_counts_as_lost_only_if_the_host_lacks_it() -> None:
    sensor = started(buffer_samples=128)
    take(sensor, 300)
    assert (status(sensor).oldest_index, status(sensor).lost_samples) == (172, 0)
    sensor.disconnected()
    connect(sensor)
    assert resume(sensor, 150) == (Result.RANGE_LOST, Available(172, 299))
    assert status(sensor).lost_samples == 22
    assert resume(sensor, 150)[0] is Result.RANGE_LOST
    assert status(sensor).lost_samples == 22


def test_an_overrun_while_it_drains_is_named_by_the_next_packet() -> None:
    sensor = started(buffer_samples=128)
    sensor.disconnected()
    take(sensor, 128)
    connect(sensor)
    resume(sensor, 0)
    (first,) = motion(sensor.drain())
    take(sensor, 50)
    again = drained(sensor)
    assert (again[0].index, again[0].flags) == (50, BACKFILL | MotionFlag.GAP)
    assert status(sensor).lost_samples == 50 - first.count
    assert indices(again) == list(range(50, 128))


def test_twice_the_samples_of_half_the_size() -> None:
    sensor = started(buffer_samples=128, motion_format=MotionFormat.ACCEL)
    sensor.disconnected()
    take(sensor, 256)
    assert status(sensor).lost_samples == 0
    take(sensor, 1)
    assert status(sensor).lost_samples == 1


def test_a_new_start_forgets_the_epoch_before() -> None:
    sensor = started()
    sensor.disconnected()
    take(sensor, 100)
    connect(sensor)
    assert ask(sensor, Op.START, StartRequest(0, 100_000, 12, 4).pack()).ok
    assert ask(sensor, Op.RESUME, Position(1, 0).pack()).result is Result.EPOCH_UNKNOWN
    assert status(sensor).oldest_index == 0


@pytest.mark.parametrize("op", [Op.RESUME, Op.BACKFILL])
def test_without_the_option_nothing_is_kept(op: Op) -> None:
    sensor = started(options=StartOption(0))
    take(sensor, 20)
    parameters = BackfillRequest(1, 0, 1).pack()
    assert ask(sensor, op, parameters).result is Result.EPOCH_UNKNOWN
    sensor.disconnected()
    assert not sensor.streaming
    assert sensor.drain() == ()


@pytest.mark.parametrize(
    ("op", "parameters", "result"),
    [
        (Op.RESUME, Position(1, 0).pack()[:-1], Result.LENGTH),
        (Op.RESUME, Position(2, 0).pack(), Result.EPOCH_UNKNOWN),
        (Op.RESUME, Position(1, 51).pack(), Result.PARAMETER),
        (Op.BACKFILL, BackfillRequest(1, 0, 1).pack()[:-1], Result.LENGTH),
        (Op.BACKFILL, BackfillRequest(0, 0, 1).pack(), Result.EPOCH_UNKNOWN),
        (Op.BACKFILL, BackfillRequest(1, 0, 0).pack(), Result.PARAMETER),
        (Op.BACKFILL, BackfillRequest(1, 0, 51).pack(), Result.PARAMETER),
        (Op.BACKFILL, BackfillRequest(1, 50, 1).pack(), Result.PARAMETER),
        (Op.BACKFILL, BackfillRequest(1, 2**32 - 1, 2**32 - 1).pack(), Result.PARAMETER),
    ],
)
def test_what_cannot_be_had_is_refused(op: Op, parameters: bytes, result: Result) -> None:
    sensor = started()
    take(sensor, 50)
    reply = ask(sensor, op, parameters)
    assert (reply.result, reply.parameters, sensor.drain()) == (result, b"", ())


@pytest.mark.parametrize("op", [Op.RESUME, Op.BACKFILL])
def test_nothing_is_sent_to_who_does_not_listen(op: Op) -> None:
    sensor = started()
    take(sensor, 50)
    sensor.subscribed(Characteristic.MOTION, False, 0)
    assert ask(sensor, op, BackfillRequest(1, 0, 9).pack()).result is Result.STATE
    assert status(sensor).state is StatusState.BUFFERING
    take(sensor, 10)
    sensor.subscribed(Characteristic.MOTION, True, 0)
    assert resume(sensor, 50) == (Result.OK, Available(0, 59))
    assert indices(drained(sensor)) == list(range(50, 60))


def test_backfill_says_when_it_is_through() -> None:
    sensor = started()
    take(sensor, 50)
    assert ask(sensor, Op.BACKFILL, BackfillRequest(1, 5, 30).pack(), token=9).parameters == b""
    assert ask(sensor, Op.BACKFILL, BackfillRequest(1, 0, 1).pack()).result is Result.BUSY
    assert indices(motion(sensor.drain()) + motion(sensor.drain())) == list(range(5, 35))
    (end,) = replies(sensor.drain())
    assert (end.op, end.token, end.result) == (Op.BACKFILL, 9, Result.OK)
    assert BackfillSent.unpack(end.parameters) == BackfillSent(30)
    assert sensor.drain() == ()


@pytest.mark.parametrize(("first", "sent"), [(0, 10), (20, 20), (10, 20)])
def test_backfill_counts_what_it_could_send(first: int, sent: int) -> None:
    sensor = started()
    take(sensor, 50)
    acknowledge(sensor, 10)
    ask(sensor, Op.BACKFILL, BackfillRequest(1, first, 20).pack())
    assert (
        len(indices(motion(sensor.drain()) + (motion(sensor.drain()) if sent > 19 else []))) == sent
    )
    (end,) = replies(sensor.drain())
    assert end.result is (Result.OK if sent == 20 else Result.RANGE_LOST)
    assert BackfillSent.unpack(end.parameters) == BackfillSent(sent)


def test_a_backfill_that_is_cut_off_ends_with_what_it_sent() -> None:
    sensor = started()
    take(sensor, 50)
    ask(sensor, Op.BACKFILL, BackfillRequest(1, 0, 50).pack())
    (packet,) = motion(sensor.drain())
    sensor.subscribed(Characteristic.MOTION, False, 0)
    (end,) = replies(sensor.drain())
    assert end.result is Result.RANGE_LOST
    assert BackfillSent.unpack(end.parameters) == BackfillSent(packet.count)


def test_stop_sends_all_that_was_asked_for_and_keeps_the_rest() -> None:
    sensor = started()
    sensor.disconnected()
    take(sensor, 100)
    connect(sensor)
    resume(sensor, 40)
    take(sensor, 5)
    sent = sensor.write(ALL[0], Request(Op.STOP, 1).pack(), 0)
    assert sorted(indices(motion(sent))) == list(range(40, 105))
    assert sent[-1].indicate
    assert status(sensor).state is StatusState.IDLE
    assert take(sensor, 3) == []
    assert resume(sensor, 90) == (Result.OK, Available(0, 104))
    assert indices(drained(sensor)) == list(range(90, 105))
    assert status(sensor).state is StatusState.IDLE


def test_resume_before_the_first_sample() -> None:
    sensor = started()
    assert resume(sensor, 0) == (Result.OK, Available(0, 2**32 - 1))
    assert sensor.drain() == ()


def test_the_backlog_is_advertised() -> None:
    sensor = started()
    sensor.disconnected()
    take(sensor, 6001)
    told = find_service_data(sensor.scan_response())
    assert told is not None
    assert (told.flags, told.backlog_min) == (ScanFlag.STREAMING | ScanFlag.BACKLOG, 1)


def test_wear_and_clipping_are_kept_with_the_samples() -> None:
    sensor = started()
    sensor.disconnected()
    sensor.set_worn(True)
    sensor.add_sample(bytes(12), 0, clipped_accel=True)
    sensor.set_worn(False)
    connect(sensor)
    resume(sensor, 0)
    (packet,) = drained(sensor)
    worn = MotionFlag.WORN | MotionFlag.WORN_VALID
    assert packet.flags == BACKFILL | MotionFlag.ACCEL_CLIPPED | worn


def test_status_comes_when_something_changed() -> None:
    sensor = Peripheral(config())
    assert sensor.status_changed(0) == ()
    connect(sensor)
    assert sensor.status_changed(5) == ()
    sensor.set_worn(True)
    (changed,) = sensor.status_changed(5)
    assert StatusFlag.WORN in Status.unpack(changed.data).flags
    assert sensor.status_changed(6) == ()
    ask(sensor, Op.START, StartRequest(0, 100_000, 12, 4).pack())
    assert [Status.unpack(item.data).epoch for item in sensor.status_changed(7)] == [1]
    take(sensor, 100)
    assert sensor.status_changed(8) == ()
