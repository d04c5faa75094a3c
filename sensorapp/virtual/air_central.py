"""The one Bluetooth adapter of this computer: a Bumble host that scans and dials.

Dialling follows what a Linux host does: wait until the
sensor is heard, then connect, one attempt at a time; so a sensor that is out of range
keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

from bumble import core, hci
from bumble.device import Connection, Device

from sensorapp.virtual.air_tasks import in_background, in_one_piece

_CLEANUP_LIMIT_S = 10.0


class Adapter(Protocol):
    """Has the one adapter of this computer: the air, or a socket to another program's."""

    async def central(self) -> Central:
        """The adapter, ready for use; raises `RadioUnavailable` if there is none now."""
        ...


Report = hci.HCI_LE_Advertising_Report_Event.Report


class Central:
    """Scanning and dialling, shared by all who use the adapter."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.device.host.on("advertising_report", self._on_report)
        self.scan_owner: object | None = None
        self._powered = False
        self._power_lock = asyncio.Lock()
        self._dial_lock = asyncio.Lock()
        self._scan_lock = asyncio.Lock()
        self._listeners: list[Callable[[Report], None]] = []

    async def power_on(self) -> None:
        """Ready the adapter; safe to call again."""
        if not self._powered:
            await in_one_piece(self._power_on())

    async def _power_on(self) -> None:
        async with self._power_lock:
            if not self._powered:
                await self.device.power_on()
                self._powered = True

    async def listen(self, listener: Callable[[Report], None], *, active: bool = True) -> None:
        """Call `listener` for every report from now on; the first listener starts the scan."""
        self._listeners.append(listener)
        await in_one_piece(self._adjust_scan(active))

    async def unlisten(self, listener: Callable[[Report], None]) -> None:
        """Stop calling it; the last one to leave stops the scan. Safe to call twice."""
        if listener in self._listeners:
            self._listeners.remove(listener)
        await in_one_piece(self._adjust_scan(active=False))

    async def _adjust_scan(self, active: bool) -> None:
        async with self._scan_lock:
            if self._listeners and not self.device.is_scanning:
                await self.device.start_scanning(legacy=True, active=active)
            elif self.device.is_scanning and not self._listeners:
                await self.device.stop_scanning(legacy=True)

    def _on_report(self, report: Report) -> None:
        for listener in tuple(self._listeners):
            listener(report)

    async def dial(self, address: str) -> Connection:
        """Connect; may be cancelled at any time and then leaves nothing behind.

        Waits for the sensor as long as it must. Raises `bumble.core.ConnectionError`.
        """
        peer = hci.Address(address)
        await self._wait_until_heard(peer)
        async with self._dial_lock:
            attempt = in_background(self.device.connect_le(peer, timeout=None))
            try:
                return await asyncio.shield(attempt)
            except asyncio.CancelledError:
                in_background(self._abandon(attempt))
                await asyncio.wait([attempt])  # takes no time in the air
                raise

    async def _wait_until_heard(self, peer: hci.Address) -> None:
        heard = asyncio.Event()

        def listener(report: Report) -> None:
            if report.address == peer:
                heard.set()

        try:
            await self.listen(listener)
            await heard.wait()
        finally:
            await self.unlisten(listener)

    async def _abandon(self, attempt: asyncio.Task[Connection]) -> None:
        with contextlib.suppress(core.BaseBumbleError):
            await self.device.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())
        with contextlib.suppress(core.BaseBumbleError, TimeoutError):
            connection = await attempt
            async with asyncio.timeout(_CLEANUP_LIMIT_S):
                await connection.disconnect()
