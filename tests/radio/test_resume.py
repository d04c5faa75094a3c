"""Links lost for a second to longer than the sensor's memory: what it held arrives, once."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sensorapp.drivers.catalogue import drivers
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.model.device import LinkState
from sensorapp.model.imu import ImuBlock
from sensorapp.model.inputs import Disconnected, Input, Stored
from sensorapp.virtual.air import Air
from sensorapp.virtual.air_conditions import Conditions
from sensorapp.virtual.bleak_backend import VirtualClient, VirtualScanner
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from sensorapp.virtual.samples import SampleStream
from sensorapp.virtual.sensor import VirtualSensor
from tests.radio.link_support import Tape
from tests.radio.sensor_host import rows
from tests.radio.test_link_virtual import ACTIONS

RATE_MHZ = 100_000
RING = 8192


class Bench:
    """A sensor with a ring, a link and a driver; `taken` is what the sensor measured."""

    def __init__(self, boot_id: int = 1) -> None:
        self.air = Air(random.Random(1))
        self.taken: list[bytes] = []
        self.blocks: list[ImuBlock] = []
        self.sensor = VirtualSensor(
            self.air,
            replace(virtual_config(RATE_MHZ, boot_id=boot_id), buffer_samples=RING),
            SampleStream(RATE_MHZ, rows(None), None),
            on_sample=self.taken.append,
        )
        radio = Radio(
            {"backend": VirtualScanner, "air": self.air},
            {"backend": VirtualClient, "air": self.air},
        )
        self.link = BleLink(radio, [DRIVER], LoopClock(), rng=random.Random(1))
        self.run = DRIVER.open("sensor", RATE_MHZ)
        self.inputs: list[Input] = []

    async def drive(self, tape: Tape) -> None:
        """What a session does: feed the driver, pass on its actions, store each second."""
        told, stored_s = 0, 0.0
        loop = asyncio.get_running_loop()
        while True:
            items = tape.inputs[told:]
            told += len(items)
            if loop.time() - stored_s >= 1.0:
                stored_s = loop.time()
                items = [*items, Stored(0, "host", told)]
            for item in items:
                self.inputs.append(item)
                for output in self.run.on_input(item):
                    if isinstance(output, ACTIONS):
                        self.link.perform(output)
                    elif isinstance(output, ImuBlock):
                        self.blocks.append(output)
                        self.link.noted(LinkState.STREAMING)
            await asyncio.sleep(0.005)

    def hear(self, *, again: bool) -> None:
        self.air.set_conditions(
            self.sensor.address, Conditions(in_range=again, supervision_timeout_s=0.42)
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Tape]:
        """Streaming, until it is left in good order."""
        self.hear(again=True)
        await self.sensor.start()
        tape = Tape(self.link)
        work = asyncio.create_task(self.drive(tape))
        await tape.state(LinkState.STREAMING)
        yield tape
        for action in self.run.stop():
            self.link.perform(action)
        await asyncio.sleep(2.0)
        await self.link.aclose()
        await tape.task
        await asyncio.sleep(0.1)
        work.cancel()
        await self.sensor.stop()

    async def lose(self, gaps_s: list[float]) -> None:
        """Ten seconds of link, then without it for each of these, and time to recover."""
        async with self.running() as tape:
            for number, gap_s in enumerate(gaps_s, start=1):
                await asyncio.sleep(10.0)
                self.hear(again=False)
                await asyncio.sleep(gap_s)
                self.hear(again=True)
                await asyncio.sleep(40.0)
                losses = [item for item in tape.inputs if isinstance(item, Disconnected)]
                assert len(losses) == number

    @property
    def lost(self) -> int:
        return sum(block.lost_before for block in self.blocks)

    def assert_each_sample_is_here_once_or_named(self) -> None:
        index = 0
        for block in self.blocks:
            assert block.epoch == 1
            assert block.first_index == index + block.lost_before
            index = block.first_index + block.count
            taken = np.frombuffer(b"".join(self.taken[block.first_index : index]), "<i2")
            accel = taken.reshape(-1, 6)[:, 3:] * (9.80665 / 4096)
            np.testing.assert_allclose(block.accel_mps2, accel, rtol=1e-12)
        assert index == len(self.taken)


def after(gaps_s: list[float]) -> Bench:
    async def main() -> Bench:
        bench = Bench()
        await bench.lose(gaps_s)
        return bench

    return run_jumping(main())


@pytest.mark.parametrize("gaps_s", [[1.0], [30.0], [70.0], [1.0, 30.0, 5.0]])
def test_what_the_ring_holds_is_never_lost(gaps_s: list[float]) -> None:
    bench = after(gaps_s)
    bench.assert_each_sample_is_here_once_or_named()
    assert bench.lost == 0
    assert len(bench.taken) > 100 * (50 * len(gaps_s) + sum(gaps_s))


def test_a_sensor_that_reports_but_sends_no_samples_is_connected_anew_and_loses_none() -> None:
    def swallow_samples(to_central: bool, pdu: bytes) -> tuple[bytes, ...]:
        notifies = to_central and len(pdu) > 60 and pdu[4] == 0x1B  # a Status is shorter
        return () if notifies else (pdu,)

    async def main() -> Bench:
        bench = Bench()
        async with bench.running() as tape:
            await asyncio.sleep(10.0)
            silent_s = asyncio.get_running_loop().time()
            bench.air.set_conditions(bench.sensor.address, Conditions(pdu_filter=swallow_samples))
            await tape.until(Disconnected)
            assert asyncio.get_running_loop().time() - silent_s <= 12.0
            bench.hear(again=True)
            await asyncio.sleep(20.0)
        return bench

    bench = run_jumping(main())
    bench.assert_each_sample_is_here_once_or_named()
    assert bench.lost == 0


def test_what_it_can_not_hold_is_named_to_the_sample() -> None:
    bench = after([120.0])
    bench.assert_each_sample_is_here_once_or_named()
    assert 100 * 120 - RING < bench.lost < 100 * 130 - RING
    assert sum(block.lost_before > 0 for block in bench.blocks) == 1


def test_blocks_are_in_order_and_a_replay_gives_the_same() -> None:
    bench = after([30.0])
    assert all(b.first_index > a.first_index for a, b in pairwise(bench.blocks))
    run = drivers()[DRIVER.key].open("sensor", RATE_MHZ)
    again = [out for item in bench.inputs for out in run.on_input(item)]
    blocks = [out for out in again if isinstance(out, ImuBlock)]
    assert [b.first_index for b in blocks] == [b.first_index for b in bench.blocks]
