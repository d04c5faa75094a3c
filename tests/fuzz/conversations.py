"""Bytes as conversations: with a driver, with a whole session, and with the virtual clip.

A conversation is a chain of steps of three bytes and a payload: what happens, how much later
(in 8 ms), and how long the payload is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import islice

import scipy.signal  # noqa: F401  # a second long: filters import it late, and no input is to pay

from firmware_protocol.commands import ReplyAssembler
from firmware_protocol.config import ABILITIES
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.ids import Characteristic
from firmware_protocol.peripheral import AttError, Peripheral, PeripheralConfig
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.actions import Read, Subscribe
from sensorapp.model.device import LinkState
from sensorapp.model.inputs import (
    ActionFailed,
    Command,
    Connected,
    Disconnected,
    Input,
    LinkChanged,
    Notification,
    ProfileChanged,
    QuietChanged,
    SettingsChanged,
    Stored,
    Tick,
    UserCommand,
    ValueRead,
)
from sensorapp.model.outputs import Output
from sensorapp.model.posture import Alignment, CalibrationSource, Silence
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.session.session import Session

SENSOR = "s"
STEP_NS = 8_000_000
_STEP_TICKS = 400
_HEAD_BYTES = 3
_ROW_BYTES = 12
MOST_STEPS = 64

CLIP = PeripheralConfig(
    model="TP-1",
    firmware="0.1.0",
    short_id=0x3F9A,
    boot_id=7,
    rates_mhz=(26_000, 52_000, 104_000),
    buffer_samples=256,
    syncs_time=True,
    abilities=ABILITIES,
)


def steps(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """What happens, how many 8 ms later, and the payload of each step."""
    at = 0
    for _ in range(MOST_STEPS):
        if at + _HEAD_BYTES > len(data):
            return
        kind, later, size = data[at : at + _HEAD_BYTES]
        at += _HEAD_BYTES
        yield kind, later, data[at : at + size]
        at += size


def step(kind: int, payload: bytes, later: int = 12) -> bytes:
    """The bytes of one step, for seeds."""
    return bytes((kind, later, len(payload))) + payload


def channels(driver: str) -> tuple[str, ...]:
    """All that a driver subscribes to or reads, in the order in which it asks."""
    run = drivers()[driver].open(SENSOR, 100_000)
    asked = run.on_input(Connected(0, SENSOR, driver, "TP-3F9A", ""))
    return tuple(
        dict.fromkeys(action.channel for action in asked if isinstance(action, Subscribe | Read))
    )


def inputs(driver: str, data: bytes) -> Iterator[Input]:
    """A connection and what `data` says: values and notifications, ticks, losses, keys."""
    known = channels(driver)
    now_ns = 1_000_000_000
    yield Connected(now_ns, SENSOR, driver, "TP-3F9A", "")
    for count, (kind, later, payload) in enumerate(steps(data), 1):
        now_ns += later * STEP_NS
        channel = known[kind % len(known)]
        match kind // 16 % 8:
            case 0 | 1 | 2:
                yield Notification(now_ns, SENSOR, channel, payload)
            case 3:
                yield ValueRead(now_ns, SENSOR, channel, payload)
            case 4:
                yield Tick(now_ns)
            case 5:
                yield Stored(now_ns, SENSOR, count)
            case 6:
                yield Disconnected(now_ns, SENSOR, wanted=bool(kind & 1))
                yield Connected(now_ns, SENSOR, driver, "TP-3F9A", "")
            case _:
                yield asked(kind % 16, now_ns, payload)


def asked(kind: int, now_ns: int, payload: bytes) -> Input:
    """What people and the program around the session ask of it."""
    at_ns, *numbers = struct.unpack("<q7h", payload[:22].ljust(22, b"\0"))
    t_ns = at_ns or None
    if kind < len(Command):
        return UserCommand(now_ns, SENSOR, list(Command)[kind], t_ns, numbers[0] / 16 or None)
    match kind - len(Command):
        case 0:
            why = [None, *Silence][numbers[0] % (len(Silence) + 1)]
            return QuietChanged(now_ns, SENSOR, why, t_ns=t_ns)
        case 1:
            slouch = SlouchSettings(*(number / 16 for number in numbers))
            return SettingsChanged(now_ns, SENSOR, slouch, t_ns=t_ns)
        case 2:
            return LinkChanged(now_ns, SENSOR, list(LinkState)[numbers[0] % len(LinkState)])
        case 3:
            return ActionFailed(now_ns, SENSOR, "Write", "", "")
        case _:
            up, forward = _vector(numbers[:3]), _vector(numbers[3:6])
            alignment = Alignment(up, forward, CalibrationSource.TWO_POSE, numbers[6] / 16)
            return ProfileChanged(now_ns, SENSOR, "standing", alignment, None, t_ns)


def _vector(numbers: Sequence[int]) -> tuple[float, float, float]:
    x, y, z = (float(number) for number in numbers)
    return x, y, z


def converse(driver: str, data: bytes) -> None:
    """A driver alone."""
    run = drivers()[driver].open(SENSOR, 100_000)
    for item in inputs(driver, data):
        run.on_input(item)
    run.stop()


def session(driver: str, data: bytes) -> None:
    """The whole of the middle: what a screen would show is made as well."""
    lived(list(inputs(driver, data)))


def session_in_rows(driver: str, data: bytes) -> None:
    """The same inputs one by one and many at a time: nothing may differ.

    The first byte says how many at a time.
    """
    at_a_time = 1 + int.from_bytes(data[:1])
    items = list(inputs(driver, data[1:]))
    one_by_one, told = lived(items)
    many = Session(SessionSettings(), drivers())
    at_once: list[list[Output]] = []
    left = iter(items)
    while together := list(islice(left, at_a_time)):
        at_once += many.feed_all(together)
    at_once.append(list(many.finish()))
    assert at_once == told
    assert many.state == one_by_one.state


def lived(items: list[Input]) -> tuple[Session, list[list[Output]]]:
    """A session that was fed these one by one, and what each led to; at last what its end did."""
    whole = Session(SessionSettings(), drivers())
    told = [list(whole.feed(item)) for item in items]
    told.append(list(whole.finish()))
    assert whole.state is not None
    return whole, told


def command_clip(data: bytes) -> None:
    """Whatever a host writes, a clip answers or refuses; what it answers can be read."""
    clip = Peripheral(CLIP)
    clip.connected(247)
    for characteristic in (Characteristic.CONTROL, Characteristic.MOTION, Characteristic.STATUS):
        clip.subscribed(characteristic, True, 0)
    assembler = ReplyAssembler()
    ticks = 0
    for kind, later, payload in steps(data):
        ticks += later * _STEP_TICKS
        try:
            sent = clip.write(Characteristic.CONTROL, payload, ticks)
        except AttError:
            continue
        if kind & 1 and clip.streaming:
            row = payload.ljust(_ROW_BYTES, b"\0")[:_ROW_BYTES]
            for _ in range(kind // 4):
                sent += clip.add_sample(row, ticks)
        for item in (*sent, *clip.drain()):
            if item.indicate:
                assembler.feed(item.data)


def assemble(data: bytes) -> None:
    """Answers in parts."""
    assembler = ReplyAssembler()
    for _, _, payload in steps(data):
        try:
            assembler.feed(payload)
        except RemoteProtocolError:
            assembler = ReplyAssembler()
