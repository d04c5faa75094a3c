"""What a Bluetooth stack raises becomes one sentence and one next step."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from sensorapp.link.errors import Doing, bluetooth_errors, link_error
from sensorapp.link.host_clock import HostClock
from sensorapp.link.macos_permission import require_permission
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.link.scan import Wanted, find, survey
from sensorapp.link.unavailable import no_radio
from sensorapp.model.device import LinkState
from sensorapp.model.errors import (
    ConnectFailed,
    DeviceNotFound,
    LinkError,
    LinkLost,
    RadioUnavailable,
)
from sensorapp.model.inputs import LinkChanged
from tests.private_bus import private_bus
from tests.radio.link_support import MISSING, ScriptedDriver, Tape

DBUS = "org.freedesktop.DBus.Error."


class WindowsError(OSError):
    winerror = -2147020577


@pytest.mark.parametrize("reason", list(BleakBluetoothNotAvailableReason))
def test_every_reason_of_bleak_has_its_own_text(reason: BleakBluetoothNotAvailableReason) -> None:
    error = link_error(BleakBluetoothNotAvailableError("so", reason), Doing.SCAN)
    assert isinstance(error, RadioUnavailable)
    assert error.reason == reason.name.lower()
    assert not error.retryable


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (FileNotFoundError(2, "No such file or directory"), "no_bus"),
        (ConnectionRefusedError(111, "Connection refused"), "no_bus"),
        (ConnectionResetError(), "no_bus"),
        (EOFError(), "no_bus"),
        (ValueError("address did not contain a transport"), "no_bus"),
        (BleakDBusError(DBUS + "Disconnected", []), "no_bus"),
        (PermissionError(13, "Permission denied"), "denied_by_system"),
        (BleakDBusError(DBUS + "AccessDenied", ["Rejected send message"]), "denied_by_system"),
        (BleakDBusError(DBUS + "ServiceUnknown", ["The name org.bluez ..."]), "no_service"),
        (BleakDBusError(DBUS + "NameHasNoOwner", []), "no_service"),
        (BleakDBusError(DBUS + "Spawn.ServiceNotFound", []), "no_service"),
        (BleakDBusError(DBUS + "NoReply", []), "no_answer"),
        (TimeoutError(), "no_answer"),
        (BleakDBusError("org.bluez.Error.NotReady", ["Resource Not Ready"]), "powered_off"),
        (WindowsError(), "powered_off"),
        (BleakDBusError(DBUS + "UnknownObject", []), "no_bluetooth"),
        (BleakError("adapter 'hci0' not found"), "no_bluetooth"),
        (BleakError("Thread is configured for Windows GUI but ..."), "wrong_thread"),
        (BleakError("anything else"), "scan_failed"),
        (KeyError("Roles"), "scan_failed"),
    ],
)
def test_what_makes_scanning_impossible(raised: Exception, reason: str) -> None:
    error = link_error(raised, Doing.SCAN)
    assert isinstance(error, RadioUnavailable)
    assert error.reason == reason


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (BleakDBusError("org.bluez.Error.Failed", ["le-connection-abort-by-local"]), ConnectFailed),
        (BleakDBusError("org.bluez.Error.Failed", ["br-connection-canceled"]), ConnectFailed),
        (BleakDBusError("org.bluez.Error.InProgress", []), ConnectFailed),
        (BleakError("Could not get GATT services: Unreachable"), ConnectFailed),
        (BleakError("Could not get GATT services: Access Denied"), ConnectFailed),
        (TimeoutError(), ConnectFailed),
        (BleakDeviceNotFoundError("C2", "gone"), DeviceNotFound),
        (BleakError("disconnected"), LinkLost),
        (asyncio.CancelledError(), LinkLost),
        (AssertionError(), ConnectFailed),
    ],
)
def test_what_makes_a_connection_fail_is_worth_another_try(
    raised: BaseException, kind: type[LinkError]
) -> None:
    error = link_error(raised, Doing.CONNECT)
    assert type(error) is kind
    assert error.retryable


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (BleakGATTProtocolError(0x05), ConnectFailed, "paired"),
        (BleakGATTProtocolError(0x0F), ConnectFailed, "paired"),
        (BleakGATTProtocolError(0xFD), ConnectFailed, "0xFD"),
        (BleakCharacteristicNotFoundError(MISSING), ConnectFailed, "does not offer"),
        (BleakError("Not connected"), LinkLost, "lost"),
        (BleakError("Service Discovery has not been performed yet"), LinkLost, "lost"),
        (BleakDBusError(DBUS + "UnknownObject", ["gone"]), LinkLost, "lost"),
        (TimeoutError(), LinkLost, "answering"),
        (ConnectionResetError(), ConnectFailed, "failed"),
        (BleakDBusError("org.bluez.Error.NotSupported", []), ConnectFailed, "failed"),
    ],
)
def test_what_happens_on_a_connection(raised: Exception, kind: type[LinkError], words: str) -> None:
    error = link_error(raised, Doing.USE)
    assert type(error) is kind
    assert words in error.sentence


@pytest.mark.parametrize("doing", list(Doing))
def test_sentences_are_plain(doing: Doing) -> None:
    raised = [
        BleakDBusError("org.bluez.Error.Failed", ["\x1b[31mred"]),
        BleakError("[/] \x1b]52;c;x\x07"),
        OSError(5, "EIO"),
        RuntimeError("odd"),
        BleakGATTProtocolError(0x80),
    ]
    for each in raised:
        error = link_error(each, doing)
        for text in (error.sentence, error.next_step):
            assert text.isprintable()
            assert text.endswith(".")
            assert len(text) <= 100
            assert "[" not in text


def test_an_unknown_reason_is_called_unknown() -> None:
    assert no_radio("made_up").reason == "unknown"


async def test_a_cancellation_that_was_asked_for_passes() -> None:
    async def wait() -> None:
        with bluetooth_errors(Doing.USE):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_one_that_was_not_is_a_lost_link() -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.cancel()
    with pytest.raises(LinkLost), bluetooth_errors(Doing.USE):
        await future


async def test_a_translated_error_keeps_its_cause() -> None:
    cause = BleakError("why")
    with pytest.raises(ConnectFailed) as caught, bluetooth_errors(Doing.CONNECT):
        raise cause
    assert caught.value.__cause__ is cause


only_linux = pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's way to Bluetooth")


@pytest.fixture
def bus_without_bluetoothd(tmp_path: Path) -> Iterator[Path]:
    """A D-Bus daemon of our own, on which nobody offers Bluetooth."""
    with private_bus(tmp_path) as socket:
        yield socket


async def assert_unavailable(reason: str) -> None:
    began_s = time.monotonic()
    drivers = [ScriptedDriver()]
    with pytest.raises(RadioUnavailable) as caught:
        await find(Radio(), drivers, Wanted(), 1.0)
    assert caught.value.reason == reason
    with pytest.raises(RadioUnavailable):
        await survey(Radio(), drivers, 1.0)

    tape = Tape(BleLink(Radio(), drivers, HostClock()))
    await tape.task
    assert isinstance(tape.failure, RadioUnavailable)
    assert tape.failure.reason == reason
    assert tape.states == [LinkState.UNAVAILABLE]
    assert tape.of(LinkChanged)[0].reason.startswith(tape.failure.sentence)
    await tape.link.aclose()
    assert time.monotonic() - began_s < 3.0


@only_linux
async def test_really_no_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")
    await assert_unavailable("no_bus")


@only_linux
async def test_really_nonsense_for_a_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "nonsense")
    await assert_unavailable("no_bus")


@only_linux
async def test_really_a_bus_without_bluetoothd(
    bus_without_bluetoothd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={bus_without_bluetoothd}")
    await assert_unavailable("no_service")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGABRT there")
async def test_a_child_that_the_system_kills_means_no_permission() -> None:
    with pytest.raises(RadioUnavailable) as caught:
        await require_permission((sys.executable, "-c", "import os; os.abort()"))
    assert caught.value.reason == "denied_by_user"
    await require_permission((sys.executable, "-c", "raise SystemExit(1)"))
    await require_permission((sys.executable, "-c", ""))
