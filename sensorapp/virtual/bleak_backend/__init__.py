"""bleak on the virtual radio: two classes for the `backend` argument, and nothing else.

    BleakScanner(service_uuids=[...], backend=VirtualScanner, air=air)
    BleakClient(device, backend=VirtualClient, air=air)

Code that uses bleak differs in these two arguments alone.
"""

from __future__ import annotations

from sensorapp.virtual.bleak_backend.client import VirtualClient
from sensorapp.virtual.bleak_backend.scanner import VirtualScanner

__all__ = ["VirtualClient", "VirtualScanner"]
