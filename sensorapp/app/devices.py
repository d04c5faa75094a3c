"""Which sensors are in range."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sensorapp.app.radio import radio_at
from sensorapp.drivers.catalogue import drivers
from sensorapp.link.scan import survey


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A sensor that was heard."""

    name: str
    address: str
    rssi_dbm: int | None
    driver: str
    label: str

    def fields(self) -> dict[str, str | int | None]:
        """As an object of the JSON lines."""
        return {
            "name": self.name,
            "address": self.address,
            "rssi_dbm": self.rssi_dbm,
            "driver": self.driver,
        }

    def line(self) -> str:
        """For people."""
        strength = "signal unknown" if self.rssi_dbm is None else f"{self.rssi_dbm} dBm"
        return f"{self.name or '(no name)'}  {self.address}  {strength}  {self.label}"


def find_devices(seconds: float, hci: str | None = None) -> list[FoundDevice]:
    """Listen for a while; strongest first. Raises `RadioUnavailable`."""
    return asyncio.run(_find(seconds, hci))


async def _find(seconds: float, hci: str | None) -> list[FoundDevice]:
    sightings = await survey(radio_at(hci), tuple(drivers().values()), seconds)
    return [
        FoundDevice(
            name=sighting.advertisement.name,
            address=sighting.advertisement.address,
            rssi_dbm=sighting.advertisement.rssi_dbm,
            driver=sighting.driver.key,
            label=sighting.driver.label,
        )
        for sighting in sightings
    ]
