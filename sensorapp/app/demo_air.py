"""A virtual sensor in the air, and what a scenario says happens to the radio meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import TracebackType
from typing import Self

from sensorapp.app.demo_source import Source
from sensorapp.virtual.air import Air
from sensorapp.virtual.air_conditions import Conditions
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.sensor import VirtualSensor


class SensorInAir:
    """The sensor of a source while it is on; plays the source's changes of the air once.

    Their times count from the first sample that was taken.
    """

    def __init__(self, air: Air, source: Source) -> None:
        self._air = air
        self._changes = source.air
        self._begun = asyncio.Event()
        self._playing: asyncio.Task[None] | None = None
        self.sensor = VirtualSensor(
            air,
            virtual_config(source.stream.rate_mhz),
            source.stream,
            on_sample=self._sampled if source.air else None,
        )

    async def __aenter__(self) -> Self:
        await self.sensor.start()
        if self._changes:
            self._playing = asyncio.create_task(self._play())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._playing is not None:
            self._playing.cancel()
        await self.sensor.stop()

    def _sampled(self, row: bytes) -> None:
        del row
        self._begun.set()

    async def _play(self) -> None:
        await self._begun.wait()
        loop = asyncio.get_running_loop()
        origin_s = loop.time()
        conditions = Conditions()
        for change in self._changes:
            await asyncio.sleep(origin_s + change.t_s - loop.time())
            named = {
                name: value
                for name in ("in_range", "event_loss", "rssi_dbm")
                if (value := getattr(change, name)) is not None
            }
            conditions = replace(conditions, **named)
            self._air.set_conditions(self.sensor.address, conditions)
            if change.battery_pct is not None:
                self.sensor.peripheral.set_battery(change.battery_pct)
