"""bleak on the virtual radio, against a plain GATT server."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import (
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from sensorapp.virtual.air import Air
from sensorapp.virtual.air_conditions import Conditions
from sensorapp.virtual.bleak_backend import VirtualClient, VirtualScanner
from tests.radio.gatt_peer import ADDRESS, ECHO, NOTE_UUID, NOTES, SERVICE, STRICT, GattPeer, play


async def _peer(seed: int = 1, rssi_dbm: int = -55) -> tuple[Air, GattPeer]:
    air = Air(random.Random(seed))
    peer = GattPeer(air)
    await peer.start()
    air.set_conditions(ADDRESS, Conditions(rssi_dbm=rssi_dbm))
    return air, peer


async def _find(air: Air) -> BLEDevice:
    device = await BleakScanner.find_device_by_filter(
        lambda found, _: found.address == ADDRESS,
        service_uuids=[SERVICE],
        **_scan(air),
    )
    assert device is not None
    return device


def _scan(air: Air) -> dict[str, Any]:
    return {"backend": VirtualScanner, "air": air}


def _client(air: Air, device: BLEDevice | str, **more: Any) -> BleakClient:
    return BleakClient(device, backend=VirtualClient, air=air, **more)


def test_a_scan_finds_what_is_advertised_and_what_the_scan_response_adds() -> None:
    async def main() -> None:
        air, _ = await _peer(rssi_dbm=-71)
        seen = await BleakScanner.discover(
            timeout=2.0,
            return_adv=True,
            service_uuids=[SERVICE],
            **_scan(air),
        )
        device, data = seen[ADDRESS]
        assert device.name == "PEER-1"
        assert data.local_name == "PEER-1"
        assert data.rssi == -71
        assert data.service_uuids == [SERVICE]
        assert data.service_data == {NOTE_UUID: b"\x2a"}

    play(main())


def test_a_scan_for_another_service_finds_nothing_and_a_passive_one_no_scan_response() -> None:
    async def main() -> None:
        air, _ = await _peer()
        other = NOTES
        assert not await BleakScanner.discover(
            timeout=2.0,
            service_uuids=[other],
            **_scan(air),
        )
        passive = await BleakScanner.discover(
            timeout=2.0,
            return_adv=True,
            scanning_mode="passive",
            **_scan(air),
        )
        assert passive[ADDRESS][1].local_name is None
        assert passive[ADDRESS][1].service_data == {}

    play(main())


def test_advertisements_come_at_their_interval_and_stop_with_the_scan() -> None:
    async def main() -> None:
        air, _ = await _peer()
        times: list[float] = []
        loop = asyncio.get_running_loop()

        def heard(_: BLEDevice, data: AdvertisementData) -> None:
            if data.service_data:
                times.append(loop.time())

        scanner = BleakScanner(heard, **_scan(air))
        async with scanner:
            with pytest.raises(BleakDBusError, match="InProgress"):
                await BleakScanner(**_scan(air)).start()
            await asyncio.sleep(10.0)
        count = len(times)
        await asyncio.sleep(5.0)
        assert len(times) == count
        # 100 ms and 0 to 10 ms of chance each; the first report of all lacks the response.
        assert 180 <= count <= 202

    play(main())


def test_reading_writing_and_descriptors() -> None:
    async def main() -> None:
        air, peer = await _peer()
        async with _client(air, await _find(air)) as client:
            assert client.is_connected
            assert client.name == "PEER-1"
            assert client.mtu_size == 517
            echo = client.services.get_characteristic(ECHO)
            assert echo is not None
            assert set(echo.properties) == {"read", "write", "write-without-response"}
            assert echo.max_write_without_response_size == 514
            assert await client.read_gatt_char(ECHO) == bytearray(b"hello")
            await client.write_gatt_char(ECHO, b"x" * 400, response=True)
            await client.write_gatt_char(ECHO, b"later", response=False)
            assert await client.read_gatt_char(ECHO) == bytearray(b"later")
            assert peer.written == [b"x" * 400, b"later"]
            assert [d.description for d in echo.descriptors] == ["Characteristic User Description"]
            assert await client.read_gatt_descriptor(echo.descriptors[0].handle) == b"the echo"
            with pytest.raises(BleakCharacteristicNotFoundError):
                await client.read_gatt_char("2a19")
            with pytest.raises(BleakError, match="do not fit"):
                await client.write_gatt_char(ECHO, bytes(515), response=False)
        assert not client.is_connected

    play(main())


def test_an_att_error_keeps_its_code() -> None:
    async def main() -> None:
        air, _ = await _peer()
        async with _client(air, await _find(air)) as client:
            with pytest.raises(BleakGATTProtocolError) as caught:
                await client.write_gatt_char(STRICT, b"no", response=True)
            assert caught.value.code == 0xFD

    play(main())


def test_notifications_start_and_stop_and_survive_a_failing_callback() -> None:
    async def main() -> None:
        air, peer = await _peer()
        troubles: list[object] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: troubles.append(context.get("exception"))
        )
        got: list[bytes] = []

        def note(_: BleakGATTCharacteristic, data: bytearray) -> None:
            got.append(bytes(data))
            if data == b"bad":
                raise RuntimeError("a callback that fails")

        async with _client(air, await _find(air)) as client:
            await client.start_notify(NOTES, note)
            with pytest.raises(BleakError, match="already started"):
                await client.start_notify(NOTES, note)
            for value in (b"one", b"bad", b"two"):
                await peer.device.notify_subscribers(peer.notes, value)
            await asyncio.sleep(0.2)
            await client.stop_notify(NOTES)
            await peer.device.notify_subscribers(peer.notes, b"unheard")
            await asyncio.sleep(0.2)
            await client.start_notify(NOTES, note)
            await peer.device.notify_subscribers(peer.notes, b"three")
            await asyncio.sleep(0.2)
            with pytest.raises(BleakError, match="neither"):
                await client.start_notify(ECHO, note)
        assert got == [b"one", b"bad", b"two", b"three"]
        assert [str(trouble) for trouble in troubles] == ["a callback that fails"]

    play(main())


def test_a_client_can_start_from_an_address_alone() -> None:
    async def main() -> None:
        air, _ = await _peer()
        async with _client(air, ADDRESS.lower()) as client:
            assert await client.read_gatt_char(ECHO) == b"hello"
        with pytest.raises(BleakDeviceNotFoundError):
            await _client(air, "C2:00:00:00:00:99", timeout=3.0).connect()

    play(main())


def test_a_device_out_of_range_times_out_and_leaves_the_adapter_free() -> None:
    async def main() -> None:
        air, _ = await _peer()
        device = await _find(air)
        air.set_conditions(ADDRESS, Conditions(in_range=False))
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        with pytest.raises(TimeoutError):
            await _client(air, device, timeout=5.0).connect()
        assert loop.time() - started_s == pytest.approx(5.0, abs=0.01)
        air.set_conditions(ADDRESS, Conditions())
        async with _client(air, device) as client:
            assert client.is_connected

    play(main())


def test_a_refused_connection_says_what_bluez_says() -> None:
    async def main() -> None:
        air, _ = await _peer()
        device = await _find(air)
        air.set_conditions(ADDRESS, Conditions(refuse_connections=True))
        with pytest.raises(BleakDBusError, match="le-connection-abort-by-local"):
            await _client(air, device).connect()
        air.set_conditions(ADDRESS, Conditions())
        async with _client(air, device) as client:
            assert await client.read_gatt_char(ECHO) == b"hello"

    play(main())


@pytest.mark.parametrize("after_s", [0.0, 0.01, 0.05, 0.11, 0.2, 0.4, 0.8])
def test_connecting_can_be_cancelled_at_any_moment(after_s: float) -> None:
    async def main() -> None:
        air, _ = await _peer(seed=7)
        device = await _find(air)
        troubles: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, what: troubles.append(what))
        client = _client(air, device)
        attempt = asyncio.create_task(client.connect())
        await asyncio.sleep(after_s)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        assert not client.is_connected
        async with _client(air, device, timeout=5.0) as second:
            assert await second.read_gatt_char(ECHO) == b"hello"
        assert troubles == []

    play(main())


def test_cancelling_while_the_request_to_connect_is_pending() -> None:
    async def main() -> None:
        air, _ = await _peer()
        device = await _find(air)
        central = await air.central()
        attempt = asyncio.create_task(_client(air, device).connect())
        while not central.device.is_le_connecting:  # noqa: ASYNC110  # Bumble tells nobody
            await asyncio.sleep(0.001)
        air.set_conditions(ADDRESS, Conditions(in_range=False))
        await asyncio.sleep(5.0)
        was_waiting = air.has_listener
        assert was_waiting
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        assert not air.has_listener
        air.set_conditions(ADDRESS, Conditions())
        async with _client(air, device, timeout=5.0) as client:
            assert client.is_connected

    play(main())


def test_a_request_on_a_link_that_drops_raises_a_bleak_error() -> None:
    async def main() -> None:
        air, _ = await _peer()
        gone: list[BleakClient] = []
        client = _client(air, await _find(air), disconnected_callback=gone.append)
        await client.connect()
        air.set_conditions(ADDRESS, Conditions(in_range=False))
        with pytest.raises(BleakError, match="disconnected"):
            await client.read_gatt_char(ECHO)
        assert gone == [client]
        assert not client.is_connected
        with pytest.raises(BleakError):
            await client.read_gatt_char(ECHO)
        await client.disconnect()

    play(main())


def test_a_link_that_drops_during_discovery_fails_the_connection_at_once() -> None:
    async def main() -> None:
        air, _ = await _peer()
        loop = asyncio.get_running_loop()
        device = await _find(air)
        gone: list[BleakClient] = []
        client = _client(air, device, disconnected_callback=gone.append)
        attempt = asyncio.create_task(client.connect())
        while air.link(ADDRESS) is None:  # noqa: ASYNC110  # the air tells nobody
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        air.set_conditions(ADDRESS, Conditions(in_range=False))
        started_s = loop.time()
        with pytest.raises(BleakError, match="disconnected"):
            await attempt
        assert loop.time() - started_s == pytest.approx(0.42, abs=0.05)
        assert gone == [client]
        air.set_conditions(ADDRESS, Conditions())
        async with _client(air, device) as again:
            assert await again.read_gatt_char(ECHO) == b"hello"

    play(main())


def test_leaving_while_the_link_is_about_to_drop_raises_nothing() -> None:
    async def main(wait_s: float) -> None:
        air, _ = await _peer()
        gone: list[BleakClient] = []
        client = _client(air, await _find(air), disconnected_callback=gone.append)
        await client.connect()
        air.set_conditions(ADDRESS, Conditions(in_range=False))
        await asyncio.sleep(wait_s)
        await client.disconnect()
        assert gone == [client]

    for wait_s in (0.0, 0.3, 0.39, 0.4, 0.41, 0.42, 0.43):
        play(main(wait_s))


def test_leaving_tells_the_peer_and_the_callback_once() -> None:
    async def main() -> None:
        air, peer = await _peer()
        gone: list[BleakClient] = []
        client = _client(air, await _find(air), disconnected_callback=gone.append)
        await client.connect()
        await client.disconnect()
        await client.disconnect()
        await asyncio.sleep(1.0)
        assert gone == [client]
        assert peer.reasons == [0x13]

    play(main())


def test_only_the_services_asked_for_are_discovered() -> None:
    async def main() -> None:
        air, _ = await _peer()
        async with _client(air, await _find(air), services=[SERVICE]) as client:
            assert [service.uuid for service in client.services] == [SERVICE]
        async with _client(air, await _find(air)) as client:
            assert len(list(client.services)) == 3

    play(main())


def test_one_out_of_range_does_not_keep_another_waiting() -> None:
    async def main() -> None:
        air, _ = await _peer()
        other = GattPeer(air, "C2:00:00:00:00:02", "PEER-2")
        await other.start()
        device = await _find(air)
        air.set_conditions(ADDRESS, Conditions(in_range=False))
        absent = asyncio.create_task(_client(air, device, timeout=20.0).connect())
        await asyncio.sleep(1.0)
        async with _client(air, other.address, timeout=5.0) as client:
            assert client.is_connected
        with pytest.raises(TimeoutError):
            await absent

    play(main())


def test_a_read_that_is_given_up_does_not_answer_the_next_one() -> None:
    async def main() -> None:
        air, peer = await _peer()
        async with _client(air, await _find(air)) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.001):
                    await client.read_gatt_char(ECHO)
            echo = client.services.get_characteristic(ECHO)
            assert echo is not None
            assert await client.read_gatt_descriptor(echo.descriptors[0].handle) == b"the echo"
            assert await client.read_gatt_char(ECHO) == peer.value

    play(main())
