"""Which Bluetooth stack bleak runs on: the platform's, or another one handed in.

The arguments kept here are the only difference between a real radio and a virtual one;
everything else of the link is the same code.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from sensorapp.link.macos_permission import require_permission

Detected = Callable[[BLEDevice, AdvertisementData], None]
"""Called by bleak for every advertisement."""


@dataclass(frozen=True, slots=True, eq=False)
class Radio:
    """Arguments for bleak's constructors; without any it is the platform's own radio.

    A program makes one `Radio` and shares it: `turn` lets only one scan or connection
    attempt run at a time, because BlueZ answers a second one with `InProgress`. The values
    are `Any` because bleak passes them to the backend's constructor unseen.
    """

    scanner_kwargs: Mapping[str, Any] = field(default_factory=dict)
    client_kwargs: Mapping[str, Any] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _allowed: asyncio.Event = field(default_factory=asyncio.Event)

    async def require_permission(self) -> None:
        """Raise `RadioUnavailable` where using Bluetooth would end the program; asks once."""
        if sys.platform == "darwin" and not self._allowed.is_set():
            if "backend" not in self.scanner_kwargs:
                await require_permission()
            self._allowed.set()

    async def connected(self, service_uuids: list[str]) -> list[BLEDevice]:
        """Devices with one of these services that the system holds a connection to.

        BlueZ keeps the connection of a program that was killed, and a sensor that is connected
        does not advertise: no scan would ever hear it again. Nothing where the system can't
        tell, and on a stack that was handed in.
        """
        if "backend" in self.scanner_kwargs:
            return []
        try:
            adapter = await BleakAdapter.get()
            return await adapter.get_connected_devices(service_uuids)
        except (BleakError, NotImplementedError, OSError):
            return []  # then there is only what a scan hears

    def scanner(self, detected: Detected, service_uuids: list[str]) -> BleakScanner:
        """A scanner for these services. A scan without a filter fails or floods on macOS."""
        _leave_gui_apartment()
        return BleakScanner(detected, service_uuids, **self.scanner_kwargs)

    def client(
        self, device: BLEDevice, lost: Callable[[BleakClient], None], timeout_s: float
    ) -> BleakClient:
        """A client for one connection. Windows is told to forget what it cached of the GATT
        table, which may be of an older firmware.
        """
        return BleakClient(
            device,
            lost,
            timeout=timeout_s,
            winrt={"use_cached_services": False},
            **self.client_kwargs,
        )


def _leave_gui_apartment() -> None:
    """Undo what importing pywin32 does to a thread: WinRT callbacks would never arrive."""
    if sys.platform == "win32" and "pythoncom" in sys.modules:
        from bleak.backends.winrt.util import uninitialize_sta

        uninitialize_sta()
