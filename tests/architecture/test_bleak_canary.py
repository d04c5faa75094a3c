"""The installed bleak still has what the links and the virtual radio build upon.

bleak's backends are less public than its scanner and client, so an update may move them. These
tests name what moved, where otherwise a connection would fail in some far place.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError, BleakGATTProtocolError


def parameters(function: Callable[..., object]) -> set[str]:
    return set(inspect.signature(function).parameters)


def test_a_client_backend_has_to_do_what_ours_does() -> None:
    assert BaseBleakClient.__abstractmethods__ == {
        "connect",
        "disconnect",
        "is_connected",
        "mtu_size",
        "pair",
        "read_gatt_char",
        "read_gatt_descriptor",
        "start_notify",
        "stop_notify",
        "unpair",
        "write_gatt_char",
        "write_gatt_descriptor",
    }


def test_a_scanner_backend_has_to_do_what_ours_does() -> None:
    assert BaseBleakScanner.__abstractmethods__ == {"start", "stop"}
    for offered in ("is_allowed_uuid", "create_or_update_device", "call_detection_callbacks"):
        assert callable(getattr(BaseBleakScanner, offered))


@pytest.mark.parametrize(
    ("function", "used"),
    [
        (BleakScanner.__init__, {"detection_callback", "service_uuids", "backend", "kwargs"}),
        (
            BleakClient.__init__,
            {"address_or_ble_device", "disconnected_callback", "timeout", "backend", "kwargs"},
        ),
        (BleakClient.start_notify, {"char_specifier", "callback"}),
        (BleakClient.write_gatt_char, {"char_specifier", "data", "response"}),
        (BleakClient.read_gatt_char, {"char_specifier"}),
        (BleakAdapter.get, {"backend"}),
        (BleakAdapter.get_connected_devices, {"service_uuids"}),
        (BaseBleakScanner.__init__, {"detection_callback", "service_uuids"}),
        (BaseBleakClient.__init__, {"address_or_ble_device"}),
        (BaseBleakScanner.create_or_update_device, {"key", "address", "name", "details", "adv"}),
        (BaseBleakScanner.call_detection_callbacks, {"device", "advertisement_data"}),
    ],
)
def test_arguments_keep_their_names(function: Callable[..., object], used: set[str]) -> None:
    assert used <= parameters(function)


def test_an_advertisement_keeps_its_fields() -> None:
    assert {"local_name", "service_data", "service_uuids", "rssi"} <= set(AdvertisementData._fields)


def test_errors_keep_what_a_user_is_told_from() -> None:
    assert isinstance(inspect.getattr_static(BleakBluetoothNotAvailableError, "reason"), property)
    assert isinstance(inspect.getattr_static(BleakDBusError, "dbus_error"), property)
    assert isinstance(inspect.getattr_static(BleakGATTProtocolError, "code"), property)
