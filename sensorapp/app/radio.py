"""The Bluetooth that the program uses: the platform's, or an adapter over a socket."""

from __future__ import annotations

from sensorapp.link.radio import Radio


def radio_at(hci: str | None) -> Radio:
    """The platform's radio, or the adapter at a place like `unix-client:PATH`; in a running loop.

    Raises `SensorAppError` for a place that is none.
    """
    if hci is None:
        return Radio()
    from sensorapp.virtual.bleak_backend import VirtualClient, VirtualScanner
    from sensorapp.virtual.hci_client import RemoteAdapter
    from sensorapp.virtual.hci_place import HciPlace, Side

    adapter = RemoteAdapter(HciPlace.parse(hci, Side.CLIENT))
    return Radio(
        scanner_kwargs={"backend": VirtualScanner, "air": adapter},
        client_kwargs={"backend": VirtualClient, "air": adapter},
    )
