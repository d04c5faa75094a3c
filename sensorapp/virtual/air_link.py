"""One connection in the air: events at fixed instants, retransmission, supervision timeout.

A connection event happens at anchor + k * interval. In each one that is not lost, both
sides hand over what they queued, up to what fits; in one that is lost nothing moves and
everything is tried again at the next. If no event succeeds for the supervision timeout,
both sides see the link end with reason 0x08 (Core 5.4, Vol 6, Part B, 4.5).

A good link with nothing to send sets no timer: its events could only succeed. The cost in
processor time thus follows the traffic, not the interval.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bumble import hci, ll
from bumble.controller import Connection

from sensorapp.virtual.air_conditions import Conditions

_LL_PAYLOAD_BYTES = 251
"""Largest link-layer payload (Core 4.2, data length extension): the unit of air time."""

_PDU_AIR_TIME_S = 0.0025
"""A full data PDU on the 1 Mbit/s PHY with its empty answer and two inter-frame gaps."""

_MAX_PDUS_PER_EVENT = 6
"""What common controllers fit in one connection event before they turn to other work."""

_SAME_INSTANT = 1e-6
"""In intervals: below this a moment counts as the event itself (rounding of floats)."""


class Radio(Protocol):
    """What a link does to the controllers at its ends."""

    def receive_data(self, connection: Connection, pdu: bytes) -> None:
        """Hand a PDU from the air to the host."""

    def on_ll_control_pdu(self, sender_address: hci.Address, packet: ll.ControlPdu) -> None:
        """Act on a control PDU from the air."""

    def give_credits(self, connection: Connection, count: int) -> None:
        """Tell the host that `count` of its packets have arrived."""

    def link_ended(self, connection: Connection, reason: int) -> None:
        """Tell the host that the link is gone."""


@dataclass(slots=True)
class LinkEnd:
    """One side of a link: its controller, its HCI connection, what it wants to send."""

    controller: Radio
    connection: Connection
    queue: deque[bytes | ll.ControlPdu] = field(default_factory=deque)


class AirLink:
    """The air between a central and one sensor while they are connected."""

    def __init__(
        self,
        central: LinkEnd,
        peripheral: LinkEnd,
        conditions: Conditions,
        rng: random.Random,
        on_closed: Callable[[AirLink], None],
        *,
        interval_s: float,
        timeout_s: float,
    ) -> None:
        self.central = central
        self.peripheral = peripheral
        self._conditions = conditions
        self._rng = rng
        self._on_closed = on_closed
        self._loop = asyncio.get_running_loop()
        self._agreed_interval_s = interval_s
        self._agreed_timeout_s = timeout_s
        self._anchor_s = self._loop.time()
        self._last_heard_s = self._anchor_s
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = math.inf
        self._open = True
        self._arm()

    @property
    def interval_s(self) -> float:
        """Spacing of the connection events."""
        forced_ms = self._conditions.interval_ms
        return self._agreed_interval_s if forced_ms is None else forced_ms / 1000.0

    @property
    def supervision_timeout_s(self) -> float:
        """Silence after which both sides give the link up."""
        forced_s = self._conditions.supervision_timeout_s
        return self._agreed_timeout_s if forced_s is None else forced_s

    def agree(self, interval_s: float, timeout_s: float) -> None:
        """Use these parameters from now on, unless the conditions override them."""
        self._note_unwatched_success()
        self._agreed_interval_s = interval_s
        self._agreed_timeout_s = timeout_s
        self._anchor_s = self._loop.time()
        self._arm()

    def set_conditions(self, conditions: Conditions) -> None:
        """The path changed: fade, return, another interval."""
        self._note_unwatched_success()
        interval_s = self.interval_s
        self._conditions = conditions
        if self.interval_s != interval_s:
            self._anchor_s = self._loop.time()
        self._arm()

    def send(self, end: LinkEnd, pdu: bytes | ll.ControlPdu) -> None:
        """Queue a PDU from `end` for the next connection event."""
        if not self._open:
            return
        self._note_unwatched_success()
        end.queue.append(pdu)
        self._arm()

    def close(self, reason: int) -> None:
        """End the link at once on both sides."""
        if not self._open:
            return
        self._open = False
        self._arm()
        self._on_closed(self)
        for end in (self.central, self.peripheral):
            end.queue.clear()
            end.controller.link_ended(end.connection, reason)

    def _is_watched(self) -> bool:
        """Whether events are played one by one: something to send, or something to lose."""
        return bool(self.central.queue or self.peripheral.queue) or self._conditions.loss > 0.0

    def _note_unwatched_success(self) -> None:
        """Before anything changes: the unplayed events up to now all succeeded."""
        if not self._is_watched():
            periods = math.floor((self._loop.time() - self._anchor_s) / self.interval_s)
            self._last_heard_s = max(self._last_heard_s, self._anchor_s + periods * self.interval_s)

    def _arm(self) -> None:
        """Keep one timer, for the earliest moment at which something can happen."""
        due_s = math.inf
        if self._open and self._is_watched():
            due_s = self._last_heard_s + self.supervision_timeout_s
            if self._conditions.loss < 1.0:
                elapsed = (self._loop.time() - self._anchor_s) / self.interval_s
                event = math.floor(elapsed + _SAME_INSTANT) + 1
                due_s = min(due_s, self._anchor_s + event * self.interval_s)
        if due_s == self._due_s:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._due_s = due_s
        if due_s != math.inf:
            self._timer = self._loop.call_at(due_s, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        due_s, self._due_s = self._due_s, math.inf
        loss = self._conditions.loss
        if loss < 1.0 and (loss == 0.0 or self._rng.random() >= loss):
            self._last_heard_s = self._loop.time()
            self._exchange(self.central, self.peripheral)
            if self._open:
                self._exchange(self.peripheral, self.central)
        elif due_s >= self._last_heard_s + self.supervision_timeout_s - _SAME_INSTANT:
            self.close(hci.HCI_CONNECTION_TIMEOUT_ERROR)
        if self._open:
            self._arm()

    def _exchange(self, sender: LinkEnd, receiver: LinkEnd) -> None:
        """Hand over what fits into one event and give the sender its credits back."""
        fits = max(1, min(_MAX_PDUS_PER_EVENT, int(self.interval_s / _PDU_AIR_TIME_S)))
        arrived = 0
        while sender.queue and fits > 0:
            item = sender.queue[0]
            if isinstance(item, bytes):
                fragments = -(-len(item) // _LL_PAYLOAD_BYTES)
                if fragments > fits and arrived:
                    break
                fits -= fragments
                arrived += 1
                self._deliver_data(item, receiver)
            else:
                fits -= 1
                self._deliver_control(item, sender, receiver)
                if not self._open:
                    return
            sender.queue.popleft()
        if arrived:
            sender.controller.give_credits(sender.connection, arrived)

    def _deliver_data(self, pdu: bytes, receiver: LinkEnd) -> None:
        passes = self._conditions.pdu_filter
        pdus = (pdu,) if passes is None else passes(receiver is self.central, pdu)
        for each in pdus:
            receiver.controller.receive_data(receiver.connection, each)

    def _deliver_control(self, pdu: ll.ControlPdu, sender: LinkEnd, receiver: LinkEnd) -> None:
        if isinstance(pdu, ll.TerminateInd):
            self._open = False
            self._arm()
            self._on_closed(self)
            receiver.controller.link_ended(receiver.connection, pdu.error_code)
            sender.controller.link_ended(
                sender.connection, hci.HCI_CONNECTION_TERMINATED_BY_LOCAL_HOST_ERROR
            )
            return
        if isinstance(pdu, ll.ConnectionUpdateInd):
            self.agree(pdu.interval * 0.00125, pdu.timeout * 0.01)
        receiver.controller.on_ll_control_pdu(sender.connection.self_address, pdu)
