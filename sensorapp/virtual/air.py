"""The medium that one central and any number of sensors share, all in one process.

It takes the place of Bumble's `LocalLink` and makes it behave like air: each sensor has
`Conditions` that may change at any time, advertisements get lost, connections are refused
or time out, and data moves at connection events only. All chance comes from the generator
that the caller passes in, so a run on a deterministic loop repeats exactly.
"""

from __future__ import annotations

import logging
import random

from bumble import hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.device import Device
from bumble.host import Host

from sensorapp.virtual.air_central import Central
from sensorapp.virtual.air_conditions import (
    DEFAULT_INTERVAL_S,
    DEFAULT_SUPERVISION_TIMEOUT_S,
    Conditions,
)
from sensorapp.virtual.air_controller import AirAdvertiser, AirController, Medium
from sensorapp.virtual.air_link import AirLink, LinkEnd

# Bumble warns about things that are daily bread in a fade (an answer to a link that has
# just ended). Without a handler Python would print them over the screen.
logging.getLogger("bumble").addHandler(logging.NullHandler())

CENTRAL_ADDRESS = "C0:FF:EE:00:00:01"
"""The adapter's own address; sensors must have another."""

_GOOD = Conditions()


class Air(Medium):
    """Everything that controllers say to each other passes here.

    `rng` decides every loss and every delay of chance. Must be used from one event loop.
    """

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self._radios: list[AirController] = []
        self._conditions: dict[str, Conditions] = {}
        self._links: dict[str, AirLink] = {}
        self._central: Central | None = None

    async def central(self) -> Central:
        """The adapter of this computer, ready for use; made on the first call."""
        if self._central is None:
            controller = self.new_controller("central", CENTRAL_ADDRESS)
            host = Host(controller, controller)
            address = controller.random_address
            self._central = Central(Device(name="central", address=address, host=host))
        await self._central.power_on()
        return self._central

    def new_controller(self, name: str, address: str) -> AirController:
        """A radio with the static random address `address` ("C2:..."), in a running loop.

        Raises `ValueError` if the address is taken.
        """
        if any(_text(radio.random_address) == address.upper() for radio in self._radios):
            raise ValueError(f"there is already a radio with the address {address}")
        controller = AirController(name, self, hci.Address(address))
        self._radios.append(controller)
        return controller

    def remove_controller(self, controller: Controller) -> None:
        """Take a radio out of the air: its links end for the others by timeout."""
        super().remove_controller(controller)
        if isinstance(controller, AirController):
            controller.fall_silent()
            self._radios.remove(controller)

    def conditions(self, address: str) -> Conditions:
        """The present conditions between the central and the sensor with that address."""
        return self._conditions.get(address.upper(), _GOOD)

    def set_conditions(self, address: str, conditions: Conditions) -> None:
        """Change them from now on; links that exist feel it at once."""
        key = address.upper()
        self._conditions[key] = conditions
        link = self._links.get(key)
        if link is not None:
            link.set_conditions(conditions)

    def link(self, address: str) -> AirLink | None:
        """The link to that sensor, None while there is none."""
        return self._links.get(address.upper())

    # From here on: called by the controllers

    @property
    def has_listener(self) -> bool:
        """Whether any radio scans or waits to connect."""
        return any(
            radio.le_scan_enable or radio.pending_le_connection is not None
            for radio in self._radios
        )

    def listeners_changed(self) -> None:
        """Somebody began or stopped to listen."""
        for radio in self._radios:
            advertiser = radio.le_legacy_advertiser
            if isinstance(advertiser, AirAdvertiser):
                advertiser.wake()

    def broadcast(self, advertiser: AirAdvertiser) -> None:
        """Let one advertisement reach whom it can."""
        conditions = self.conditions(_text(advertiser.address))
        for radio in tuple(self._radios):
            if radio is advertiser.controller or self._is_lost(conditions):
                continue
            answered = radio.le_scan_enable and not self._is_lost(conditions)
            radio.hear(advertiser, conditions.rssi_dbm, scan_response=answered)
            if not advertiser.enabled:
                break

    def connect(self, central: AirController, peripheral: AirController) -> None:
        """A connection request goes out in answer to an advertisement."""
        address = peripheral.le_legacy_advertiser.address
        conditions = self.conditions(_text(address))
        if conditions.refuse_connections or self._is_lost(conditions):
            central.attempt_fails_soon(DEFAULT_INTERVAL_S)
            return
        ends = (
            LinkEnd(
                central,
                central.new_connection(hci.Role.CENTRAL, central.random_address, address),
            ),
            LinkEnd(
                peripheral,
                peripheral.new_connection(hci.Role.PERIPHERAL, address, central.random_address),
            ),
        )
        link = AirLink(
            *ends,
            conditions,
            self.rng,
            self._forget,
            interval_s=DEFAULT_INTERVAL_S,
            timeout_s=DEFAULT_SUPERVISION_TIMEOUT_S,
        )
        self._links[_text(address)] = link
        for radio, end in zip((central, peripheral), ends, strict=True):
            radio.link_began(
                link, end, interval_s=link.interval_s, timeout_s=link.supervision_timeout_s
            )

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """Bumble's way into the air for control PDUs."""
        for radio in self._radios:
            connection = radio.le_connections.get(receiver_address)
            if connection is not None and connection.self_address == sender_address:
                radio.send_control(connection, packet)

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """Not used: data goes through the link that it belongs to."""
        raise NotImplementedError("data passes through AirLink.send")

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        """Not used: advertisers call `broadcast`."""
        raise NotImplementedError("advertisements pass through Air.broadcast")

    def _is_lost(self, conditions: Conditions) -> bool:
        loss = conditions.loss
        return loss > 0.0 and (loss >= 1.0 or self.rng.random() < loss)

    def _forget(self, link: AirLink) -> None:
        for key, known in tuple(self._links.items()):
            if known is link:
                del self._links[key]


def _text(address: hci.Address) -> str:
    return address.to_string(with_type_qualifier=False).upper()
