"""A sensor to talk to, for tests of what it answers and sends."""

from __future__ import annotations

import pytest

from firmware_protocol.commands import Reply, ReplyAssembler, Request
from firmware_protocol.ids import (
    Characteristic,
    MotionFormat,
    Op,
)
from firmware_protocol.packets import MotionPacket, Status
from firmware_protocol.parameters import StartAnswer, StartRequest
from firmware_protocol.peripheral import AttError, Peripheral, PeripheralConfig, Send

CONFIG = PeripheralConfig(
    model="TP-1",
    firmware="0.1.0",
    short_id=0x3F9A,
    boot_id=0xDEADBEEF,
    rates_mhz=(104_000, 26_000, 52_000),
)
ALL_SUBSCRIBED = (Characteristic.CONTROL, Characteristic.MOTION, Characteristic.STATUS)


def connected(att_mtu: int = 247) -> Peripheral:
    sensor = Peripheral(CONFIG)
    sensor.connected(att_mtu)
    for characteristic in ALL_SUBSCRIBED:
        sensor.subscribed(characteristic, True, 0)
    return sensor


def row(number: int) -> bytes:
    return b"".join((number + axis).to_bytes(2, "little") for axis in range(6))


def motion(sent: tuple[Send, ...]) -> list[MotionPacket]:
    return [
        MotionPacket.unpack(item.data)
        for item in sent
        if item.characteristic.startswith("66430004")
    ]


def ask(
    sensor: Peripheral, op: int, parameters: bytes = b"", ticks: int = 0
) -> tuple[Reply, list[MotionPacket]]:
    """One request; its answer and the motion packets that came before it."""
    sent = sensor.write(Characteristic.CONTROL, Request(op, 0x42, parameters).pack(), ticks)
    assembler = ReplyAssembler()
    replies = [reply for item in sent if item.indicate and (reply := assembler.feed(item.data))]
    assert len(replies) == 1
    assert (replies[0].op, replies[0].token) == (op, 0x42)
    assert [item.indicate for item in sent] == sorted(item.indicate for item in sent)
    return replies[0], motion(sent)


def start(
    sensor: Peripheral,
    motion_format: MotionFormat = MotionFormat.GYRO_ACCEL,
    max_batch: int = 0,
    rate_mhz: int = 52_000,
) -> StartAnswer:
    wanted = StartRequest(motion_format, rate_mhz, 12, 4, max_batch)
    reply, _ = ask(sensor, Op.START, wanted.pack(), ticks=1000)
    assert reply.ok
    return StartAnswer.unpack(reply.parameters)


def stream(sensor: Peripheral, count: int) -> list[MotionPacket]:
    first = sensor.next_index
    packets: list[MotionPacket] = []
    for number in range(first, first + count):
        packets += motion(sensor.add_sample(row(number), 5000 + 630 * number))
    return packets


def status(sensor: Peripheral, ticks: int = 0) -> Status:
    return Status.unpack(sensor.read(Characteristic.STATUS, ticks))


def att_code(error: pytest.ExceptionInfo[AttError]) -> int:
    return error.value.code
