"""A minimal host for the virtual sensor: bleak, the protocol's own packets, nothing else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice

from firmware_protocol.commands import Reply, ReplyAssembler, Request
from firmware_protocol.ids import Characteristic, MotionFormat, Op
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import StartAnswer, StartRequest
from firmware_protocol.status import Status
from sensorapp.virtual.air import Air
from sensorapp.virtual.bleak_backend import VirtualClient, VirtualScanner
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.samples import Row, SampleStream
from sensorapp.virtual.sensor import VirtualSensor


def rows(count: int | None, seed: int = 3) -> Iterator[Row]:
    """Rows that never repeat within a minute, inside the ranges."""
    chance = random.Random(seed)
    index = 0
    while count is None or index < count:
        yield (
            chance.uniform(-70.0, 70.0),
            chance.uniform(-70.0, 70.0),
            9.8,
            chance.uniform(-30.0, 30.0),
            0.0,
            (index % 6000) / 200.0,
        )
        index += 1


def sensor_in(
    air: Air, count: int | None, *, taken: list[bytes] | None = None, **more: Any
) -> VirtualSensor:
    """A 100 Hz sensor; `taken` gets each sample that its peripheral took."""
    rate_mhz = more.pop("rate_mhz", 100_000)
    config = virtual_config(rate_mhz, short_id=more.pop("short_id", 0x3F9A))
    return VirtualSensor(
        air,
        replace(config, encrypted=more.pop("encrypted", False)),
        SampleStream(rate_mhz, rows(count), count),
        on_sample=None if taken is None else taken.append,
        **more,
    )


async def find(air: Air, address: str, timeout: float = 10.0) -> BLEDevice | None:  # noqa: ASYNC109  # as bleak
    options: dict[str, Any] = {"backend": VirtualScanner, "air": air}
    return await BleakScanner.find_device_by_filter(
        lambda device, _: device.address == address,
        timeout=timeout,
        service_uuids=[Characteristic.SERVICE],
        **options,
    )


@dataclass
class Host:
    """One client: what it received, and when on the loop's clock."""

    client: BleakClient
    packets: list[MotionPacket] = field(default_factory=list)
    arrivals_s: list[float] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    replies: asyncio.Queue[Reply] = field(default_factory=asyncio.Queue)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    _assembler: ReplyAssembler = field(default_factory=ReplyAssembler)

    async def ask(self, op: Op, parameters: bytes = b"") -> Reply:
        request = Request(op, 7, parameters)
        await self.client.write_gatt_char(Characteristic.CONTROL, request.pack(), response=True)
        return await self.replies.get()

    async def stream(self, rate_mhz: int = 100_000, max_batch: int = 10) -> StartAnswer:
        await self.client.start_notify(Characteristic.CONTROL, self._on_reply)
        await self.client.start_notify(Characteristic.MOTION, self._on_motion)
        await self.client.start_notify(Characteristic.STATUS, self._on_status)
        wanted = StartRequest(MotionFormat.GYRO_ACCEL, rate_mhz, 12, 4, max_batch)
        reply = await self.ask(Op.START, wanted.pack())
        return StartAnswer.unpack(reply.parameters)

    def data(self) -> bytes:
        return b"".join(packet.rows for packet in self.packets)

    def _on_motion(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        self.packets.append(MotionPacket.unpack(bytes(data)))
        self.arrivals_s.append(asyncio.get_running_loop().time())

    def _on_reply(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        reply = self._assembler.feed(bytes(data))
        if reply is not None:
            self.replies.put_nowait(reply)

    def _on_status(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        self.statuses.append(Status.unpack(bytes(data)))


async def connected(air: Air, sensor: VirtualSensor) -> Host:
    """Find the sensor and connect."""
    device = await find(air, sensor.address)
    assert device is not None
    options: dict[str, Any] = {"backend": VirtualClient, "air": air}
    gone = asyncio.Event()
    client = BleakClient(device, disconnected_callback=lambda _: gone.set(), **options)
    await client.connect()
    return Host(client, gone=gone)
