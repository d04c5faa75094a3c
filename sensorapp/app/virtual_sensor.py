"""A virtual sensor in a process of its own, with an adapter for another program to use."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sensorapp.app.demo_source import DemoOptions, Source, source_of
from sensorapp.virtual.air import Air
from sensorapp.virtual.hci_place import HciPlace, Side
from sensorapp.virtual.hci_server import adapter_server
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.send_log import SendLog
from sensorapp.virtual.sensor import VirtualSensor

BATTERY_PCT = 83


@dataclass(frozen=True, slots=True)
class VirtualSensorOptions:
    """What the user asked for; `buffer_samples` 0 is a sensor that keeps nothing."""

    hci: str
    source: DemoOptions
    buffer_samples: int
    log: Path | None = None


def run_virtual_sensor(options: VirtualSensorOptions, ready: Callable[[str], None]) -> None:
    """Be a sensor until the samples are used up or the user ends it; `ready` gets its name.

    Raises a `SensorAppError` for a place, a scenario or a file that can't be used.
    """
    place = HciPlace.parse(options.hci, Side.SERVER)
    source = source_of(options.source, endless=options.source.seconds is None)
    with _log(options.log) as log, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(options, place, source, log, ready))


async def _run(
    options: VirtualSensorOptions,
    place: HciPlace,
    source: Source,
    log: SendLog | None,
    ready: Callable[[str], None],
) -> None:
    air = Air(random.Random())  # noqa: S311 a radio's luck is no secret
    rate_mhz = source.stream.rate_mhz
    config = virtual_config(rate_mhz, boot_id=secrets.randbits(32))
    sensor = VirtualSensor(
        air,
        replace(config, buffer_samples=options.buffer_samples, syncs_time=True),
        source.stream,
        on_sample=None if log is None else lambda row: log.add(sensor.peripheral, row),
    )
    if log is not None:
        log.boot_id = config.boot_id
    sensor.peripheral.set_battery(BATTERY_PCT)
    async with adapter_server(air, place), sensor:
        ready(sensor.name)
        await sensor.finished.wait()


@contextlib.contextmanager
def _log(path: Path | None) -> Iterator[SendLog | None]:
    if path is None:
        yield None
        return
    with SendLog(path) as log:
        yield log
