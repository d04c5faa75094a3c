"""A virtual sensor in the air, and what a scenario says happens to it meanwhile."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from types import TracebackType
from typing import Self

from sensorapp.app.demo_source import Source
from sensorapp.virtual.air import Air
from sensorapp.virtual.air_conditions import Conditions
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.packet_faults import PacketFaults
from sensorapp.virtual.scenarios import AirChange
from sensorapp.virtual.sensor import VirtualSensor

BATTERY_PCT = 83
"""What the virtual clip says of its battery."""

REBOOT_S = 1.0
"""How long a sensor that loses power is away."""


class SensorInAir:
    """The sensor of a source while it is on; plays the source's changes of the air once.

    Their times count from the first sample that was taken.
    """

    def __init__(self, air: Air, source: Source) -> None:
        self._air = air
        self._source = source
        self._changes = source.air
        self._begun = asyncio.Event()
        self._rebooted = asyncio.Event()
        self._playing: asyncio.Task[None] | None = None
        self._boots = 0
        self._battery_pct = BATTERY_PCT
        self.sensor = self._booted()

    async def finished(self) -> None:
        """Return once the samples are used up, whichever boot of the sensor took the last one."""
        while True:
            sensor = self.sensor
            waits = [
                asyncio.create_task(event.wait()) for event in (sensor.finished, self._rebooted)
            ]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()
            if sensor is self.sensor and sensor.finished.is_set():
                return
            self._rebooted.clear()

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

    def _booted(self) -> VirtualSensor:
        self._boots += 1
        source = self._source
        config = virtual_config(source.stream.rate_mhz, boot_id=self._boots)
        sensor = VirtualSensor(
            self._air,
            replace(config, buffer_samples=source.buffer_samples),
            source.stream,
            on_sample=self._sampled if source.air else None,
        )
        sensor.peripheral.set_battery(self._battery_pct)
        return sensor

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
            conditions = _changed(conditions, change)
            self._air.set_conditions(self.sensor.address, conditions)
            if change.battery_pct is not None:
                self._battery_pct = change.battery_pct
                self.sensor.peripheral.set_battery(change.battery_pct)
            if change.reboots:
                await self._reboot()

    async def _reboot(self) -> None:
        self.sensor.cut_power()
        await asyncio.sleep(REBOOT_S)
        self.sensor = self._booted()
        self._rebooted.set()
        await self.sensor.start()


def _changed(conditions: Conditions, change: AirChange) -> Conditions:
    named = {
        name: value
        for name in ("in_range", "event_loss", "rssi_dbm")
        if (value := getattr(change, name)) is not None
    }
    if change.silent is not None:
        quiet = PacketFaults(random.Random(0), drop=1.0)  # noqa: S311 nothing is left to chance
        named["pdu_filter"] = quiet if change.silent else None
    if change.refuses is not None:
        named["refuse_connections"] = change.refuses
    return replace(conditions, **named)
