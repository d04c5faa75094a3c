"""A virtual WitMotion sensor, the link that finds it, and the session, on a loop that jumps."""

from __future__ import annotations

import asyncio
import math
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from sensorapp.drivers.catalogue import drivers
from sensorapp.drivers.witmotion import DRIVER
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.model.imu import FloatArray, ImuBlock
from sensorapp.model.inputs import Connected, Input, UserCommand
from sensorapp.model.outputs import Output
from sensorapp.model.settings import SessionSettings
from sensorapp.runner import Runner
from sensorapp.session.epochs import Timeline
from sensorapp.session.session import Session
from sensorapp.virtual.air import Air
from sensorapp.virtual.bleak_backend import VirtualClient, VirtualScanner
from sensorapp.virtual.jumping_loop import LoopClock
from sensorapp.virtual.samples import Row, SampleStream
from sensorapp.virtual.witmotion import VirtualWitMotion, WitHabits, WitTable

SAMPLE = b"\x55\x61"
_COUNT_MPS2 = 9.80665 / 2048


def rows(count: int | None) -> Iterator[Row]:
    """Upright, each row with a number of its own in its rates; for ever without a count."""
    number = 0
    while count is None or number < count:
        turn = math.radians(2000.0 / 32_768)
        low, high = turn * (number % 25), turn * (number // 25 % 25)
        yield (0.0, 9.80665, 0.0, low, high, turn * (number // 625))
        number += 1


@dataclass
class Sent:
    """What the sensor made, in order: the loop's time and the frame."""

    frames: list[tuple[float, bytes]] = field(default_factory=list)

    def add(self, t_s: float, frame: bytes) -> None:
        self.frames.append((t_s, frame))

    def samples(self) -> list[tuple[float, tuple[int, ...]]]:
        """The samples among them: time and six counts."""
        return [
            (t_s, struct.unpack("<6h", frame[2:14]))
            for t_s, frame in self.frames
            if frame.startswith(SAMPLE)
        ]

    def since(self, counts: tuple[int, ...]) -> list[tuple[float, tuple[int, ...]]]:
        """The samples from the one with these counts on."""
        samples = self.samples()
        first = next(at for at, (_, made) in enumerate(samples) if made == counts)
        return samples[first:]


class Bench:
    """All of it, from `async with` on; `inputs` and `outputs` are what passed by."""

    def __init__(
        self,
        *,
        rate_mhz: int = 100_000,
        count: int | None = None,
        habits: WitHabits | None = None,
        table: WitTable | None = None,
        seed: int = 1,
    ) -> None:
        self.inputs: list[Input] = []
        self.outputs: list[Output] = []
        self.sent = Sent()
        self.settings = SessionSettings(rate_mhz=rate_mhz)
        self.air = Air(random.Random(seed))
        stream = SampleStream(rate_mhz, rows(count), count)
        self.sensor = VirtualWitMotion(
            self.air,
            stream,
            habits=habits,
            table=table or WitTable(),
            on_sent=self.sent.add,
        )
        clock = LoopClock()
        radio = Radio(
            {"backend": VirtualScanner, "air": self.air},
            {"backend": VirtualClient, "air": self.air},
        )
        link = BleLink(radio, tuple(drivers().values()), clock, rng=random.Random(seed))
        self.radio = radio
        self.session = Session(self.settings, drivers())
        self.runner = Runner(link, self.session, clock, sinks=[self])

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        self.inputs.append(item)
        self.outputs.extend(outputs)

    async def __aenter__(self) -> Self:
        await self.sensor.start()
        self.task = asyncio.create_task(self.runner.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runner.stop()
        await self.task
        await self.sensor.stop()

    async def samples(self, count: int) -> None:
        """Wait until the session has so many."""
        async with asyncio.timeout(120.0):
            while self.session.state.samples < count:  # noqa: ASYNC110 on a loop that jumps
                await asyncio.sleep(0.01)


def decoded(inputs: list[Input], rate_mhz: int = 100_000) -> list[ImuBlock]:
    """What a driver of its own makes of the same inputs."""
    sensor_id = next(item.sensor_id for item in inputs if isinstance(item, Connected))
    run = DRIVER.open(sensor_id, rate_mhz)
    outputs: list[object] = []
    for item in inputs:
        if isinstance(item, UserCommand):
            run.stop()
        elif item.sensor_id == sensor_id:
            outputs += run.on_input(item)
    return [output for output in outputs if isinstance(output, ImuBlock)]


def counts_of(blocks: list[ImuBlock]) -> list[tuple[int, ...]]:
    """The six counts of each sample, back from SI units."""
    accel = np.concatenate([block.accel_mps2 for block in blocks]) / _COUNT_MPS2
    gyro = np.degrees(np.concatenate([block.gyro_rads for block in blocks])) * 32_768 / 2000
    table = np.rint(np.concatenate((accel, gyro), axis=1)).astype(int)
    return [tuple(row) for row in table.tolist()]


def times_s(blocks: list[ImuBlock]) -> FloatArray:
    """Session time of each sample."""
    timeline = Timeline()
    stamps = [timeline.stamp(block) for block in blocks]
    return np.concatenate([stamp for stamp in stamps if stamp is not None]) / 1e9
