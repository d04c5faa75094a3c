"""A sensor with a ring under any conversation: each sample arrives or is named, exactly."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.commands import ReplyAssembler, Request
from firmware_protocol.ids import Characteristic, MotionFlag, Op, Result, StartOption
from firmware_protocol.packets import MotionPacket, Status
from firmware_protocol.parameters import Available, Position, StartRequest
from firmware_protocol.peripheral import Peripheral, PeripheralConfig, Send

CONFIG = PeripheralConfig("TP-1", "0.1", 0x3F9A, 7, (100_000,), buffer_samples=128)
CHANNELS = (Characteristic.CONTROL, Characteristic.MOTION, Characteristic.STATUS)
CONTROL = Characteristic.CONTROL


class Host:
    """Stores what reaches it; resumes on every connection, without what came after a hole."""

    def __init__(self) -> None:
        self.sensor = Peripheral(CONFIG)
        self.have: set[int] = set()
        self.lost: set[int] = set()
        self._missing = 0
        self.link(247)
        wanted = StartRequest(0, 100_000, 12, 4, 10, StartOption.BUFFER)
        self.sensor.write(CONTROL, Request(Op.START, 0, wanted.pack()).pack(), 0)

    @property
    def missing(self) -> int:
        """The first index that is neither here nor named."""
        while self._missing in self.have or self._missing in self.lost:
            self._missing += 1
        return self._missing

    def link(self, att_mtu: int) -> None:
        self.sensor.connected(att_mtu)
        for channel in CHANNELS:
            self.sensor.subscribed(channel, True, 0)

    def resume(self) -> None:
        first = self.missing
        self.have = {index for index in self.have if index < first}
        position = Position(1, first).pack()
        sent = self.sensor.write(CONTROL, Request(Op.RESUME, 1, position).pack(), 0)
        assembler = ReplyAssembler()
        reply = next(found for item in sent if (found := assembler.feed(item.data)))
        available = Available.unpack(reply.parameters)
        lost = set(range(first, first + available.lost_from(first))) - self.have
        assert (reply.result == Result.RANGE_LOST) is (available.lost_from(first) > 0)
        self.lost |= lost

    def hear(self, sent: tuple[Send, ...]) -> None:
        for item in sent:
            if item.characteristic != Characteristic.MOTION:
                continue
            packet = MotionPacket.unpack(item.data)
            indices = range(packet.index, packet.index + packet.count)
            for index in indices:
                row = packet.rows[12 * (index - packet.index) :][:12]
                assert row == index.to_bytes(4, "little") * 3
            if MotionFlag.GAP in packet.flags:
                self.lost |= set(range(self.missing, packet.index)) - self.have
            self.have |= set(indices)

    def take(self, count: int, *, hear: bool) -> None:
        for _ in range(count):
            row = self.sensor.next_index.to_bytes(4, "little") * 3
            sent = self.sensor.add_sample(row, 0)
            self.hear(sent if hear else ())


EVENT = st.tuples(
    st.sampled_from(["take", "fade", "drop", "drain", "acknowledge", "resume"]),
    st.integers(1, 200),
)


@settings(max_examples=60, deadline=None)
@given(events=st.lists(EVENT, max_size=15), att_mtu=st.integers(23, 300))
def test_what_arrives_and_what_is_named_lost_is_what_was_taken(
    events: list[tuple[str, int]], att_mtu: int
) -> None:
    host = Host()
    sensor = host.sensor
    for what, number in events:
        match what:
            case "take":
                host.take(number, hear=True)
            case "fade":  # sent, but the link ends before it gets there
                host.take(number, hear=False)
                sensor.disconnected()
                host.link(att_mtu)
                host.resume()
            case "drop":
                sensor.disconnected()
                host.take(number, hear=False)
                host.link(att_mtu)
                host.resume()
            case "drain":
                for _ in range(number % 20):
                    host.hear(sensor.drain())
            case "acknowledge":
                position = Position(1, host.missing).pack()
                sensor.write(CONTROL, Request(Op.ACK, 0, position).pack(), 0)
            case _:
                host.resume()
    sensor.disconnected()
    host.link(247)
    host.resume()
    while sent := sensor.drain():
        host.hear(sent)
    assert host.have | host.lost == set(range(sensor.next_index))
    assert not host.have & host.lost
    status = Status.unpack(sensor.read(Characteristic.STATUS, 0))
    assert status.lost_samples == len(host.lost)
