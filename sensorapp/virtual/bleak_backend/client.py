"""bleak's client on the virtual radio; conduct follows BlueZ where backends differ."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from bleak import BleakScanner
from bleak.args import SizedBuffer
from bleak.args.bluez import BlueZClientArgs
from bleak.args.winrt import WinRTClientArgs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.exc import BleakDeviceNotFoundError, BleakError
from bumble import hci
from bumble.device import Connection
from bumble.gatt_client import Client

from sensorapp.virtual.air_central import Adapter
from sensorapp.virtual.air_tasks import in_one_piece
from sensorapp.virtual.bleak_backend.errors import as_bleak_errors
from sensorapp.virtual.bleak_backend.scanner import VirtualScanner
from sensorapp.virtual.bleak_backend.services import discover

_WANTED_MTU = 517
"""The largest that serves a purpose: an attribute of 512 bytes in one PDU."""

_DISCONNECT_LIMIT_S = 10.0
"""How long bleak's BlueZ backend waits for a disconnection."""


class VirtualClient(BaseBleakClient):
    """`BleakClient(device, ..., backend=VirtualClient, air=air)`.

    Errors are those of bleak's BlueZ backend: `TimeoutError` if nobody is heard in time,
    `BleakDBusError` if a connection fails, `BleakGATTProtocolError` for ATT errors,
    `BleakError` if the link is gone.
    """

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        services: set[str] | None = None,
        *,
        air: Adapter,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        bluez: BlueZClientArgs | None = None,  # noqa: ARG002  # given to every backend
        winrt: WinRTClientArgs | None = None,  # noqa: ARG002  # given to every backend
    ) -> None:
        super().__init__(
            address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout
        )
        self._air = air
        self._wanted_services = services
        self._device = (
            address_or_ble_device if isinstance(address_or_ble_device, BLEDevice) else None
        )
        self._connection: Connection | None = None
        self._gone: asyncio.Event | None = None
        self._notifying: set[int] = set()

    @property
    def name(self) -> str:
        """The name that the device advertised, else its address with dashes."""
        if self._device is not None and self._device.name is not None:
            return self._device.name
        return self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        """The ATT_MTU agreed on; 23 while not connected."""
        return 23 if self._connection is None else self._connection.att_mtu

    @property
    def is_connected(self) -> bool:
        """Whether the link lives, as far as this side knows."""
        return self._connection is not None

    async def connect(self, pair: bool, *, timeout: float | None = None, **_: object) -> None:  # noqa: ASYNC109  # bleak's own argument
        """Connect, agree on an MTU and discover the services; leaves nothing on failure."""
        if self.is_connected:
            raise BleakError("Client is already connected")
        limit_s = self._timeout if timeout is None else timeout
        if self._device is None:
            self._device = await BleakScanner.find_device_by_address(
                self.address,
                timeout=limit_s,
                backend=VirtualScanner,
                air=self._air,  # type: ignore[call-arg]  # goes on to the backend
            )
            if self._device is None:
                raise BleakDeviceNotFoundError(
                    self.address, f"Device with address {self.address} was not found."
                )
        try:
            async with asyncio.timeout(limit_s):
                with as_bleak_errors():
                    await self._open(pair)
        except BaseException:
            with contextlib.suppress(BleakError, TimeoutError):
                await self.disconnect()
            raise

    async def _open(self, pair: bool) -> None:
        central = await self._air.central()
        connection = await central.dial(self.address)
        self._connection = connection
        self._gone = asyncio.Event()
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnected)
        gatt = self._gatt()
        await gatt.request_mtu(_WANTED_MTU)
        if pair:
            await connection.pair()
        self.services = await discover(gatt, self._wanted_services, self._max_write_size)

    def _on_disconnected(self, _reason: int) -> None:
        self._connection = None
        self.services = None
        self._notifying.clear()
        if self._gone is not None:
            self._gone.set()
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        """End the link; does nothing without one. Raises `TimeoutError` after 10 s."""
        connection, gone = self._connection, self._gone
        if connection is None or gone is None:
            return
        async with asyncio.timeout(_DISCONNECT_LIMIT_S):
            # The controller refuses if the link has ended but we were not told yet.
            with as_bleak_errors(), contextlib.suppress(hci.HCI_Error):
                await in_one_piece(connection.disconnect())
            await gone.wait()

    async def pair(self, *_args: object, **_kwargs: object) -> None:
        """Bond with the device ("just works"); does nothing if the link is encrypted."""
        connection = self._connected()
        if not connection.is_encrypted:
            with as_bleak_errors():
                await in_one_piece(connection.pair())

    async def unpair(self) -> None:
        """Forget the bond and end the link."""
        central = await self._air.central()
        if self._connection is not None and central.device.keystore is not None:
            await central.device.keystore.delete(str(self._connection.peer_address))
        await self.disconnect()

    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        *,
        use_cached: bool = False,
        **_: object,
    ) -> bytearray:
        """Read a characteristic."""
        return await self._read(characteristic.handle, use_cached)

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_: object
    ) -> bytearray:
        """Read a descriptor."""
        return await self._read(descriptor.handle, use_cached)

    async def _read(self, handle: int, use_cached: bool) -> bytearray:
        gatt = self._gatt()
        if use_cached and handle in gatt.cached_values:
            return bytearray(gatt.cached_values[handle][1])
        with as_bleak_errors():
            return bytearray(await in_one_piece(gatt.read_value(handle)))

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        """Write a characteristic; without response the data must fit in one PDU."""
        await self._write(characteristic.handle, bytes(data), response)

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        """Write a descriptor."""
        await self._write(descriptor.handle, bytes(data), True)

    async def _write(self, handle: int, data: bytes, response: bool) -> None:
        gatt = self._gatt()
        if not response and len(data) > self._max_write_size():
            raise BleakError(
                f"{len(data)} bytes do not fit in a write without response "
                f"of {self._max_write_size()}"
            )
        with as_bleak_errors():
            await in_one_piece(gatt.write_value(handle, data, with_response=response))

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: NotifyCallback,
        **_: object,
    ) -> None:
        """Subscribe; prefers notifications where a characteristic offers both."""
        gatt = self._gatt()
        handle = characteristic.handle
        if handle in self._notifying:
            raise BleakError("Characteristic notifications already started")
        if not {"notify", "indicate"} & set(characteristic.properties):
            raise BleakError(f"{characteristic.uuid} offers neither notify nor indicate")

        loop = asyncio.get_running_loop()

        def deliver(value: bytes) -> None:
            # Not called here and now: what a callback raises must not reach the stack.
            loop.call_soon(callback, bytearray(value))

        self._notifying.add(handle)
        try:
            with as_bleak_errors():
                await in_one_piece(gatt.subscribe(characteristic.obj, deliver))
        except BaseException:
            self._notifying.discard(handle)
            gatt.notification_subscribers.pop(handle, None)
            gatt.indication_subscribers.pop(handle, None)
            raise

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribe."""
        gatt = self._gatt()
        self._notifying.discard(characteristic.handle)
        with as_bleak_errors():
            await in_one_piece(gatt.unsubscribe(characteristic.obj))

    def _connected(self) -> Connection:
        if self._connection is None:
            raise BleakError("Not connected")
        return self._connection

    def _gatt(self) -> Client:
        return self._connected().gatt_client

    def _max_write_size(self) -> int:
        """Bytes in one write without response: the MTU less opcode and handle."""
        return self.mtu_size - 3
