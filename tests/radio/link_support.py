"""A Bluetooth stack for bleak that follows a script: what goes wrong is chosen, not awaited.

The virtual radio shows that the link works over real GATT. This one shows what the link
does when a stack misbehaves in ways that no radio can be asked for.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection

from sensorapp.drivers.base import DriverRun
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.model.device import Advertisement, LinkState
from sensorapp.model.inputs import Input, LinkChanged
from sensorapp.model.stream import StreamPosition
from sensorapp.ports import Clock

SERVICE = "0000feed-0000-4000-8000-000000000000"
DATA = "0000da7a-0000-4000-8000-000000000000"
MISSING = "0000dead-0000-4000-8000-000000000000"
ID = "sensor"
ADDRESS = "C2:00:00:00:00:01"
NAME = "TP-0001"


@dataclass
class Stack:
    """The script and the record of it.

    `connects` are outcomes of the coming connections, None being success; afterwards every
    one succeeds. `scan_error`, `ask_error` are raised while set. `hang` names calls that
    never return: "connect", "disconnect", "start", "write".
    """

    present: bool = True
    name: str | None = NAME
    scan_error: Exception | None = None
    ask_error: BaseException | None = None
    connects: list[Exception | None] = field(default_factory=list)
    hang: set[str] = field(default_factory=set)
    calls: list[tuple[float, str]] = field(default_factory=list)
    scanned_for: list[list[str] | None] = field(default_factory=list)
    clients: list[ScriptedClient] = field(default_factory=list)
    scanner: ScriptedScanner | None = None
    busy: int = 0
    most_busy: int = 0

    def radio(self) -> Radio:
        return Radio(
            {"backend": ScriptedScanner, "stack": self},
            {"backend": ScriptedClient, "stack": self},
        )

    async def call(self, name: str) -> None:
        self.calls.append((asyncio.get_running_loop().time(), name))
        await asyncio.sleep(0.01)
        if name in self.hang:
            await asyncio.Event().wait()

    def called(self, *names: str) -> list[str]:
        return [name for _, name in self.calls if name in names]

    def advertise(self) -> None:
        if self.scanner is not None and self.present:
            data = AdvertisementData(self.name, {}, {}, [SERVICE], None, -60, ())
            scanner = self.scanner
            device = scanner.create_or_update_device(ADDRESS, ADDRESS, self.name, None, data)
            scanner.call_detection_callbacks(device, data)

    def enter(self) -> None:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)

    @property
    def live(self) -> ScriptedClient:
        return self.clients[-1]


class ScriptedScanner(BaseBleakScanner):
    def __init__(
        self,
        detection_callback: Any,
        service_uuids: list[str] | None,
        scanning_mode: str,
        *,
        stack: Stack,
        **_: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._stack = stack
        stack.scanned_for.append(service_uuids)

    async def start(self) -> None:
        await self._stack.call("start")
        if self._stack.scan_error is not None:
            raise self._stack.scan_error
        self._stack.enter()
        self._stack.scanner = self
        self._beacon = asyncio.create_task(self._advertise())

    async def _advertise(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            self._stack.advertise()

    async def stop(self) -> None:
        await self._stack.call("stop")
        self._beacon.cancel()
        self._stack.scanner = None
        self._stack.busy -= 1


class ScriptedClient(BaseBleakClient):
    def __init__(self, device: BLEDevice | str, *, stack: Stack, **kwargs: Any) -> None:
        super().__init__(
            device,
            disconnected_callback=kwargs["disconnected_callback"],
            timeout=kwargs["timeout"],
        )
        self._stack = stack
        self._up = False
        self.listeners: list[NotifyCallback] = []
        self.writes: list[bytes] = []
        self.disconnects = 0
        stack.clients.append(self)

    @property
    def name(self) -> str:
        return self._stack.name or ""

    @property
    def mtu_size(self) -> int:
        return 247

    @property
    def is_connected(self) -> bool:
        return self._up

    async def connect(self, pair: bool, **_: Any) -> None:
        self._stack.enter()
        try:
            await self._stack.call("connect")
        finally:
            self._stack.busy -= 1
        outcome = self._stack.connects.pop(0) if self._stack.connects else None
        if outcome is not None:
            raise outcome
        services = BleakGATTServiceCollection()
        service = BleakGATTService(None, 1, SERVICE)
        services.add_service(service)
        services.add_characteristic(
            BleakGATTCharacteristic(None, 2, DATA, ["notify", "write", "read"], lambda: 20, service)
        )
        self.services = services
        self._up = True

    async def disconnect(self) -> None:
        self.disconnects += 1
        await self._stack.call("disconnect")
        self._up = False

    def drop(self) -> None:
        """The link breaks."""
        self._up = False
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    def push(self, data: bytes) -> None:
        """The sensor notifies."""
        for listener in self.listeners:
            listener(bytearray(data))

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError

    async def unpair(self) -> None:
        raise NotImplementedError

    async def _ask(self, what: str) -> None:
        await self._stack.call(what)
        if self._stack.ask_error is not None:
            raise self._stack.ask_error

    async def read_gatt_char(self, characteristic: BleakGATTCharacteristic, **_: Any) -> bytearray:
        await self._ask("read")
        return bytearray(b"value")

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: Any, response: bool
    ) -> None:
        await self._ask("write")
        self.writes.append(bytes(data))

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_: Any
    ) -> None:
        await self._ask("subscribe")
        self.listeners.append(callback)

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        raise NotImplementedError

    async def read_gatt_descriptor(self, descriptor: BleakGATTDescriptor, **_: Any) -> bytearray:
        raise NotImplementedError

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: Any) -> None:
        raise NotImplementedError


class ScriptedDriver:
    """Recognises what the stack advertises; the tests speak for it."""

    key = "scripted"
    label = "Scripted sensor"
    service_uuids = (SERVICE,)

    def match(self, advertisement: Advertisement) -> bool:
        return SERVICE in advertisement.service_uuids

    def open(
        self, sensor_id: str, rate_mhz: int, left_off: StreamPosition | None = None
    ) -> DriverRun:
        raise NotImplementedError


class Tape:
    """Reads a link's inputs in the background and keeps them."""

    def __init__(self, link: BleLink) -> None:
        self.link = link
        self.inputs: list[Input] = []
        self.failure: Exception | None = None
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for item in self.link.inputs():
                self.inputs.append(item)
        except Exception as error:  # noqa: BLE001 a test looks at it
            self.failure = error

    async def until(self, kind: type[Input], count: int = 1, within_s: float = 60.0) -> float:
        """Wait for the count-th input of a kind; returns the loop's time then."""
        await self.seen(lambda: len(self.of(kind)) >= count, within_s)
        return asyncio.get_running_loop().time()

    async def state(self, state: LinkState, within_s: float = 60.0) -> LinkChanged:
        """Wait until the link's newest state is this."""
        await self.seen(lambda: self.states[-1:] == [state], within_s)
        newest: LinkChanged = self.of(LinkChanged)[-1]
        return newest

    async def seen(self, condition: Callable[[], bool], within_s: float) -> None:
        async with asyncio.timeout(within_s):
            while not condition():  # noqa: ASYNC110 any condition, on a loop that jumps
                await asyncio.sleep(0.01)

    def of(self, kind: type[Any]) -> list[Any]:
        return [item for item in self.inputs if isinstance(item, kind)]

    @property
    def states(self) -> list[LinkState]:
        return [item.state for item in self.of(LinkChanged)]


def link_on(stack: Stack, clock: Clock, **kwargs: Any) -> BleLink:
    return BleLink(stack.radio(), [ScriptedDriver()], clock, rng=random.Random(1), **kwargs)
