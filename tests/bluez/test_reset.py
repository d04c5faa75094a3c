"""An adapter that is switched off and on has forgotten its links, and its peers find out."""

from __future__ import annotations

import asyncio
import random

from bumble import hci

from sensorapp.virtual.air import Air
from sensorapp.virtual.jumping_loop import run_jumping
from tests.radio.sensor_host import connected, sensor_in


def test_a_reset_ends_a_link_for_the_sensor_by_timeout() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        async with sensor_in(air, None) as sensor:
            await connected(air, sensor)
            await asyncio.sleep(1.0)
            central = await air.central()
            began_s = asyncio.get_running_loop().time()
            await central.device.send_sync_command(hci.HCI_Reset_Command())
            while sensor.is_connected:  # noqa: ASYNC110 on a loop that jumps
                await asyncio.sleep(0.1)
            took_s = asyncio.get_running_loop().time() - began_s
            assert 3.9 <= took_s <= 4.2
            assert air.link(sensor.address) is None

    run_jumping(main())
