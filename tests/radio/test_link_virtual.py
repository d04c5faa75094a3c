"""The link on the virtual radio: real bleak, real GATT, a sensor that speaks our protocol.

The pure driver decides what is asked; a few lines here stand for the session that would
pass its actions on.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Self

import pytest

from firmware_protocol.ids import Characteristic
from sensorapp.drivers.base import DriverRun
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.link.scan import Wanted, find, survey
from sensorapp.model.actions import Read, Reconnect, Subscribe, Write
from sensorapp.model.device import LinkState
from sensorapp.model.errors import DeviceNotFound
from sensorapp.model.imu import ImuBlock
from sensorapp.model.inputs import (
    ActionFailed,
    Connected,
    Disconnected,
    LinkChanged,
    Notification,
    Tick,
)
from sensorapp.model.outputs import Fault
from sensorapp.virtual.air import Air
from sensorapp.virtual.air_conditions import Conditions
from sensorapp.virtual.bleak_backend import VirtualClient, VirtualScanner
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from sensorapp.virtual.samples import Row, SampleStream
from sensorapp.virtual.sensor import VirtualSensor
from tests.radio.link_support import Tape

RATE_MHZ = 100_000
ACTIONS = (Subscribe, Read, Write, Reconnect)


def still() -> Iterator[Row]:
    while True:
        yield (0.0, 9.81, 0.0, 0.0, 0.0, 0.0)


@dataclass
class Bench:
    """A sensor in the air and a link that is to find it, for as long as `work` takes."""

    seed: int = 1
    blocks: list[ImuBlock] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.air = Air(random.Random(self.seed))
        self.sensor = VirtualSensor(
            self.air, virtual_config(RATE_MHZ), SampleStream(RATE_MHZ, still(), None)
        )
        self.radio = Radio(
            {"backend": VirtualScanner, "air": self.air},
            {"backend": VirtualClient, "air": self.air},
        )
        self.link = BleLink(self.radio, [DRIVER], LoopClock(), rng=random.Random(self.seed))
        self.run: DriverRun = DRIVER.open("sensor", RATE_MHZ)

    async def __aenter__(self) -> Self:
        await self.sensor.start()
        self.tape = Tape(self.link)
        self._pump = asyncio.create_task(self._drive())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.link.aclose()
        await self.tape.task
        self._pump.cancel()
        await self.sensor.stop()
        assert self.tape.failure is None

    async def _drive(self) -> None:
        """What the session does: feed the driver, pass on its actions, note the stream."""
        told = 0
        while True:
            while told < len(self.tape.inputs):
                outputs = self.run.on_input(self.tape.inputs[told])
                told += 1
                for output in outputs:
                    if isinstance(output, ACTIONS):
                        self.link.perform(output)
                    elif isinstance(output, ImuBlock):
                        self.blocks.append(output)
                        self.link.noted(LinkState.STREAMING)
                    elif isinstance(output, Fault):
                        self.faults.append(output)
            await asyncio.sleep(0.005)

    def conditions(self, conditions: Conditions) -> None:
        self.air.set_conditions(self.sensor.address, conditions)

    async def more_data(self) -> float:
        """Wait for the next block of samples; returns how long that took."""
        loop = asyncio.get_running_loop()
        began_s, count = loop.time(), len(self.blocks)
        await self.tape.seen(lambda: len(self.blocks) > count, 120.0)
        return loop.time() - began_s


def play(main: Coroutine[object, object, None]) -> None:
    run_jumping(main)


def test_a_whole_life() -> None:
    async def main() -> None:
        bench = Bench()
        async with bench:
            await bench.tape.state(LinkState.STREAMING)
            await asyncio.sleep(30.0)
            for action in bench.run.stop():
                bench.link.perform(action)
            await asyncio.sleep(0.5)
        tape = bench.tape
        assert [state.value for state in tape.states] == [
            "scanning",
            "connecting",
            "preparing",
            "streaming",
            "stopped",
        ]
        up = tape.of(Connected)
        assert [(item.driver, item.name) for item in up] == [(DRIVER.key, bench.sensor.name)]
        assert [item.wanted for item in tape.of(Disconnected)] == [True]
        assert not tape.of(ActionFailed)
        assert bench.faults == []
        assert sum(block.count for block in bench.blocks) >= 2900
        times = [item.host_ns for item in tape.inputs]
        assert times == sorted(times)
        assert not bench.sensor.is_connected

    play(main())


@pytest.mark.parametrize("away_s", [1.0, 9.0, 10.5, 60.0])
def test_out_of_range_and_back(away_s: float) -> None:
    async def main() -> None:
        async with Bench() as bench:
            await bench.tape.state(LinkState.STREAMING)
            await asyncio.sleep(12.0)
            bench.conditions(Conditions(in_range=False, supervision_timeout_s=0.42))
            await asyncio.sleep(away_s)
            assert len(bench.tape.of(Disconnected)) == 1
            assert bench.tape.states[-1] is LinkState.RECOVERING
            bench.conditions(Conditions())
            assert await bench.more_data() <= 5.0
            await bench.tape.state(LinkState.STREAMING, 1.0)
            assert len(bench.tape.of(Connected)) == 2

    play(main())


def test_another_sensor_is_no_substitute() -> None:
    async def main() -> None:
        async with Bench() as bench:
            await bench.tape.state(LinkState.STREAMING)
            stream = SampleStream(RATE_MHZ, still(), None)
            async with VirtualSensor(bench.air, virtual_config(short_id=0x0B0B), stream):
                bench.conditions(Conditions(in_range=False))
                await asyncio.sleep(40.0)
                assert len(bench.tape.of(Connected)) == 1
                bench.conditions(Conditions())
                await bench.more_data()
            assert [item.name for item in bench.tape.of(Connected)] == [bench.sensor.name] * 2

    play(main())


def test_a_fade_that_the_link_lives_through_is_only_noted() -> None:
    async def main() -> None:
        async with Bench() as bench:
            await bench.tape.state(LinkState.STREAMING)
            await asyncio.sleep(5.0)
            bench.conditions(Conditions(in_range=False))
            await asyncio.sleep(2.0)
            bench.conditions(Conditions())
            await asyncio.sleep(3.0)
            reasons = [(item.state, item.reason) for item in bench.tape.of(LinkChanged)]
            assert (LinkState.STREAMING, "Weak signal: come closer.") in reasons
            assert reasons[-1] == (LinkState.STREAMING, "")
            assert not bench.tape.of(Disconnected)

    play(main())


def test_refused_connections_are_tried_until_one_holds() -> None:
    async def main() -> None:
        bench = Bench()
        bench.conditions(Conditions(refuse_connections=True))
        async with bench:
            await asyncio.sleep(20.0)
            assert not bench.tape.of(Connected)
            assert bench.tape.states[-1] in {LinkState.CONNECTING, LinkState.SCANNING}
            bench.conditions(Conditions())
            assert await bench.more_data() <= 35.0

    play(main())


def test_a_sensor_that_falls_silent_while_connected_is_connected_anew() -> None:
    def swallow_notifications(to_central: bool, pdu: bytes) -> tuple[bytes, ...]:
        notifies = to_central and len(pdu) > 4 and pdu[4] == 0x1B
        return () if notifies else (pdu,)

    async def main() -> None:
        async with Bench() as bench:
            await bench.tape.state(LinkState.STREAMING)
            await asyncio.sleep(12.0)
            loop = asyncio.get_running_loop()
            silent_s = loop.time()
            bench.conditions(Conditions(pdu_filter=swallow_notifications))
            await bench.tape.until(Disconnected)
            assert loop.time() - silent_s <= 6.0
            assert "silent" in bench.tape.of(Disconnected)[0].reason
            bench.conditions(Conditions())
            await bench.more_data()
            assert loop.time() - silent_s <= 15.0

    play(main())


def test_one_drop_after_another_leaves_one_connection_and_no_echo() -> None:
    async def main() -> None:
        async with Bench() as bench:
            for count in range(1, 6):
                await bench.tape.until(Connected, count)
                await bench.more_data()
                await asyncio.sleep(1.0)
                bench.conditions(Conditions(in_range=False, supervision_timeout_s=0.42))
                await bench.tape.until(Disconnected, count)
                bench.conditions(Conditions())
            await bench.more_data()
            before = len(bench.tape.of(Notification))
            motion = Characteristic.MOTION.value
            await asyncio.sleep(5.0)
            fresh = [
                item for item in bench.tape.of(Notification)[before:] if item.channel == motion
            ]
            assert 45 <= len(fresh) <= 55
            assert len({item.data for item in fresh}) == len(fresh)

    play(main())


def test_leaving_at_any_moment_is_quick_and_clean() -> None:
    async def leave_after(seconds: float) -> None:
        bench = Bench()
        async with bench:
            await asyncio.sleep(seconds)
            began_s = asyncio.get_running_loop().time()
            await bench.link.aclose()
            assert asyncio.get_running_loop().time() - began_s <= 3.0
        await asyncio.sleep(1.0)
        assert not bench.sensor.is_connected
        assert len(bench.tape.of(Connected)) == len(bench.tape.of(Disconnected))

    for tenth in range(20):
        play(leave_after(tenth / 10))


def test_scans_find_the_wanted_sensor_and_only_it() -> None:
    async def main() -> None:
        air = Air(random.Random(3))
        radio = Radio({"backend": VirtualScanner, "air": air}, {})
        sensors = [
            VirtualSensor(
                air, virtual_config(short_id=short_id), SampleStream(RATE_MHZ, still(), None)
            )
            for short_id in (0x0001, 0x0002)
        ]
        for sensor, rssi_dbm in zip(sensors, (-80, -50), strict=True):
            air.set_conditions(sensor.address, Conditions(rssi_dbm=rssi_dbm))
            await sensor.start()
        seen = await survey(radio, [DRIVER], 3.0)
        assert [item.advertisement.name for item in seen] == ["TP-0002", "TP-0001"]
        assert [item.advertisement.rssi_dbm for item in seen] == [-50, -80]
        assert {item.driver.key for item in seen} == {DRIVER.key}
        for wanted in ("tp-0001", sensors[0].address):
            found = await find(radio, [DRIVER], Wanted.called(wanted), 3.0)
            assert found.advertisement.name == "TP-0001"
        with pytest.raises(DeviceNotFound):
            await find(radio, [DRIVER], Wanted.called("TP-0003"), 3.0)
        for sensor in sensors:
            await sensor.stop()

    play(main())


def test_the_same_seed_gives_the_same_inputs() -> None:
    async def life(inputs: list[object]) -> None:
        async with Bench(seed=7) as bench:
            bench.conditions(Conditions(event_loss=0.2))
            await asyncio.sleep(20.0)
        inputs.extend(item for item in bench.tape.inputs if not isinstance(item, Tick))

    first: list[object] = []
    second: list[object] = []
    play(life(first))
    play(life(second))
    assert first == second
    assert len(first) > 100
