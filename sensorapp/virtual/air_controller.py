"""Bumble's controller, made to behave like a radio chip where the original is too kind.

Kept from Bumble: everything between HCI and host. Replaced: advertising (with scan
responses, jitter and no timer while nobody listens), the establishment of connections and
its cancellation, credits that come back only when a packet has been through the air, and
disconnections that the other side learns of through the air.
"""

from __future__ import annotations

import abc
import asyncio
import random

from bumble import hci, ll
from bumble.controller import Connection, Controller, LegacyAdvertiser
from bumble.core import PhysicalTransport
from bumble.link import LocalLink

from sensorapp.virtual.air_conditions import CONTROLLER_BUFFERS, Conditions
from sensorapp.virtual.air_link import AirLink, LinkEnd

_ADVERTISING_UNIT_S = 0.000625
_FAILED_TO_ESTABLISH_EVENTS = 6
"""Connection events without an answer after which a new link is given up (error 0x3E)."""
_MAX_ADVERTISING_DELAY_S = 0.010
"""Random part of each advertising interval (Core 5.4, Vol 6, Part B, 4.4.2.2.1)."""


class Medium(LocalLink, abc.ABC):
    """What the radios need of the air between them; `rng` decides all that is chance."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bumble left it untyped
        self.rng = rng

    @property
    @abc.abstractmethod
    def has_listener(self) -> bool:
        """Whether any radio scans or waits to connect."""

    @abc.abstractmethod
    def listeners_changed(self) -> None:
        """Somebody began or stopped to listen."""

    @abc.abstractmethod
    def broadcast(self, advertiser: AirAdvertiser) -> None:
        """Let one advertisement reach whom it can."""

    @abc.abstractmethod
    def connect(self, central: AirController, peripheral: AirController) -> None:
        """A connection request goes out in answer to an advertisement."""


class AirAdvertiser(LegacyAdvertiser):
    """Legacy advertising whose timer runs only while somebody listens."""

    controller: AirController

    def start(self) -> None:
        """Begin, as the host asked."""
        self.stop()
        self.enabled = True
        self.wake()

    def wake(self) -> None:
        """Advertise on, now that there may be a listener."""
        if not self.enabled or self.timer_handle is not None:
            return
        air = self.controller.air
        if air.has_listener:
            interval_s = self.advertising_interval_min * _ADVERTISING_UNIT_S
            self.timer_handle = asyncio.get_running_loop().call_later(
                air.rng.uniform(0.0, interval_s), self._on_timer_fired
            )

    def _on_timer_fired(self) -> None:
        self.timer_handle = None
        air = self.controller.air
        if not self.enabled or not air.has_listener:
            return
        delay_s = self.advertising_interval_min * _ADVERTISING_UNIT_S
        delay_s += air.rng.uniform(0.0, _MAX_ADVERTISING_DELAY_S)
        self.timer_handle = asyncio.get_running_loop().call_later(delay_s, self._on_timer_fired)
        air.broadcast(self)


class AirController(Controller):
    """A radio chip in the air; one per host."""

    le_acl_data_packet_length = 1024
    """More than a PDU of the largest MTU: one credit is one PDU."""
    total_num_le_acl_data_packets = CONTROLLER_BUFFERS
    le_features = Controller.le_features & ~(
        hci.LeFeatureMask.LE_EXTENDED_ADVERTISING | hci.LeFeatureMask.LE_PERIODIC_ADVERTISING
    )

    def __init__(self, name: str, air: Medium, address: hci.Address) -> None:
        super().__init__(name, link=air, public_address=None)
        self.air = air
        self.random_address = address
        self.le_legacy_advertiser = AirAdvertiser(self)
        self._links: dict[int, tuple[AirLink, LinkEnd]] = {}
        self._failing: asyncio.TimerHandle | None = None

    # What the host asks for

    def on_hci_reset_command(
        self, command: hci.HCI_Reset_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Forget all that was going on."""
        self.fall_silent()
        return super().on_hci_reset_command(command)

    def fall_silent(self) -> None:
        """Stop whatever was going on; peers hear nothing more and give up by timeout."""
        links, self._links = self._links, {}
        self.le_connections.clear()
        for link, _ in links.values():
            link.set_conditions(Conditions(event_loss=1.0))
        self.le_scan_enable = False
        self.le_legacy_advertiser.stop()
        self.pending_le_connection = None
        if self._failing is not None:
            self._failing.cancel()
            self._failing = None

    def on_hci_acl_data_packet(self, packet: hci.HCI_AclDataPacket) -> None:
        """Queue a PDU; its credit comes back when it has arrived."""
        known = self._links.get(packet.connection_handle)
        if known is not None:
            link, end = known
            link.send(end, packet.data)

    def on_hci_le_set_scan_enable_command(
        self, command: hci.HCI_LE_Set_Scan_Enable_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Scan, and have advertisers send while we do."""
        result = super().on_hci_le_set_scan_enable_command(command)
        self.air.listeners_changed()
        return result

    def on_hci_le_create_connection_command(
        self, command: hci.HCI_LE_Create_Connection_Command
    ) -> None:
        """Wait for the peer to advertise, then connect."""
        super().on_hci_le_create_connection_command(command)
        self.air.listeners_changed()

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Give up a pending connection; the host is told so by a completion with 0x02."""
        pending = self.pending_le_connection
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        asyncio.get_running_loop().call_soon(
            self.attempt_failed, hci.HCI_UNKNOWN_CONNECTION_IDENTIFIER_ERROR
        )
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_disconnect_command(self, command: hci.HCI_Disconnect_Command) -> None:
        """Tell the peer through the air; both sides are told once it has heard."""
        known = self._links.get(command.connection_handle)
        if known is None:
            self._send_hci_command_status(
                hci.HCI_UNKNOWN_CONNECTION_IDENTIFIER_ERROR, command.op_code
            )
            return
        self._send_hci_command_status(hci.HCI_COMMAND_STATUS_PENDING, command.op_code)
        link, end = known
        link.send(end, ll.TerminateInd(command.reason))

    # What the air brings

    def hear(self, advertiser: AirAdvertiser, rssi_dbm: int, *, scan_response: bool) -> None:
        """An advertisement arrived, and perhaps the answer to our scan request."""
        address = advertiser.address
        kinds = hci.HCI_LE_Advertising_Report_Event.EventType
        if self.le_scan_enable:
            self._report(address, kinds.ADV_IND, advertiser.advertising_data, rssi_dbm)
            if scan_response and self.le_scan_type == 1:
                self._report(address, kinds.SCAN_RSP, advertiser.scan_response_data, rssi_dbm)
        pending = self.pending_le_connection
        if pending is not None and pending.peer_address == address and self._failing is None:
            self.air.connect(self, advertiser.controller)

    def _report(self, address: hci.Address, kind: int, data: bytes, rssi_dbm: int) -> None:
        report = hci.HCI_LE_Advertising_Report_Event.Report(
            event_type=kind,
            address_type=address.address_type,
            address=address,
            data=data,
            rssi=rssi_dbm,
        )
        self.send_hci_packet(hci.HCI_LE_Advertising_Report_Event([report]))

    def attempt_fails_soon(self, interval_s: float) -> None:
        """Nobody answered our connection request: say so after six events, with 0x3E."""
        self._failing = asyncio.get_running_loop().call_later(
            _FAILED_TO_ESTABLISH_EVENTS * interval_s,
            self.attempt_failed,
            hci.HCI_CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR,
        )

    def attempt_failed(self, status: int) -> None:
        """End a pending connection without one."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if self._failing is not None:
            self._failing.cancel()
            self._failing = None
        if pending is not None:
            self._complete(status, 0, hci.Role.CENTRAL, pending.peer_address, 0.0, 0.0)

    def link_began(
        self, link: AirLink, end: LinkEnd, *, interval_s: float, timeout_s: float
    ) -> None:
        """A link exists from now on; tell the host."""
        connection = end.connection
        self._links[connection.handle] = (link, end)
        self.le_connections[connection.peer_address] = connection
        if connection.role == hci.Role.CENTRAL:
            self.pending_le_connection = None
        else:
            self.le_legacy_advertiser.stop()
        self._complete(
            hci.HCI_SUCCESS,
            connection.handle,
            connection.role,
            connection.peer_address,
            interval_s,
            timeout_s,
        )

    def _complete(
        self,
        status: int,
        handle: int,
        role: hci.Role,
        peer_address: hci.Address,
        interval_s: float,
        timeout_s: float,
    ) -> None:
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=status,
                connection_handle=handle,
                role=role,
                peer_address_type=peer_address.address_type,
                peer_address=peer_address,
                connection_interval=round(interval_s / 0.00125),
                peripheral_latency=0,
                supervision_timeout=round(timeout_s / 0.01),
                central_clock_accuracy=0,
            )
        )

    def new_connection(
        self, role: hci.Role, self_address: hci.Address, peer_address: hci.Address
    ) -> Connection:
        """An HCI connection with a handle of its own."""
        return Connection(
            controller=self,
            handle=self.allocate_connection_handle(),
            role=role,
            self_address=self_address,
            peer_address=peer_address,
            link=self.air,
            transport=PhysicalTransport.LE,
            link_type=hci.HCI_Connection_Complete_Event.LinkType.ACL,
        )

    def receive_data(self, connection: Connection, pdu: bytes) -> None:
        """Hand a PDU from the air to the host."""
        self.send_hci_packet(hci.HCI_AclDataPacket(connection.handle, 2, 0, len(pdu), pdu))

    def give_credits(self, connection: Connection, count: int) -> None:
        """Tell the host that `count` of its packets have arrived."""
        self.send_hci_packet(
            hci.HCI_Number_Of_Completed_Packets_Event(
                connection_handles=[connection.handle], num_completed_packets=[count]
            )
        )

    def send_control(self, connection: Connection, pdu: ll.ControlPdu) -> None:
        """Queue a link-layer control PDU."""
        known = self._links.get(connection.handle)
        if known is not None:
            link, end = known
            link.send(end, pdu)

    def link_ended(self, connection: Connection, reason: int) -> None:
        """A link is gone; tell the host."""
        if self._links.pop(connection.handle, None) is not None:
            self.on_le_disconnected(connection, reason)
