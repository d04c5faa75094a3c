"""Why there is no Bluetooth here: short words for programs, sentences for people."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from sensorapp.model.errors import RadioUnavailable

_ASK_MACOS = "Allow Bluetooth for your terminal in System Settings, Privacy & Security, Bluetooth."
_ASK_LINUX = "Ask for access to org.bluez: on many systems by joining the group 'bluetooth'."
_ASK_WINDOWS = "Allow desktop apps to use Bluetooth in Settings, Privacy, Radios."
_ALLOW = {"darwin": _ASK_MACOS, "win32": _ASK_WINDOWS}.get(sys.platform, _ASK_LINUX)

_TEXT: Mapping[str, tuple[str, str]] = {
    "no_bluetooth": (
        "No Bluetooth adapter was found.",
        # BlueZ looks like this too once it was stopped in good order
        "Plug one in, or start the Bluetooth service; `sensorapp demo` works without one.",
    ),
    "no_ble_central_role": (
        "The Bluetooth adapter can't connect to Low Energy sensors.",
        "Use an adapter with Bluetooth 4.0 or newer.",
    ),
    "powered_off": (
        "Bluetooth is switched off.",
        "Switch it on in the system's settings, or with `bluetoothctl power on` on Linux.",
    ),
    "denied_by_user": ("This program may not use Bluetooth.", _ALLOW),
    "denied_by_system": ("The system forbids this program to use Bluetooth.", _ALLOW),
    "denied_by_unknown": ("This program may not use Bluetooth.", _ALLOW),
    "no_bus": (
        "Bluetooth can't be reached: the system's message bus (D-Bus) is not running here.",
        "Start D-Bus; in a container, hand its socket in. `sensorapp demo` works without.",
    ),
    "no_service": (
        "The Bluetooth service (bluetoothd) is not running.",
        "Start it, on most systems with `sudo systemctl start bluetooth`.",
    ),
    "no_answer": (
        "The Bluetooth service does not answer.",
        "Switch Bluetooth off and on, or restart its service.",
    ),
    "wrong_thread": (
        "Another library has set this program up in a way that blocks Bluetooth.",
        "Run sensorapp by itself, without packages that import pythoncom.",
    ),
    "unknown": (
        "Bluetooth is not available, and the system does not say why.",
        "Switch Bluetooth off and on.",
    ),
}

_BUS_REASONS = {
    "org.freedesktop.DBus.Error.ServiceUnknown": "no_service",
    "org.freedesktop.DBus.Error.NameHasNoOwner": "no_service",
    "org.freedesktop.systemd1.NoSuchUnit": "no_service",
    "org.freedesktop.DBus.Error.NoReply": "no_answer",
    "org.freedesktop.DBus.Error.TimedOut": "no_answer",
    "org.freedesktop.DBus.Error.Disconnected": "no_bus",
    "org.freedesktop.DBus.Error.AccessDenied": "denied_by_system",
    "org.freedesktop.DBus.Error.AuthFailed": "denied_by_system",
    "org.bluez.Error.NotReady": "powered_off",
}

_SPAWN = "org.freedesktop.DBus.Error.Spawn."
"""The bus tried to start bluetoothd and could not."""

_ADAPTER_GONE = ("UnknownObject", "UnknownMethod", "UnknownInterface")
"""What D-Bus says of an adapter that was unplugged since we last looked."""

_WINDOWS_OFF = frozenset({-2147020577, -2147023729})
"""HRESULTs 0x800710DF (device not ready) and 0x8007048F (device not connected): the radio."""


def no_radio(reason: str) -> RadioUnavailable:
    """The error for a reason word; a word that has no text becomes `unknown`."""
    known = reason if reason in _TEXT else "unknown"
    sentence, next_step = _TEXT[known]
    return RadioUnavailable(known, sentence, next_step)


def reason_of_bus_error(name: str, *, scanning: bool) -> str | None:
    """Why there is no radio, from the name of a D-Bus error; None if it is about something else."""
    if name.startswith(_SPAWN):
        return "no_service"
    if scanning and name.endswith(_ADAPTER_GONE):
        return "no_bluetooth"
    return _BUS_REASONS.get(name)


def reason_of_os_error(error: BaseException) -> str | None:
    """Why there is no radio, from an error of the operating system or of the bus's address."""
    if isinstance(error, PermissionError):
        return "denied_by_system"
    if isinstance(error, FileNotFoundError | ConnectionError | EOFError):
        return "no_bus"
    if isinstance(error, OSError) and getattr(error, "winerror", None) in _WINDOWS_OFF:
        return "powered_off"
    if isinstance(error, ValueError) and "address" in str(error):
        return "no_bus"  # DBUS_SYSTEM_BUS_ADDRESS holds something that is no address
    return None
