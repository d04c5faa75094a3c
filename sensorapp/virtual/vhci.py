"""A virtual Bluetooth adapter that Linux takes for a real one: BlueZ on it, virtual sensors around.

The kernel's driver `hci_vhci` lends a program the place of a radio chip. Needs /dev/vhci and
the right to open it; meant for a machine of its own, because every program on it sees the
adapter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bumble import hci
from bumble.transport import open_transport

from sensorapp.model.errors import RadioUnavailable
from sensorapp.virtual.air import CENTRAL_ADDRESS, Air
from sensorapp.virtual.air_controller import AirController

VHCI = Path("/dev/vhci")

_PUBLIC_ADDRESS = "F0:F1:F2:F3:F4:F5/P"
"""The adapter's address as the system shows it."""

_NOT_OFFERED = hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
"""The kernel would use these commands if it were told of them, and the air knows none."""


@asynccontextmanager
async def system_adapter(air: Air) -> AsyncIterator[AirController]:
    """Give the system an adapter in `air` while the context lasts.

    BlueZ takes some tenths of a second to switch it on. Raises `RadioUnavailable` if the
    system has no such driver or refuses it.
    """
    try:
        transport = await open_transport(f"vhci:{VHCI}")
    except OSError as error:
        raise RadioUnavailable(
            "no_vhci",
            f"This system lends no virtual Bluetooth adapter: {VHCI} can't be opened.",
            "Load the kernel module hci_vhci, and run this as root.",
        ) from error
    controller = air.new_controller("adapter", CENTRAL_ADDRESS)
    controller.public_address = hci.Address(_PUBLIC_ADDRESS)
    controller.le_features &= ~_NOT_OFFERED
    controller.host = transport.sink
    transport.source.set_packet_sink(controller)
    try:
        yield controller
    finally:
        await transport.close()
        air.remove_controller(controller)
