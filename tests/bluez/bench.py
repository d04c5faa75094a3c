"""Inside the guest: virtual sensors around BlueZ's adapter, and the link on bleak's BlueZ backend.

A sensor's samples never repeat, so each one that arrives is known by its bytes: what the
sensor took is compared with what came, sample by sample.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from firmware_protocol.ids import Characteristic
from firmware_protocol.motion import MotionPacket
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.link.host_clock import HostClock
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.link.scan import Wanted
from sensorapp.model.actions import Read, Reconnect, Subscribe, Write
from sensorapp.model.device import LinkState
from sensorapp.model.imu import ImuBlock
from sensorapp.model.inputs import Connected, Input, LinkChanged, Notification
from sensorapp.model.outputs import Fault
from sensorapp.virtual.air import Air
from sensorapp.virtual.air_conditions import Conditions
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.samples import Row, SampleStream
from sensorapp.virtual.sensor import VirtualSensor
from sensorapp.virtual.vhci import system_adapter
from tests.bluez.system import adapter_is_on, until

RATE_MHZ = 100_000
ROW_BYTES = 12

START_LIMIT_S = 150.0
"""Until all stream; they are connected one after the other, slowly on a busy emulated machine."""

_ACTIONS = (Subscribe, Read, Write, Reconnect)


def rows(seed: int) -> Iterator[Row]:
    """Endless rows that differ in their first two axes by a random walk's odds: none repeats."""
    chance = random.Random(seed)
    index = 0
    while True:
        turn_rads = math.radians((index % 6000) / 10.0 - 300.0)
        yield (chance.uniform(-70.0, 70.0), chance.uniform(-70.0, 70.0), 9.8, turn_rads, 0.0, 0.0)
        index += 1


@dataclass
class Receiver:
    """One sensor and one link to it, with the driver in between; `receive` is its life."""

    air: Air
    radio: Radio
    number: int = 0
    taken: list[bytes] = field(default_factory=list)
    arrivals: list[tuple[float, int, MotionPacket]] = field(default_factory=list)
    """When on the loop's clock, over which connection, what."""
    states: list[tuple[float, LinkState, str]] = field(default_factory=list)
    connections: int = 0
    samples: int = 0
    faults: int = 0

    def __post_init__(self) -> None:
        self.sensor = VirtualSensor(
            self.air,
            virtual_config(RATE_MHZ, short_id=0x3F00 + self.number),
            SampleStream(RATE_MHZ, rows(self.number), None),
            on_sample=self.taken.append,
        )
        name = self.sensor.name
        self.link = BleLink(
            self.radio, [DRIVER], HostClock(), sensor_id=name, wanted=Wanted.called(name)
        )
        self.run = DRIVER.open(name, RATE_MHZ)

    async def receive(self) -> None:
        """Do what a session does with a link; ends when the link is closed."""
        async for item in self.link.inputs():
            self._keep(item)
            for output in self.run.on_input(item):
                if isinstance(output, _ACTIONS):
                    self.link.perform(output)
                elif isinstance(output, ImuBlock):
                    self.samples += output.count
                    self.link.noted(LinkState.STREAMING)
                elif isinstance(output, Fault):
                    self.faults += 1

    def _keep(self, item: Input) -> None:
        now_s = asyncio.get_running_loop().time()
        if isinstance(item, Connected):
            self.connections += 1
        elif isinstance(item, LinkChanged):
            self.states.append((now_s, item.state, item.reason))
        elif isinstance(item, Notification) and item.channel == Characteristic.MOTION:
            self.arrivals.append((now_s, self.connections, MotionPacket.unpack(item.data)))

    def in_range(self, yes: bool) -> None:
        """Put the sensor within reach, or out of it."""
        self.air.set_conditions(self.sensor.address, Conditions(in_range=yes))

    async def reaches(self, state: LinkState, within_s: float) -> float:
        """Wait for the link's state; returns how long it took."""
        try:
            return await until(lambda: self.states[-1:] and self.states[-1][1] is state, within_s)
        except TimeoutError:
            raise AssertionError(f"{self.sensor.name} never {state}: {self.states}") from None

    async def hears_more(self, within_s: float) -> float:
        """Wait for the next packet; returns how long it took."""
        count = len(self.arrivals)
        try:
            return await until(lambda: len(self.arrivals) > count, within_s)
        except TimeoutError:
            heard = f"connected: {self.sensor.is_connected}, {self.states[-8:]}"
            raise AssertionError(f"{self.sensor.name} sends nothing; {heard}") from None

    async def stop(self) -> None:
        """Have the sensor send what it still has and stop."""
        for action in self.run.stop():
            self.link.perform(action)
        await until(lambda: not self.sensor.peripheral.streaming, 5.0)
        await asyncio.sleep(0.5)

    def counts(self) -> dict[str, float]:
        """What the sensor took against what came; call after `stop`."""
        came = Counter(
            packet.rows[start : start + ROW_BYTES]
            for _, _, packet in self.arrivals
            for start in range(0, len(packet.rows), ROW_BYTES)
        )
        packets = Counter((number, p.epoch, p.index) for _, number, p in self.arrivals)
        return {
            "sent": len(self.taken),
            "received": came.total(),
            "missing": len(set(self.taken) - came.keys()),
            "twice": came.total() - len(came),
            "packets": packets.total(),
            "packet_copies_max": max(packets.values(), default=0),
            "made_up": len(came.keys() - set(self.taken)),
            "decoded": self.samples,
            "connections": self.connections,
            "faults": self.faults,
        }

    def longest_pause_s(self) -> float:
        """The longest time between two packets of one connection."""
        pairs = zip(self.arrivals, self.arrivals[1:], strict=False)
        return max((b[0] - a[0] for a, b in pairs if a[1] == b[1]), default=0.0)


@asynccontextmanager
async def adapter(seed: int = 1) -> AsyncIterator[Air]:
    """An air with BlueZ's adapter in it, switched on."""
    air = Air(random.Random(seed))
    async with system_adapter(air):
        await until(adapter_is_on, 30.0)
        yield air


@asynccontextmanager
async def streaming(count: int = 1) -> AsyncIterator[list[Receiver]]:
    """`count` sensors that share one adapter, each of them streaming."""
    async with AsyncExitStack() as stack:
        air = await stack.enter_async_context(adapter())
        radio = Radio()
        receivers = [Receiver(air, radio, number) for number in range(count)]
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        for receiver in receivers:
            await stack.enter_async_context(receiver.sensor)
            stack.push_async_callback(receiver.link.aclose)
            tasks.create_task(receiver.receive())
        for receiver in receivers:
            await receiver.reaches(LinkState.STREAMING, START_LIMIT_S)
        yield receivers


def percentile(values: list[float], share: float) -> float:
    """The value below which that share lies, NaN without values."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else math.nan
