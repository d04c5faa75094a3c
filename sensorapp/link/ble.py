"""One connection to one sensor, from connecting to hanging up; never used again after.

It knows nothing of what the sensor says. Actions are carried out one after the other, and
all that happens is reported as inputs, stamped when it arrived.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import BleakCharacteristicNotFoundError, BleakError

from sensorapp.link.errors import Doing, bluetooth_errors, link_error
from sensorapp.link.radio import Radio
from sensorapp.link.scan import Sighting
from sensorapp.model.actions import Action, Read, Reconnect, Subscribe, Write
from sensorapp.model.errors import LinkError, LinkLost
from sensorapp.model.inputs import ActionFailed, Input, Notification, ValueRead
from sensorapp.ports import Clock

CONNECT_TIMEOUT_S = 10.0
"""A sensor that advertises each second and is in range connects in 1-3 s on all stacks."""

ACTION_TIMEOUT_S = 10.0
"""An ATT request that takes 30 s breaks the connection by specification (Core 5.4, Vol 3,
Part F, 3.3.3); nobody waits that long for a screen, and a good answer takes 0.1 s."""

HANG_UP_TIMEOUT_S = 5.0
"""BlueZ takes 2-3 s for a disconnect when the sensor is out of reach."""

_log = logging.getLogger(__name__)

Emit = Callable[[Input], None]


class BleConnection:
    """Connect, perform, hang up."""

    def __init__(
        self,
        radio: Radio,
        sighting: Sighting,
        sensor_id: str,
        clock: Clock,
        emit: Emit,
        *,
        may_rediscover: bool = False,
    ) -> None:
        self.sighting = sighting
        self._may_rediscover = may_rediscover
        self.lacks_channel = False
        """A characteristic was missing: the system's table of the sensor may be out of date."""
        self._radio = radio
        self._sensor_id = sensor_id
        self._clock = clock
        self._emit = emit
        self._client: BleakClient | None = None
        self._actions: deque[Action] = deque()
        self._busy = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._hanging_up: asyncio.Task[None] | None = None
        self.heard_ns = clock.now_ns()
        """When the sensor last pushed anything."""
        self.notifications = 0

    @property
    def busy(self) -> bool:
        """Whether actions are queued or under way."""
        return not self._idle.is_set()

    @property
    def ended(self) -> bool:
        """Whether this connection is over; nothing is reported after that."""
        return self._ended.done()

    async def connect(self) -> None:
        """Connect and discover; raises `LinkError`. Call `hang_up` afterwards in any case."""
        async with self._radio.turn:
            with bluetooth_errors(Doing.CONNECT):
                self._client = self._radio.client(
                    self.sighting.device, self._on_disconnected, CONNECT_TIMEOUT_S
                )
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    await self._client.connect()
        self.heard_ns = self._clock.now_ns()

    def perform(self, action: Action) -> None:
        """Queue an action; a failure, also of one that comes too late, is an `ActionFailed`."""
        if isinstance(action, Reconnect):
            self.end(action.reason)
        elif self.ended:
            self.refuse(action, "The connection is gone.")
        else:
            self._actions.append(action)
            self._idle.clear()
            self._busy.set()

    async def work(self) -> None:
        """Carry out actions in their order until cancelled; run this as a task."""
        while True:
            await self._busy.wait()
            while self._actions:
                await self._carry_out(self._actions[0])
                self._actions.popleft()  # only now: a cancelled action is still to be reported
            self._busy.clear()
            self._idle.set()

    async def finish_actions(self) -> None:
        """Return once every queued action is done; the caller bounds the time."""
        await self._idle.wait()

    def end(self, reason: str) -> None:
        """Declare the connection over; only the first reason counts."""
        if not self._ended.done():
            self._ended.set_result(reason)

    async def until_ended(self) -> str:
        """Wait until the connection is over; returns why."""
        return await asyncio.shield(self._ended)

    def drop_actions(self) -> None:
        """Report every action that is still queued as failed."""
        while self._actions:
            self.refuse(self._actions.popleft(), "The connection is gone.")

    def refuse(self, action: Action, why: str) -> None:
        """Report an action that can't be carried out any more."""
        channel = "" if isinstance(action, Reconnect) else action.channel
        self._emit(
            ActionFailed(self._clock.now_ns(), self._sensor_id, type(action).__name__, channel, why)
        )

    async def hang_up(self) -> None:
        """Disconnect, also a dead client: BlueZ delivers everything twice otherwise.

        Bounded in time; goes on in the background if the caller is cancelled.
        """
        self.end("")
        if self._hanging_up is None:
            self._hanging_up = asyncio.create_task(self._disconnect())
        await asyncio.shield(self._hanging_up)

    async def _disconnect(self) -> None:
        if self._client is None:
            return
        try:
            with bluetooth_errors(Doing.USE):
                async with asyncio.timeout(HANG_UP_TIMEOUT_S):
                    await self._client.disconnect()
        except LinkError as error:
            _log.debug("hanging up failed: %r", error.__cause__)

    async def _carry_out(self, action: Action) -> None:
        try:
            with bluetooth_errors(Doing.USE):
                async with asyncio.timeout(ACTION_TIMEOUT_S):
                    await self._ask(action)
        except LinkError as error:
            _log.debug("%s failed: %r", type(action).__name__, error.__cause__)
            self.refuse(action, error.sentence)
            self.lacks_channel = isinstance(error.__cause__, BleakCharacteristicNotFoundError)
            if isinstance(error, LinkLost) or (self.lacks_channel and self._may_rediscover):
                self.end(error.sentence)

    async def _ask(self, action: Action) -> None:
        client = self._client
        if client is None or self.ended:
            raise link_error(BleakError("not connected"), Doing.USE)
        if isinstance(action, Subscribe):
            await client.start_notify(action.channel, self._listener(action.channel))
        elif isinstance(action, Read):
            data = bytes(await client.read_gatt_char(action.channel))
            self._emit(ValueRead(self._clock.now_ns(), self._sensor_id, action.channel, data))
        elif isinstance(action, Write):
            await client.write_gatt_char(action.channel, action.data, response=action.response)

    def _listener(self, channel: str) -> Callable[[BleakGATTCharacteristic, bytearray], None]:
        """A callback that stamps and enqueues; anything slower delays all that follows."""

        def heard(_: BleakGATTCharacteristic, data: bytearray) -> None:
            if not self._ended.done():
                self.heard_ns = self._clock.now_ns()
                self.notifications += 1
                self._emit(Notification(self.heard_ns, self._sensor_id, channel, bytes(data)))

        return heard

    def _on_disconnected(self, _: BleakClient) -> None:
        self.end("The connection to the sensor was lost.")
