"""What a virtual sensor has to say, in order and no faster than the radio takes it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from bumble import att
from bumble.device import Connection, Device

from firmware_protocol.peripheral import Send
from sensorapp.virtual.air_conditions import CONTROLLER_BUFFERS


class Outbox:
    """Sends in order; waits for credits and, before an indication, for the last confirmation.

    `more` is asked for what can wait whenever nothing else is to be sent and the radio has
    room. Nothing is dropped while the link lives: in a fade the queue grows. What is still in it
    when the link ends is lost with the link, and counted in `dropped`.
    """

    def __init__(
        self,
        device: Device,
        handles: Mapping[str, int],
        on_idle: Callable[[], None],
        more: Callable[[], tuple[Send, ...]] = tuple,
    ) -> None:
        self.dropped = 0
        self._device = device
        self._handles = handles
        self._on_idle = on_idle
        self._more = more
        self._queue: deque[Send] = deque()
        self._connection: Connection | None = None
        self._confirmation: asyncio.Future[None] | None = None

    def open(self, connection: Connection) -> None:
        """A host connected."""
        self._connection = connection
        packets = self._device.host.le_acl_packet_queue
        if packets is not None and self._pump not in packets.listeners("flow"):
            packets.on("flow", self._pump)

    def close(self) -> None:
        """The link is gone."""
        self._connection = None
        self._confirmation = None
        self.dropped += len(self._queue)
        self._queue.clear()
        # The host gives up what it had handed to the radio right after telling us.
        asyncio.get_running_loop().call_soon(self._on_idle)

    def add(self, sends: Iterable[Send]) -> None:
        """Queue these; they go out after what the stack is about to answer."""
        before = len(self._queue)
        self._queue.extend(sends)
        if len(self._queue) > before:
            asyncio.get_running_loop().call_soon(self._pump)

    @property
    def is_idle(self) -> bool:
        """Whether everything has been through the air."""
        packets = self._device.host.le_acl_packet_queue
        return not self._queue and (packets is None or packets.pending == 0)

    def _pump(self) -> None:
        connection, packets = self._connection, self._device.host.le_acl_packet_queue
        while connection is not None and packets is not None:
            if not self._queue and packets.pending < CONTROLLER_BUFFERS:
                self._queue.extend(self._more())
            if not self._queue:
                break
            send = self._queue[0]
            waits = send.indicate and self._confirmation is not None
            if waits or packets.pending >= CONTROLLER_BUFFERS:
                return
            self._queue.popleft()
            handle = self._handles[send.characteristic]
            if send.indicate:
                self._await_confirmation(connection)
                pdu: att.ATT_PDU = att.ATT_Handle_Value_Indication(handle, send.data)
            else:
                pdu = att.ATT_Handle_Value_Notification(handle, send.data)
            connection.send_l2cap_pdu(att.ATT_CID, bytes(pdu))
        if self.is_idle:
            self._on_idle()

    def _await_confirmation(self, connection: Connection) -> None:
        """Have Bumble's server tell us of the host's confirmation."""
        confirmation: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._device.gatt_server.pending_confirmations
        waiting[connection] = confirmation
        self._confirmation = confirmation

        def confirmed(_: asyncio.Future[None]) -> None:
            waiting[connection] = None
            if self._confirmation is confirmation:
                self._confirmation = None
                self._pump()

        confirmation.add_done_callback(confirmed)
