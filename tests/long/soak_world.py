"""The program on a virtual sensor that keeps a log, with everything at hand that can go wrong."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from sensorapp.app.offline import header_of
from sensorapp.drivers.catalogue import drivers
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.model.inputs import Input, RecordingChanged
from sensorapp.model.outputs import Fault, Gap, Output
from sensorapp.model.posture import PostureFrame
from sensorapp.model.settings import SessionSettings
from sensorapp.runner import Runner
from sensorapp.session.session import Session
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.virtual.air import Air
from sensorapp.virtual.air_conditions import Conditions
from sensorapp.virtual.bleak_backend import VirtualClient, VirtualScanner
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.jumping_loop import LoopClock
from sensorapp.virtual.samples import SampleStream
from sensorapp.virtual.send_log import Taken
from sensorapp.virtual.sensor import VirtualSensor
from tests.radio.sensor_host import rows

RATE_MHZ = 100_000
LONGEST_DROP_S = 7200.0


@dataclass(frozen=True, slots=True)
class Held:
    """What a sensor keeps of a stream."""

    boot_id: int
    epoch: int
    first_index: int
    end_index: int


class World:
    """One run of the program; `log` is what the sensor took, kept by the sensor's side alone.

    `forgotten` is what it held of each stream when the program began another on the same boot.
    """

    def __init__(
        self,
        folder: Path,
        seed: int,
        buffer_samples: int,
        *,
        keep_log: bool = True,
        longest_drop_s: float = LONGEST_DROP_S,
    ) -> None:
        self.longest_drop_s = longest_drop_s
        self.rng = random.Random(seed)
        self.air = Air(random.Random(seed + 1))
        self.log: list[Taken] = []
        self.forgotten: list[Held] = []
        self.boots = 0
        self.cut_boots: set[int] = set()
        self.path = folder / "soak.mcap"
        self.session = Session(SessionSettings(), drivers())
        self.seen = Seen()
        self._buffer_samples = buffer_samples
        self._keep_log = keep_log
        self._stream = SampleStream(RATE_MHZ, rows(None, seed), None)
        self._stack = AsyncExitStack()
        self.sensor = self._booted()

    async def __aenter__(self) -> Self:
        header = header_of(SessionSettings(), "live", "2026-11-27T08:00:00Z")
        radio = Radio(
            {"backend": VirtualScanner, "air": self.air},
            {"backend": VirtualClient, "air": self.air},
        )
        clock = LoopClock()
        link = BleLink(
            radio, tuple(drivers().values()), clock, sensor_id="clip", rng=random.Random(3)
        )
        self._runner = Runner(
            link,
            self.session,
            clock,
            recorder=RecordingWriter(self.path, header),
            recording_name=self.path.name,
            sinks=[self.seen],
            blocking=_at_once,
        )
        await self.sensor.start()
        self._pump = asyncio.create_task(self._runner.run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.stop()
        await self._pump
        await self.sensor.stop()

    def conditions(self, **changed: object) -> None:
        """The radio path from now on."""
        conditions = Conditions()
        self.air.set_conditions(self.sensor.address, replace(conditions, **changed))  # type: ignore[arg-type]

    def mend(self) -> None:
        """All is well again."""
        self.conditions()

    async def reboot(self) -> None:
        """The sensor loses power, its memory and its clock, and comes back with another boot id."""
        self.sensor.cut_power()
        self.cut_boots.add(self.boots)
        await asyncio.sleep(self.rng.uniform(0.5, 3.0))
        self.sensor = self._booted()
        await self.sensor.start()

    async def more_samples(self, limit_s: float) -> float:
        """Wait for the first sample that the sensor takes from now on; how long it took."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        wanted = self.session.state.samples + 1
        async with asyncio.timeout(limit_s):
            while self.session.state.samples < wanted:  # noqa: ASYNC110 on a loop that jumps
                await asyncio.sleep(0.02)
        return loop.time() - began_s

    def _booted(self) -> VirtualSensor:
        self.boots += 1
        boot_id = self.boots
        config = virtual_config(RATE_MHZ, boot_id=boot_id)
        sensor: VirtualSensor
        held: Held | None = None

        def take(row: bytes) -> None:
            nonlocal held
            peripheral = sensor.peripheral
            end_index = peripheral.next_index
            self.log.append((boot_id, peripheral.epoch, end_index - 1, row))
            if held is not None and held.epoch != peripheral.epoch:
                self.forgotten.append(held)
            oldest_index = max(peripheral.acked_index, end_index - self._buffer_samples)
            held = Held(boot_id, peripheral.epoch, oldest_index, end_index)

        sensor = VirtualSensor(
            self.air,
            replace(config, buffer_samples=self._buffer_samples),
            self._stream,
            on_sample=take if self._keep_log else None,
        )
        return sensor


class Seen:
    """A sink: what the session said that a wearer could see."""

    def __init__(self) -> None:
        self._last_ns = -1
        self.backward = 0
        self.gaps: list[Gap] = []
        self.faults = 0
        self.recording: list[bool] = []

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        if isinstance(item, RecordingChanged):
            self.recording.append(item.recording)
        for output in outputs:
            if isinstance(output, PostureFrame):
                self.backward += output.t_ns <= self._last_ns
                self._last_ns = output.t_ns
            elif isinstance(output, Gap):
                self.gaps.append(output)
            self.faults += isinstance(output, Fault)


async def _at_once(call: Callable[[], str | None]) -> str | None:
    return call()
