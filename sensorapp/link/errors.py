"""What a Bluetooth stack raises, as one plain sentence and one next step.

Four stacks raise four families of errors, and bleak passes some of them through bare: no
D-Bus is a `FileNotFoundError`, no bluetoothd a `BleakDBusError`. What a name can't tell is
decided by what was being done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from sensorapp.link.unavailable import no_radio, reason_of_bus_error, reason_of_os_error
from sensorapp.model.errors import (
    ConnectFailed,
    DeviceNotFound,
    LinkError,
    LinkLost,
    RadioUnavailable,
    SensorAppError,
)


class Doing(Enum):
    """What was asked of Bluetooth when it failed."""

    SCAN = "scan"
    CONNECT = "connect"
    USE = "use"


_NEEDS_PAIRING = frozenset(
    {
        BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION,
        BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHORIZATION,
        BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION,
        BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION_KEY_SIZE,
    }
)

_GONE = ("not connected", "disconnected", "service discovery has not been performed")
"""How bleak's backends word a call on a connection that is no more."""


def link_error(error: BaseException, doing: Doing) -> LinkError:
    """Translate what was raised while `doing`; never raises, never returns a bare error."""
    if isinstance(error, LinkError):
        return error
    if isinstance(error, BleakBluetoothNotAvailableError):
        return no_radio(error.reason.name.lower())
    if isinstance(error, BleakDBusError):
        return _bus_error(error, doing)
    if isinstance(error, BleakError):
        return _bleak_error(error, doing)
    if isinstance(error, TimeoutError):
        return _too_slow(doing)
    if isinstance(error, asyncio.CancelledError):
        return _lost()
    if doing is not Doing.USE and (reason := reason_of_os_error(error)) is not None:
        return no_radio(reason)
    return _failed(doing)


@contextmanager
def bluetooth_errors(doing: Doing) -> Iterator[None]:
    """Turn all that a Bluetooth stack raises inside into a `LinkError`.

    A `CancelledError` that nobody asked this task for is one of them: stacks cancel the
    future behind a pending request when the link drops, and a task group would take that
    for an orderly end.
    """
    try:
        yield
    except SensorAppError:
        raise
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling() > 0:
            raise
        raise link_error(error, doing) from error
    except Exception as error:
        raise link_error(error, doing) from error


def _bus_error(error: BleakDBusError, doing: Doing) -> LinkError:
    reason = reason_of_bus_error(error.dbus_error, scanning=doing is Doing.SCAN)
    if reason is not None:
        return no_radio(reason)
    if error.dbus_error == "org.bluez.Error.InProgress":
        return ConnectFailed(
            "The Bluetooth adapter is still busy with something else.",
            "Wait a moment; close other programs that use Bluetooth if it stays so.",
            retryable=True,
        )
    if doing is Doing.USE and error.dbus_error.endswith((".UnknownObject", ".NotConnected")):
        return _lost()
    return _failed(doing)


def _bleak_error(error: BleakError, doing: Doing) -> LinkError:
    text = str(error).lower()
    if isinstance(error, BleakDeviceNotFoundError):
        return not_found()
    if isinstance(error, BleakCharacteristicNotFoundError):
        return ConnectFailed(
            "The sensor does not offer what its advertisement promised.",
            "Remove it in the system's Bluetooth settings, so that it is read afresh.",
            retryable=True,
        )
    if isinstance(error, BleakGATTProtocolError):
        return _protocol_error(error)
    if "adapter" in text and "not found" in text:
        return no_radio("no_bluetooth")
    if any(phrase in text for phrase in _GONE):
        return _lost()
    if "windows gui" in text:
        return no_radio("wrong_thread")
    if "access denied" in text:
        return _needs_pairing()
    return _failed(doing)


def _protocol_error(error: BleakGATTProtocolError) -> LinkError:
    if error.code in _NEEDS_PAIRING:
        return _needs_pairing()
    return ConnectFailed(
        f"The sensor refused a request (ATT error 0x{int(error.code):02X}).",
        "Switch the sensor off and on if this happens again.",
        retryable=True,
    )


def _needs_pairing() -> LinkError:
    return ConnectFailed(
        "The sensor asks to be paired with this computer first.",
        "Pair it in the system's Bluetooth settings.",
        retryable=True,
    )


def _lost() -> LinkError:
    return LinkLost(
        "The connection to the sensor was lost.",
        "Stay within a few metres; it comes back by itself.",
        retryable=True,
    )


def _too_slow(doing: Doing) -> LinkError:
    if doing is Doing.SCAN:
        return no_radio("no_answer")
    if doing is Doing.USE:
        return LinkLost(
            "The sensor stopped answering.",
            "Stay within a few metres; it comes back by itself.",
            retryable=True,
        )
    return ConnectFailed(
        "The sensor was seen but did not answer in time.",
        "Bring it closer, and charge it if this happens again.",
        retryable=True,
    )


def _failed(doing: Doing) -> LinkError:
    """The stack's own words stay in the exception chain; they mean nothing to a wearer."""
    if doing is Doing.SCAN:
        return RadioUnavailable(
            "scan_failed",
            "Bluetooth is there, but it can't look for sensors.",
            "Switch Bluetooth off and on.",
        )
    if doing is Doing.USE:
        return ConnectFailed(
            "A request to the sensor failed.",
            "Switch the sensor off and on if this happens again.",
            retryable=True,
        )
    return ConnectFailed(
        "The connection to the sensor could not be made.",
        "Bring it closer; it is tried again by itself.",
        retryable=True,
    )


def not_found(wanted: str = "", *, retryable: bool = True) -> DeviceNotFound:
    """No sensor, or not the one that was asked for, was heard."""
    return DeviceNotFound(
        f"The sensor {wanted} was not found." if wanted else "No sensor was found.",
        "Wake it up or charge it, bring it near, and close other programs connected to it.",
        retryable=retryable,
    )
