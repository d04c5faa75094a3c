"""How a virtual sensor comes and goes: advertising, stopping, being paired, several at once."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from bleak import BleakScanner
from bleak.exc import BleakGATTProtocolError

from firmware_protocol.advertising import ServiceData
from firmware_protocol.ids import Characteristic, Op
from sensorapp.virtual.air import Air
from sensorapp.virtual.bleak_backend import VirtualScanner
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.jumping_loop import run_jumping
from sensorapp.virtual.samples import SampleStream
from sensorapp.virtual.sensor import VirtualSensor
from tests.radio.gatt_peer import play
from tests.radio.sensor_host import connected, find, sensor_in


def test_a_scan_shows_name_and_service_data() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        async with sensor_in(air, 100) as sensor:
            sensor.peripheral.set_battery(80)
            options: dict[str, Any] = {"backend": VirtualScanner, "air": air}
            seen = await BleakScanner.discover(
                timeout=1.0, return_adv=True, service_uuids=[Characteristic.SERVICE], **options
            )
            device, data = seen[sensor.address]
            assert device.name == data.local_name == "TP-3F9A"
            said = ServiceData.unpack(data.service_data[Characteristic.SERVICE])
            assert said.short_id == 0x3F9A

    play(main())


async def _reports_in_10_s(air: Air) -> int:
    """Two a time: an advertisement and its scan response."""
    reports: list[object] = []
    options: dict[str, Any] = {"backend": VirtualScanner, "air": air}
    async with BleakScanner(lambda _, data: reports.append(data), **options):
        await asyncio.sleep(10.0)
    return len(reports)


def test_advertising_slows_down_and_a_stopped_sensor_is_gone() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        async with sensor_in(air, 100) as sensor:
            assert 180 <= await _reports_in_10_s(air) <= 202
            await asyncio.sleep(30.0)
            assert 72 <= await _reports_in_10_s(air) <= 82
            await asyncio.sleep(600.0)
            assert 18 <= await _reports_in_10_s(air) <= 21
        assert await find(air, sensor.address, timeout=3.0) is None

    run_jumping(main(), limit_s=1000.0)


def test_a_sensor_that_stops_tells_its_host() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        sensor = sensor_in(air, 100)
        await sensor.start()
        host = await connected(air, sensor)
        await sensor.stop()
        await asyncio.wait_for(host.gone.wait(), 1.0)

    play(main())


def test_a_sensor_that_wants_encryption_answers_once_paired() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        taken: list[bytes] = []
        async with sensor_in(air, 200, taken=taken, encrypted=True) as sensor:
            host = await connected(air, sensor)
            with pytest.raises(BleakGATTProtocolError) as caught:
                await host.ask(Op.GET_CAPS)
            assert caught.value.code == 0x0F
            await host.client.pair()
            await host.stream()
            await sensor.finished.wait()
            await asyncio.sleep(0.1)
            assert host.data() == b"".join(taken)
            await host.client.disconnect()

    play(main())


def test_a_config_with_another_rate_is_refused() -> None:
    async def main() -> None:
        with pytest.raises(ValueError, match="alone"):
            VirtualSensor(
                Air(random.Random(1)), virtual_config(50_000), SampleStream(52_000, iter(()), 0)
            )

    play(main())


@pytest.mark.parametrize("after_ms", range(204, 217, 2))
def test_a_start_on_its_way_does_not_wake_a_sensor_without_power(after_ms: int) -> None:
    """START is taken 210 ms after it was set out for: the power goes before, then and after."""

    async def main() -> None:
        air, taken = Air(random.Random(1)), list[bytes]()
        sensor = sensor_in(air, None, taken=taken)
        await sensor.start()
        host = await connected(air, sensor)
        starting = asyncio.create_task(host.stream())
        await asyncio.sleep(after_ms / 1000.0)
        sensor.cut_power()
        before = len(taken)
        await asyncio.sleep(30.0)
        assert len(taken) == before
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)

    run_jumping(main(), limit_s=200.0)
