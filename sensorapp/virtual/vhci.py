"""A virtual Bluetooth adapter that Linux takes for a real one: BlueZ on it, virtual sensors around.

The kernel's driver `hci_vhci` lends a program the place of a radio chip. Needs /dev/vhci and
the right to open it; meant for a machine of its own, because every program on it sees the
adapter.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bumble import hci

from sensorapp.model.errors import RadioUnavailable
from sensorapp.virtual.air import CENTRAL_ADDRESS, Air
from sensorapp.virtual.air_controller import AirController

VHCI = Path("/dev/vhci")

_PUBLIC_ADDRESS = "F0:F1:F2:F3:F4:F5/P"
"""The adapter's address as the system shows it."""

_NOT_OFFERED = hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
"""The kernel would use these commands if it were told of them, and the air knows none."""

_VENDOR_PACKET = 0xFF
_CREATE_PRIMARY = bytes((_VENDOR_PACKET, 0x00))
"""Asks the driver for an adapter; it answers with a vendor packet too (Linux, hci_vhci.c)."""

_LARGEST_PACKET = 4096


@asynccontextmanager
async def system_adapter(air: Air) -> AsyncIterator[AirController]:
    """Give the system an adapter in `air` while the context lasts.

    BlueZ takes some tenths of a second to switch it on. Raises `RadioUnavailable` if the
    system has no such driver or refuses it.
    """
    try:
        driver = os.open(VHCI, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        raise RadioUnavailable(
            "no_vhci",
            f"This system lends no virtual Bluetooth adapter: {VHCI} can't be opened.",
            "Load the kernel module hci_vhci, and run this as root.",
        ) from error
    controller = air.new_controller("adapter", CENTRAL_ADDRESS)
    controller.public_address = hci.Address(_PUBLIC_ADDRESS)
    controller.le_features &= ~_NOT_OFFERED
    controller.host = _Driver(driver)
    loop = asyncio.get_running_loop()
    loop.add_reader(driver, _read, driver, controller)
    try:
        os.write(driver, _CREATE_PRIMARY)
        yield controller
    finally:
        loop.remove_reader(driver)
        os.close(driver)
        air.remove_controller(controller)


class _Driver:
    """Where the controller's packets go: Bumble's `TransportSink`."""

    def __init__(self, driver: int) -> None:
        self._driver = driver

    def on_packet(self, packet: bytes) -> None:
        """Hand a packet to the kernel, which refuses it while the adapter is switched off."""
        with contextlib.suppress(OSError):
            os.write(self._driver, packet)


def _read(driver: int, controller: AirController) -> None:
    """Each read is one packet."""
    with contextlib.suppress(BlockingIOError):
        packet = os.read(driver, _LARGEST_PACKET)
        if packet and packet[0] != _VENDOR_PACKET:
            controller.on_packet(packet)
