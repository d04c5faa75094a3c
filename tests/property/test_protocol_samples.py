"""Samples that a sensor takes together: what follows is the same as one by one."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware_protocol.acts import Act, RunMotor
from firmware_protocol.commands import Request
from firmware_protocol.device_parameters import LocalAlert, Tare
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import Characteristic, Feature, MotionFlag, Op, StartOption, TareAction
from firmware_protocol.parameters import BackfillRequest, Position, StartRequest
from firmware_protocol.peripheral import AttError, Peripheral, PeripheralConfig, Send
from firmware_protocol.samples import Samples

ABILITIES = Feature.HAPTIC | Feature.TARE | Feature.LOCAL_ALERT
CONFIG = PeripheralConfig("TP-1", "0.1", 0x3F9A, 7, (50_000,), abilities=ABILITIES)
TICKS = 655
"""Of a period at 50 Hz, nearly."""
ROWS = (
    struct.pack("<6h", 1, 2, 3, 0, 0, 4096),
    struct.pack("<6h", 4, 5, 6, 2896, 0, 2896),
    struct.pack("<6h", -7, 8, -9, 4096, -30, 12),
)
CLIPPED = (0, int(MotionFlag.ACCEL_CLIPPED), int(MotionFlag.GYRO_CLIPPED))

Event = tuple[str, int]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("take", "take", "take", "start", "connect", "disconnect", "listen", "resume"),
                *("acknowledge", "backfill", "mtu", "mute", "tare", "alert", "buzz", "worn"),
                *("flush", "drain", "status", "stop"),
            ]
        ),
        st.integers(0, 120),
    ),
    max_size=30,
)
GUARDING: list[Event] = [
    *(("listen", 0), ("start", 0), ("take", 100), ("tare", 0), ("alert", 0)),
    *(("disconnect", 0), ("take", 120), ("take", 120), ("connect", 0), ("resume", 0), ("drain", 0)),
]


@dataclass
class Clip:
    """A sensor, and all that it sent and did."""

    together: bool
    sensor: Peripheral
    taken: int = 0
    sent: list[Send | int] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    def take(self, count: int) -> None:
        """Samples that lean further and further, some of them clipped."""
        numbers = range(self.taken, self.taken + count)
        rows = [ROWS[min(number // 90, 2)] for number in numbers]
        ticks = [number * TICKS for number in numbers]
        flags = [CLIPPED[number % 29 % 3 if number % 7 == 0 else 0] for number in numbers]
        self.taken += count
        if self.together:
            self.sent += self.sensor.add_samples(Samples(b"".join(rows), ticks, bytes(flags)))
            return
        for row, tick, flag in zip(rows, ticks, flags, strict=True):
            accel, gyro = flag == CLIPPED[1], flag == CLIPPED[2]
            self.sent += self.sensor.add_sample(row, tick, accel, gyro)

    def ask(self, op: Op, parameters: bytes = b"") -> None:
        data = Request(op, 1, parameters).pack()
        try:
            self.sent += self.sensor.write(Characteristic.CONTROL, data, self.taken * TICKS)
        except AttError as error:
            self.sent.append(error.code)

    def listen(self, *, on: bool = True) -> None:
        for channel in (Characteristic.CONTROL, Characteristic.STATUS, Characteristic.MOTION):
            self.sent += self.sensor.subscribed(channel, on, self.taken * TICKS)

    def connect(self, att_mtu: int) -> None:
        self.sensor.connected(att_mtu)
        self.listen()

    def drain(self) -> None:
        while more := self.sensor.drain():
            self.sent += more

    def happen(self, what: str, number: int) -> None:
        ticks, sensor = self.taken * TICKS, self.sensor
        options = StartOption.BUFFER if number % 2 == 0 else StartOption(0)
        start = StartRequest(number % 3 == 1, 50_000, 12, 4, number % 25, options)
        alert = LocalAlert(enabled=True, angle_deg=10.0, delay_s=0.5, rearm_s=1 + number)
        done: dict[str, Callable[[], object]] = {
            "take": lambda: self.take(number),
            "start": lambda: self.ask(Op.START, start.pack()),
            "stop": lambda: self.ask(Op.STOP),
            "connect": lambda: self.connect(23 + 2 * number),
            "disconnect": sensor.disconnected,
            "listen": self.listen,
            "mute": lambda: self.listen(on=False),
            "mtu": lambda: sensor.mtu_changed(23 + 2 * number),
            "resume": lambda: self.ask(Op.RESUME, Position(sensor.epoch, number).pack()),
            "backfill": lambda: self.ask(
                Op.BACKFILL, BackfillRequest(sensor.epoch, number, 30).pack()
            ),
            "acknowledge": lambda: self.ask(Op.ACK, Position(sensor.epoch, number).pack()),
            "tare": lambda: self.ask(Op.TARE, Tare(TareAction.SET_NOW).pack()),
            "alert": lambda: self.ask(Op.SET_ALERT, alert.pack()),
            "buzz": lambda: self.ask(Op.HAPTIC, Haptic(50, 1, 1 + number % 5).pack()),
            "worn": lambda: sensor.set_worn((None, True, False)[number % 3]),
            "flush": lambda: self.sent.extend(sensor.flush(ticks)),
            "drain": self.drain,
            "status": lambda: self.sent.extend(sensor.status_due(ticks)),
        }
        done[what]()
        self.acts += sensor.acts()
        until = sensor.until_packet
        self.sent += [sensor.next_index, -1 if until is None else until]
        self.sent.append(Send("status", sensor.read(Characteristic.STATUS, ticks), indicate=False))


def clip(*, together: bool, buffer_samples: int) -> Clip:
    sensor = Peripheral(replace(CONFIG, buffer_samples=buffer_samples))
    sensor.connected(247)
    return Clip(together, sensor)


@settings(max_examples=40, deadline=None)
@example(events=GUARDING, buffer_samples=2000)
@given(events=EVENTS, buffer_samples=st.sampled_from([0, 128, 2000]))
def test_together_is_as_one_by_one(events: list[Event], buffer_samples: int) -> None:
    one, many = (
        clip(together=together, buffer_samples=buffer_samples) for together in (False, True)
    )
    for each in (one, many):
        each.listen()
        each.happen("start", 10)
        for what, number in events:
            each.happen(what, number)
        each.happen("flush", 0)
        each.happen("drain", 0)
    assert many.sent == one.sent
    assert many.acts == one.acts


def test_a_local_alert_among_samples_that_are_taken_together() -> None:
    """The example above would prove little if nothing buzzed in it."""
    guarded = clip(together=True, buffer_samples=2000)
    for what, number in GUARDING:
        guarded.happen(what, number)
    assert [type(act) for act in guarded.acts].count(RunMotor) >= 2
    ran = [
        send
        for send in guarded.sent
        if isinstance(send, Send)
        and send.characteristic == Characteristic.MOTION
        and send.data[2] & MotionFlag.HAPTIC_RAN
    ]
    assert ran


@settings(max_examples=30, deadline=None)
@given(count=st.integers(0, 300), max_batch=st.integers(0, 40), att_mtu=st.integers(23, 300))
def test_until_packet_is_the_count_that_brings_one(
    count: int, max_batch: int, att_mtu: int
) -> None:
    one = clip(together=True, buffer_samples=0)
    one.listen()
    one.ask(Op.START, StartRequest(0, 50_000, 12, 4, max_batch).pack())
    one.sensor.mtu_changed(att_mtu)
    one.take(count)
    until = one.sensor.until_packet
    assert until is not None
    before = len(one.sent)
    one.take(until - 1)
    assert len(one.sent) == before
    one.take(1)
    assert len(one.sent) == before + 1
