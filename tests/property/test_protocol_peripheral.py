"""The sensor under any conversation: it never breaks, and every sample is sent or named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.commands import ReplyAssembler, Request
from firmware_protocol.ids import ANCHOR_SPAN_SAMPLES, Characteristic, MotionFlag, Op
from firmware_protocol.packets import MotionPacket, Status
from firmware_protocol.parameters import StartRequest
from firmware_protocol.peripheral import AttError, Peripheral, PeripheralConfig, Send

CONFIG = PeripheralConfig("TP-1", "0.1", 0x3F9A, 7, (50_000, 104_000))
NOTIFYING = (Characteristic.CONTROL, Characteristic.MOTION, Characteristic.STATUS)
MTU = st.integers(23, 517)


def row(number: int) -> bytes:
    return number.to_bytes(4, "little") * 3


def packets(sent: tuple[Send, ...]) -> list[MotionPacket]:
    motion = (item for item in sent if item.characteristic == Characteristic.MOTION)
    return [MotionPacket.unpack(item.data) for item in motion]


@given(
    att_mtu=MTU,
    motion_format=st.sampled_from([0, 1]),
    max_batch=st.integers(0, 255),
    count=st.integers(1, 2500),
    flushes=st.sets(st.integers(0, 2500), max_size=5),
)
def test_every_sample_is_sent_once_in_order_and_anchors_begin_packets(
    att_mtu: int, motion_format: int, max_batch: int, count: int, flushes: set[int]
) -> None:
    sensor = Peripheral(CONFIG)
    sensor.connected(att_mtu)
    for characteristic in NOTIFYING:
        sensor.subscribed(characteristic, True, 0)
    wanted = StartRequest(motion_format, 104_000, 12, 4, max_batch)
    sensor.write(Characteristic.CONTROL, Request(Op.START, 0, wanted.pack()).pack(), 0)
    sent: list[MotionPacket] = []
    for number in range(count):
        sent += packets(sensor.add_sample(row(number), 3 * number))
        if number in flushes:
            sent += packets(sensor.flush(3 * number))
    sent += packets(sensor.write(Characteristic.CONTROL, Request(Op.STOP, 1).pack(), 0))
    size = 6 if motion_format else 12
    assert b"".join(packet.rows for packet in sent) == b"".join(
        row(number)[-size:] for number in range(count)
    )
    next_index = 0
    for packet in sent:
        assert packet.index == next_index
        assert packet.ticks in {None, 3 * packet.index}
        next_index += packet.count
        first_span = packet.index // ANCHOR_SPAN_SAMPLES
        assert (next_index - 1) // ANCHOR_SPAN_SAMPLES == first_span
        assert packet.count <= (max_batch or packet.count)
        assert len(packet.pack()) <= att_mtu - 3
    assert next_index == count


Event = tuple[str, int, bytes]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["connect", "mtu", "disconnect", "on", "off", "write", "start", "stop", "sample"]
        ),
        st.integers(0, 2),
        st.binary(max_size=12),
    ),
    max_size=60,
)


def happen(sensor: Peripheral, event: Event, ticks: int) -> tuple[Send, ...]:
    what, number, data = event
    match what:
        case "connect":
            sensor.connected((23, 27, 247)[number])
        case "mtu":
            sensor.mtu_changed((23, 40, 517)[number])
        case "disconnect":
            sensor.disconnected()
        case "on" | "off":
            return sensor.subscribed(NOTIFYING[number], what == "on", ticks)
        case "write":
            return sensor.write(Characteristic.CONTROL, data, ticks)
        case "start":
            request = Request(Op.START, 1, StartRequest(number, 50_000, 12, 4, number * 3).pack())
            return sensor.write(Characteristic.CONTROL, request.pack(), ticks)
        case "stop":
            return sensor.write(Characteristic.CONTROL, Request(Op.STOP, 1).pack(), ticks)
        case _:
            sent: tuple[Send, ...] = ()
            for _ in range(1 + 10 * number):
                sent += sensor.add_sample(bytes(12), ticks)
            return sent
    return ()


@given(events=EVENTS)
def test_what_is_sent_plus_what_is_named_lost_is_what_was_taken(events: list[Event]) -> None:
    sensor = Peripheral(CONFIG)
    sensor.connected(247)
    for characteristic in NOTIFYING:
        sensor.subscribed(characteristic, True, 0)
    assembler = ReplyAssembler()
    epoch, received, next_index, missed = 0, 0, 0, 0
    for ticks, event in enumerate(events):
        try:
            sent = happen(sensor, event, ticks)
        except AttError:
            continue
        for item in sent:
            if item.characteristic == Characteristic.CONTROL:
                assert item.indicate
                assembler.feed(item.data)
        for packet in packets(sent):
            if packet.epoch != epoch:
                epoch, received, next_index, missed = packet.epoch, 0, 0, 0
            assert (MotionFlag.GAP in packet.flags) is (packet.index > next_index)
            missed += packet.index - next_index
            received += packet.count
            next_index = packet.index + packet.count
        status = Status.unpack(sensor.read(Characteristic.STATUS, ticks))
        held = sensor.next_index - status.oldest_index
        if status.epoch != epoch:
            epoch, received = status.epoch, 0
            next_index = missed = 0
        assert received + status.lost_samples + held == sensor.next_index
        assert missed <= status.lost_samples
