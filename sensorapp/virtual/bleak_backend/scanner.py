"""bleak's scanner on the virtual radio; conduct follows BlueZ where backends differ."""

from __future__ import annotations

from typing import Literal

from bleak.args.bluez import BlueZScannerArgs
from bleak.args.corebluetooth import CBScannerArgs
from bleak.backends.scanner import AdvertisementDataCallback, BaseBleakScanner
from bleak.exc import BleakDBusError

from sensorapp.virtual.air_central import Adapter, Central, Report
from sensorapp.virtual.bleak_backend.advertisement import Heard


class VirtualScanner(BaseBleakScanner):
    """`BleakScanner(..., backend=VirtualScanner, air=air)`.

    The first report of a device may lack what is in its scan response, as on real
    platforms; later ones hold both, merged. A second scan while one runs raises
    `BleakDBusError` InProgress.
    """

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: Literal["active", "passive"],
        *,
        air: Adapter,
        bluez: BlueZScannerArgs | None = None,  # noqa: ARG002  # given to every backend
        cb: CBScannerArgs | None = None,  # noqa: ARG002  # given to every backend
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._air = air
        self._is_active = scanning_mode == "active"
        self._central: Central | None = None
        self._heard: dict[str, Heard] = {}

    async def start(self) -> None:
        """Start scanning."""
        central = await self._air.central()
        if central.scan_owner is not None:
            raise BleakDBusError("org.bluez.Error.InProgress", ["Operation already in progress"])
        central.scan_owner = self
        self._central = central
        self._heard = {}
        self.seen_devices = {}
        await central.listen(self._on_report, active=self._is_active)

    async def stop(self) -> None:
        """Stop scanning; does nothing if it is stopped already."""
        central, self._central = self._central, None
        if central is not None:
            central.scan_owner = None
            await central.unlisten(self._on_report)

    def _on_report(self, report: Report) -> None:
        address = report.address.to_string(with_type_qualifier=False)
        heard = self._heard.setdefault(address, Heard())
        heard.add(report.data)
        data = heard.as_bleak(report.rssi)
        if self.is_allowed_uuid(data.service_uuids):
            details = {"address": address}
            device = self.create_or_update_device(address, address, heard.local_name, details, data)
            self.call_detection_callbacks(device, data)
