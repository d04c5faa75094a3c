"""Looking for sensors: the first that fits, or all that are heard for a while.

A scan always names the services of the known drivers, and takes the radio's turn: nothing
scans or connects meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from sensorapp.drivers.base import SensorDriver
from sensorapp.link.errors import Doing, bluetooth_errors, not_found
from sensorapp.link.names import clean_name
from sensorapp.link.radio import Radio
from sensorapp.model.device import Advertisement

START_STOP_S = 5.0
"""Longest wait for a scanner to start or stop; BlueZ takes milliseconds, or never answers."""

HELD_AFTER_S = 3.0
"""A sensor that no scan heard for so long may be one that the system still holds connected."""

_NO_RSSI_DBM = -127
"""What bleak reports when BlueZ has no value."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A sensor that was heard, with what is needed to connect to it."""

    advertisement: Advertisement
    driver: SensorDriver
    device: BLEDevice


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sensor is meant: any of these names or addresses; anything goes without one.

    Both are kept of a sensor that was connected before: an address may change at every
    start of a sensor, and a name may belong to two.
    """

    names: frozenset[str] = frozenset()

    @classmethod
    def called(cls, *names: str) -> Wanted:
        """A sensor with one of these names or addresses, in any case; empty ones don't count."""
        return cls(frozenset(name.casefold() for name in names if name))

    def fits(self, advertisement: Advertisement) -> bool:
        """Whether this is the sensor that is meant."""
        if not self.names:
            return True
        return not self.names.isdisjoint(
            (advertisement.name.casefold(), advertisement.address.casefold())
        )


async def find(
    radio: Radio,
    drivers: Sequence[SensorDriver],
    wanted: Wanted,
    timeout_s: float,
    started: Callable[[], None] = lambda: None,
) -> Sighting:
    """Return the first wanted sensor heard; `started` is called once the scan runs.

    Raises `DeviceNotFound` after `timeout_s`, `RadioUnavailable` without Bluetooth.
    """
    found: asyncio.Future[Sighting] = asyncio.get_running_loop().create_future()

    def heard(sighting: Sighting) -> None:
        if wanted.fits(sighting.advertisement) and not found.done():
            found.set_result(sighting)

    async with _scanning(radio, drivers, heard):
        started()
        try:
            async with asyncio.timeout(timeout_s):
                await asyncio.wait({found}, timeout=HELD_AFTER_S)
                if not found.done():
                    for sighting in await _held(radio, drivers):
                        heard(sighting)
                return await found
        except TimeoutError:
            raise not_found(", ".join(sorted(wanted.names))) from None


async def survey(
    radio: Radio, drivers: Sequence[SensorDriver], seconds: float
) -> tuple[Sighting, ...]:
    """Return all sensors heard within `seconds`, the strongest first, each as heard last.

    Raises `RadioUnavailable` without Bluetooth.
    """
    latest: dict[str, Sighting] = {}

    def heard(sighting: Sighting) -> None:
        latest[sighting.advertisement.address] = sighting

    async with _scanning(radio, drivers, heard):
        await asyncio.sleep(seconds)
    return tuple(sorted(latest.values(), key=_weakness))


def _weakness(sighting: Sighting) -> tuple[float, str]:
    rssi_dbm = sighting.advertisement.rssi_dbm
    return (float("inf") if rssi_dbm is None else -rssi_dbm, sighting.advertisement.address)


async def _held(radio: Radio, drivers: Sequence[SensorDriver]) -> list[Sighting]:
    """Sensors that the system is connected to, left over from a program that was killed."""
    sightings = []
    for driver in drivers:
        for device in await radio.connected(list(driver.service_uuids)):
            advertisement = Advertisement(
                name=clean_name(device.name),
                address=device.address,
                rssi_dbm=None,
                service_uuids=tuple(driver.service_uuids),
            )
            sightings.append(Sighting(advertisement, driver, device))
    return sightings


@asynccontextmanager
async def _scanning(
    radio: Radio, drivers: Sequence[SensorDriver], heard: Callable[[Sighting], None]
) -> AsyncIterator[None]:
    def detected(device: BLEDevice, data: AdvertisementData) -> None:
        sighting = _recognise(device, data, drivers)
        if sighting is not None:
            heard(sighting)

    services = sorted({uuid for driver in drivers for uuid in driver.service_uuids})
    async with radio.turn:
        await radio.require_permission()
        with bluetooth_errors(Doing.SCAN):
            scanner = radio.scanner(detected, services)
            async with asyncio.timeout(START_STOP_S):
                await scanner.start()
        try:
            yield
        finally:
            with bluetooth_errors(Doing.SCAN):
                async with asyncio.timeout(START_STOP_S):
                    await scanner.stop()


def _recognise(
    device: BLEDevice, data: AdvertisementData, drivers: Sequence[SensorDriver]
) -> Sighting | None:
    advertisement = Advertisement(
        name=clean_name(data.local_name or device.name),
        address=device.address,
        rssi_dbm=None if data.rssi <= _NO_RSSI_DBM else data.rssi,
        service_uuids=tuple(uuid.lower() for uuid in data.service_uuids),
        service_data=tuple(sorted(data.service_data.items())),
    )
    for driver in drivers:
        if driver.match(advertisement):
            return Sighting(advertisement, driver, device)
    return None
