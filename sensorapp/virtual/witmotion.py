"""A WitMotion BLE 5.0 sensor in the air, made from the facts about it, not from its driver.

It has no clock to tell, no sequence number and no checksum. It streams to whoever subscribes, at
the rate in its register, takes commands of five bytes and answers reads of registers. Its
oscillator may be off, and it may send frames one by one, several at once, or cut in pieces.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bumble import att, core, hci
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic as Attribute
from bumble.gatt import CharacteristicValue, Service
from bumble.host import Host

from sensorapp.virtual.air import Air
from sensorapp.virtual.air_conditions import CONTROLLER_BUFFERS
from sensorapp.virtual.air_tasks import in_background, in_one_piece
from sensorapp.virtual.samples import Row, SampleStream

_GRAVITY_MPS2 = 9.80665
_G_PER_COUNT = 16.0 / 32_768
_DPS_PER_COUNT = 2000.0 / 32_768
_RATES_HZ = {0x06: 10.0, 0x07: 20.0, 0x08: 50.0, 0x09: 100.0, 0x0A: 200.0}
_FACTORY = {0x03: 0x06, 0x24: 0x00, 0x64: 395}
_ADVERTISING_MS = 100.0
_HANG_UP_S = 5.0


@dataclass(frozen=True, slots=True)
class WitTable:
    """UUIDs of the service and of its two characteristics."""

    service: str = "0000ffe5-0000-1000-8000-00805f9a34fb"
    notify: str = "0000ffe4-0000-1000-8000-00805f9a34fb"
    write: str = "0000ffe9-0000-1000-8000-00805f9a34fb"


SINGLE_MODE = WitTable()
DUAL_MODE = WitTable(
    "49535343-fe7d-4ae5-8fa9-9fafd205e455",
    "49535343-1e4d-4bd9-ba61-23c647249616",
    "49535343-8841-43f4-a8d4-ecbe34729bb3",
)


@dataclass(frozen=True, slots=True)
class WitHabits:
    """How this one behaves.

    `clock_error` is how much too fast its oscillator runs (0.007 is 0.7 %). Notifications
    carry `merged` frames, or what `pieces` cuts of them (lengths, used in turn).
    """

    clock_error: float = 0.0
    merged: int = 1
    pieces: tuple[int, ...] = ()
    answers_reads: bool = True


class VirtualWitMotion:
    """One sensor, from `start` to `stop`; needs a running loop.

    `on_sent` is told of each frame when it is made: the loop's time and its 20 bytes. The rows
    of `stream` are taken one by one whatever the rate; when they are used up it falls silent.
    `rate_mhz` of the stream is the rate for which they were made, and not looked at.
    """

    def __init__(
        self,
        air: Air,
        stream: SampleStream,
        *,
        name: str = "WT901BLE68",
        address: str = "C2:0F:EE:01:00:01",
        table: WitTable = SINGLE_MODE,
        habits: WitHabits | None = None,
        on_sent: Callable[[float, bytes], None] = lambda _t_s, _frame: None,
    ) -> None:
        self.address = address
        self.registers = dict(_FACTORY)
        self.commands: list[bytes] = []
        self.finished = asyncio.Event()
        """Set when no row is left; the last frames may still be in the air."""
        self.saves = 0
        """How often the settings were written to flash."""
        self._air = air
        self._rows = stream.rows
        self._name = name
        self._table = table
        self._habits = habits or WitHabits()
        self._on_sent = on_sent
        self._controller = air.new_controller(name, address)
        self._device = Device(
            name=name,
            address=hci.Address(address),
            host=Host(self._controller, self._controller),
        )
        notify, write = self._attributes()
        self._device.add_services([Service(UUID(table.service), [notify, write])])
        self._queue: deque[bytes] = deque()
        server = self._device.gatt_server
        server.max_mtu = 247
        server.on(server.EVENT_CHARACTERISTIC_SUBSCRIPTION, self._on_subscription)
        self._device.on(self._device.EVENT_CONNECTION, self._on_connection)
        self._connection: Connection | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unlocked = self._subscribed = self._stopped = False
        self._due_s = 0.0
        self._waiting: list[bytes] = []
        self._cuts = 0

    async def start(self) -> None:
        """Power on and advertise."""
        await in_one_piece(self._device.power_on())
        await in_one_piece(self._advertise())

    async def stop(self) -> None:
        """Leave the air; a host that is connected is told so, if it can be reached."""
        self._stopped = True
        self._silence()
        if self._connection is not None:
            with contextlib.suppress(core.BaseBumbleError, asyncio.TimeoutError):
                async with asyncio.timeout(_HANG_UP_S):
                    await in_one_piece(self._connection.disconnect())
        self._air.remove_controller(self._controller)

    def send(self, data: bytes) -> None:
        """Notify these bytes as they are, between frames."""
        self._queue.append(data)
        asyncio.get_running_loop().call_soon(self._pump)

    def _pump(self) -> None:
        """Hand on what the radio has room for; the rest waits, whatever that costs in delay."""
        connection, packets = self._connection, self._device.host.le_acl_packet_queue
        if connection is None or packets is None:
            return
        while self._queue and packets.pending < CONTROLLER_BUFFERS:
            pdu = att.ATT_Handle_Value_Notification(self._notify.handle, self._queue.popleft())
            connection.send_l2cap_pdu(att.ATT_CID, bytes(pdu))

    # The link

    def _attributes(self) -> tuple[Attribute[bytes], Attribute[bytes]]:
        kinds = Attribute.Properties
        notify: Attribute[bytes] = Attribute(
            UUID(self._table.notify), kinds.NOTIFY, Attribute.READABLE, b""
        )
        write: Attribute[bytes] = Attribute(
            UUID(self._table.write),
            kinds.WRITE | kinds.WRITE_WITHOUT_RESPONSE,
            Attribute.WRITEABLE,
            CharacteristicValue(write=self._on_write),
        )
        self._notify = notify
        return notify, write

    async def _advertise(self) -> None:
        if self._stopped or self._connection is not None:
            return
        kinds = AdvertisingData.Type
        services = kinds.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
        named = [(kinds.FLAGS, b"\x06"), (kinds.COMPLETE_LOCAL_NAME, self._name.encode())]
        about = [(services, bytes(UUID(self._table.service)))]
        await self._device.start_advertising(
            advertising_data=bytes(AdvertisingData(named)),
            scan_response_data=bytes(AdvertisingData(about)),
            advertising_interval_min=_ADVERTISING_MS,
            advertising_interval_max=_ADVERTISING_MS,
        )

    def _on_connection(self, connection: Connection) -> None:
        self._connection = connection
        packets = self._device.host.le_acl_packet_queue
        if packets is not None and self._pump not in packets.listeners("flow"):
            packets.on("flow", self._pump)
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self._silence()
        self._queue.clear()
        in_background(self._advertise())

    def _on_subscription(
        self, _: Connection, attribute: object, notify: bool, _indicate: bool
    ) -> None:
        if attribute is self._notify:
            self._silence()
            self._subscribed = notify
            if notify:
                self._begin()

    # Samples

    def _begin(self) -> None:
        self._due_s = asyncio.get_running_loop().time() + self._period_s()
        self._schedule()

    def _silence(self) -> None:
        self._subscribed = False
        self._waiting = []
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(self._due_s, self._sample)

    def _period_s(self) -> float:
        return 1.0 / (_RATES_HZ[self.registers[0x03]] * (1.0 + self._habits.clock_error))

    def _sample(self) -> None:
        row = next(self._rows, None)
        if row is None:
            self._flush()
            self.finished.set()
            return
        self._give(self._due_s, b"\x55\x61" + _words(row))
        self._due_s += self._period_s()
        self._schedule()

    def _give(self, t_s: float, frame: bytes, *, now: bool = False) -> None:
        """Queue a frame; it leaves with the others of its notification."""
        self._on_sent(t_s, frame)
        self._waiting.append(frame)
        if now or len(self._waiting) >= self._habits.merged:
            self._flush()

    def _flush(self) -> None:
        data, self._waiting = b"".join(self._waiting), []
        while data:
            size = len(data)
            if self._habits.pieces:
                size = self._habits.pieces[self._cuts % len(self._habits.pieces)]
                self._cuts += 1
            self.send(data[:size])
            data = data[size:]

    # Commands

    def _on_write(self, _: Connection, data: bytes) -> None:
        self.commands.append(data)
        if len(data) != 5 or data[:2] != b"\xff\xaa":
            return
        register, value = struct.unpack("<BH", data[2:])
        if register == 0x27:
            self._answer(value)
        elif register == 0x69:
            self._unlocked = value == 0xB588
        elif register == 0x00 and self._unlocked:
            self.saves += 1
        elif register == 0x03 and self._unlocked:
            self._set_rate(value)
        elif self._unlocked:
            self.registers[register] = value

    def _answer(self, register: int) -> None:
        if self._habits.answers_reads and self._subscribed:
            words = [self.registers.get(register + offset, 0) for offset in range(4)]
            reply = b"\x55\x71" + struct.pack("<5H4x", register, *words)
            self._give(asyncio.get_running_loop().time(), reply + bytes(20 - len(reply)), now=True)

    def _set_rate(self, code: int) -> None:
        if code in _RATES_HZ:
            self.registers[0x03] = code
            if self._subscribed:
                self._begin()


def _words(row: Row) -> bytes:
    """Eighteen bytes: acceleration, rate, and angles from the direction of gravity, yaw 0."""
    x, y, z = (value / _GRAVITY_MPS2 / _G_PER_COUNT for value in row[:3])
    rates = (math.degrees(value) / _DPS_PER_COUNT for value in row[3:])
    roll_rad, pitch_rad = math.atan2(y, z), math.atan2(-x, math.hypot(y, z))
    angles = (roll_rad / math.pi * 32_768, pitch_rad / math.pi * 32_768, 0.0)
    counts = (max(-32_768, min(32_767, round(value))) for value in (x, y, z, *rates, *angles))
    return struct.pack("<9h", *counts)
