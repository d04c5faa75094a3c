"""Inside the guest: the program is killed, and BlueZ keeps its connection to the sensor.

Such a sensor does not advertise, so that a scan never hears it. The next start of the program has
to find it all the same, go on with its stream, and lose nothing.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from dataclasses import replace
from pathlib import Path

from sensorapp.store.paths import DATA_VARIABLE
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.samples import SampleStream
from sensorapp.virtual.send_log import Taken
from sensorapp.virtual.sensor import VirtualSensor
from tests.bluez.bench import adapter
from tests.long.kills import judged
from tests.radio.sensor_host import rows

RATE_MHZ = 100_000
BACK_S = 6.0
"""A scan hears nothing for 3 s, then the connection is taken over. Imports are not counted: under
emulation they take a quarter of a minute.
"""


async def orphan() -> dict[str, object]:
    """Killed once, started again, ended in good order."""
    taken: list[Taken] = []
    async with adapter() as air:
        config = replace(virtual_config(RATE_MHZ, boot_id=77), buffer_samples=8192)
        sensor: VirtualSensor

        def take(row: bytes) -> None:
            peripheral = sensor.peripheral
            taken.append((77, peripheral.epoch, peripheral.next_index - 1, row))

        stream = SampleStream(RATE_MHZ, rows(None, random.Random(1).randrange(99)), None)
        sensor = VirtualSensor(air, config, stream, on_sample=take)
        with tempfile.TemporaryDirectory() as folder:
            async with sensor:
                first = await _started(Path(folder))
                await _samples(first)
                await asyncio.sleep(4.0)
                first.kill()
                await first.wait()
                await asyncio.sleep(6.0)
                held = sensor.is_connected
                second = await _started(Path(folder))
                back_s = await _samples(second)
                await asyncio.sleep(5.0)
                second.terminate()
                await second.communicate()
            found = judged(taken, Path(folder) / "recordings", 1)
    assert found.good, str(found)
    assert held, "BlueZ let go of the connection by itself: this shows nothing"
    assert back_s <= BACK_S, back_s
    return {"held_by_bluez": held, "back_s": round(back_s, 2), "found": str(found)}


async def _started(folder: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sensorapp",
        "live",
        "--json",
        stdout=PIPE,
        env=os.environ | {DATA_VARIABLE: str(folder)},
    )


async def _samples(process: Process) -> float:
    """Wait for the first one; how long it took from the start of the scan to the connection."""
    assert process.stdout is not None
    loop = asyncio.get_running_loop()
    began_s = connected_s = loop.time()
    async with asyncio.timeout(90.0):
        async for line in process.stdout:
            if b'"scanning"' in line:
                began_s = loop.time()
            elif b'"preparing"' in line:
                connected_s = loop.time()
            elif b'"posture"' in line:
                return connected_s - began_s
    raise AssertionError(f"the program ended by itself: {await process.wait()}")
