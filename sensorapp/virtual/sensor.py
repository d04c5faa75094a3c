"""A clip sensor in the air: the protocol's peripheral on a Bumble host, playing samples.

To a central it is a sensor like any other: it advertises, is connected to, asks for the
link parameters that its firmware would ask for, serves its GATT table, takes commands and
streams. What it measures comes from any `SampleStream`: a synthetic wearer or a recording.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Self

from bumble import att, core, hci
from bumble.device import Connection, Device
from bumble.host import Host

from firmware_protocol.acts import RunMotor
from firmware_protocol.ids import SigCharacteristic
from firmware_protocol.peripheral import AttError, Peripheral, PeripheralConfig, Send
from sensorapp.virtual.air import Air
from sensorapp.virtual.air_tasks import in_background, in_one_piece
from sensorapp.virtual.samples import SampleStream
from sensorapp.virtual.sensor_outbox import Outbox
from sensorapp.virtual.sensor_player import Player
from sensorapp.virtual.sensor_table import GattTable

ATT_MTU = 247
"""What the firmware offers: a packet of 19 samples fills one link-layer packet."""

_FAST_ADVERTISING_MS = 100.0
_READY_ADVERTISING_MS = 250.0
_SLOW_ADVERTISING_MS = 1000.0
_FAST_FOR_S = 30.0
"""After this a sensor that nobody connects to saves its battery, step by step."""
_READY_FOR_S = 600.0

_MIN_INTERVAL_MS = 15.0
_MAX_INTERVAL_MS = 30.0
_SUPERVISION_TIMEOUT_MS = 4000.0
"""Long enough for a body between sensor and computer; see Conditions for the default."""

_STATUS_PERIOD_S = 1.0


class VirtualSensor:
    """One sensor, from `start` (or `async with`) to `stop`; needs a running loop.

    `finished` is set when the stream is used up and its last packet has been through the
    air (or was lost with the link). `peripheral` may be told of battery, wear and charging
    at any time. Raises `ValueError` if the config offers any rate but the stream's, for
    samples are never resampled. With `config.buffer_samples` it goes on measuring while it has
    no link, as its protocol says.
    """

    def __init__(
        self,
        air: Air,
        config: PeripheralConfig,
        stream: SampleStream,
        *,
        address: str | None = None,
        boot_ticks: int = 0,
        on_sample: Callable[[bytes], None] | None = None,
    ) -> None:
        if config.rates_mhz != (stream.rate_mhz,):
            raise ValueError(
                f"the sensor must offer {stream.rate_mhz} mHz alone, not {config.rates_mhz}"
            )
        self.address = address or address_of(config.short_id)
        self.name = config.name
        self.peripheral = Peripheral(config)
        self.finished = asyncio.Event()
        self._air = air
        self._controller = air.new_controller(config.name, self.address)
        self._device = Device(
            name=config.name,
            address=hci.Address(self.address),
            host=Host(self._controller, self._controller),
        )
        self._player = Player(
            self.peripheral, config, stream, self._send, self._on_used_up, on_sample, boot_ticks
        )
        self._table = GattTable(self._read, self._write, encrypted=config.encrypted)
        self._device.add_services(self._table.services)
        self._outbox = Outbox(
            self._device, self._table.handles(), self._on_idle, self.peripheral.drain
        )
        server = self._device.gatt_server
        server.max_mtu = ATT_MTU
        server.on(server.EVENT_CHARACTERISTIC_SUBSCRIPTION, self._on_subscription)
        self._device.on(self._device.EVENT_CONNECTION, self._on_connection)
        self._connection: Connection | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._motor_runs: list[RunMotor] = []
        self._is_used_up = False
        self._is_stopped = False

    @property
    def samples_sent(self) -> int:
        """Samples that the peripheral took, all epochs together."""
        return self._player.samples_played

    @property
    def samples_skipped(self) -> int:
        """Samples that came due while nobody streamed."""
        return self._player.samples_skipped

    @property
    def packets_dropped(self) -> int:
        """Notifications that were still waiting when a link ended."""
        return self._outbox.dropped

    @property
    def motor_runs(self) -> tuple[RunMotor, ...]:
        """What the motor was told to do so far, whoever wanted it; nobody feels it."""
        self._motor_runs += [act for act in self.peripheral.acts() if isinstance(act, RunMotor)]
        return tuple(self._motor_runs)

    @property
    def is_connected(self) -> bool:
        """Whether the sensor believes in a link."""
        return self._connection is not None

    async def start(self) -> None:
        """Power on and advertise."""
        await in_one_piece(self._device.power_on())
        await in_one_piece(self._advertise(_FAST_ADVERTISING_MS))

    async def stop(self) -> None:
        """Leave the air; a host that is connected is told so, if it can be reached."""
        if self._is_stopped:
            return
        self._is_stopped = True
        self._player.stop()
        self._stop_timer()
        if self._connection is not None:
            with contextlib.suppress(core.BaseBumbleError, asyncio.TimeoutError):
                async with asyncio.timeout(_SUPERVISION_TIMEOUT_MS / 1000.0 + 1.0):
                    await in_one_piece(self._connection.disconnect())
        self._air.remove_controller(self._controller)

    def cut_power(self) -> None:
        """Be gone from one moment to the next; whoever is connected learns it by silence."""
        self._is_stopped = True
        self._player.stop()
        self._stop_timer()
        self._air.remove_controller(self._controller)

    def handle_of(self, characteristic: str) -> int:
        """ATT handle of a characteristic's value, for faults that concern it alone."""
        return self._table.handles()[characteristic]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    # Advertising

    async def _advertise(self, interval_ms: float) -> None:
        """Advertise at this interval, later at the next longer one (SPEC.md, section 7)."""
        if self._is_stopped or self._connection is not None:
            return
        self._stop_timer()
        if interval_ms != _SLOW_ADVERTISING_MS:
            fast = interval_ms == _FAST_ADVERTISING_MS
            stays = not fast and self.peripheral.streaming  # measuring costs ten times more
            following_ms = _READY_ADVERTISING_MS if fast or stays else _SLOW_ADVERTISING_MS
            self._timer = asyncio.get_running_loop().call_later(
                _FAST_FOR_S if fast else _READY_FOR_S,
                lambda: in_background(self._advertise(following_ms)),
            )
        await self._device.start_advertising(
            advertising_data=self.peripheral.advertising_data(),
            scan_response_data=self.peripheral.scan_response(),
            advertising_interval_min=interval_ms,
            advertising_interval_max=interval_ms,
        )

    # What happens on the link

    def _on_connection(self, connection: Connection) -> None:
        self._connection = connection
        self._stop_timer()
        self.peripheral.connected(connection.att_mtu)
        self._outbox.open(connection)
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)
        connection.on(connection.EVENT_CONNECTION_ATT_MTU_UPDATE, self._on_mtu)
        in_background(self._ask_for_parameters(connection))
        self._schedule_status()

    async def _ask_for_parameters(self, connection: Connection) -> None:
        # The link may end meanwhile; then there is nothing to ask for any more.
        with contextlib.suppress(core.BaseBumbleError, asyncio.CancelledError):
            await connection.update_parameters(
                _MIN_INTERVAL_MS, _MAX_INTERVAL_MS, 0, _SUPERVISION_TIMEOUT_MS
            )

    def _on_mtu(self) -> None:
        if self._connection is not None:
            self.peripheral.mtu_changed(self._connection.att_mtu)

    def _on_disconnection(self, _reason: int) -> None:
        self._player.catch_up()
        self._connection = None
        self.peripheral.disconnected()
        if not self.peripheral.streaming and not self.peripheral.guarding:
            self._player.pause()
        self._outbox.close()
        self._stop_timer()
        in_background(self._advertise(_FAST_ADVERTISING_MS))

    def _on_subscription(
        self, _: Connection, attribute: object, notify: bool, indicate: bool
    ) -> None:
        uuid = self._table.uuid_of(attribute)
        if uuid is not None and uuid != SigCharacteristic.BATTERY_LEVEL:
            self._player.catch_up()
            on = notify or indicate
            self._send(self.peripheral.subscribed(uuid, on, self._player.ticks()))

    def _read(self, uuid: str) -> bytes:
        self._player.catch_up()
        try:
            return self.peripheral.read(uuid, self._player.ticks())
        except AttError as error:
            raise att.ATT_Error(error.code) from error

    def _write(self, uuid: str, value: bytes) -> None:
        self._player.catch_up()
        ticks, epoch = self._player.ticks(), self.peripheral.epoch
        try:
            sends = self.peripheral.write(uuid, value, ticks)
        except AttError as error:
            raise att.ATT_Error(error.code) from error
        self._send(sends)
        if self.peripheral.epoch != epoch:
            self._player.begin(ticks)
        elif not self.peripheral.streaming:
            self._player.pause()

    # What goes out

    def _send(self, sends: tuple[Send, ...]) -> None:
        self._outbox.add(sends)

    def _send_status(self) -> None:
        self._player.catch_up()
        self._send(self.peripheral.status_due(self._player.ticks()))
        self._schedule_status()

    def _schedule_status(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_STATUS_PERIOD_S, self._send_status)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_used_up(self) -> None:
        self._is_used_up = True
        self._on_idle()

    def _on_idle(self) -> None:
        if self._is_used_up and self._outbox.is_idle:
            self.finished.set()


def address_of(short_id: int) -> str:
    """The static random address of the virtual sensor with that id."""
    return f"C2:0F:EE:00:{short_id >> 8 & 0xFF:02X}:{short_id & 0xFF:02X}"
