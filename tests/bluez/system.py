"""Inside the guest: BlueZ as the system's administrator handles it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

_ADAPTER = ("org.bluez", "/org/bluez/hci0")
_PROPERTIES = "org.freedesktop.DBus.Properties"
_POWERED = ("string:org.bluez.Adapter1", "string:Powered")
_STEP_S = 0.02


async def until(condition: Callable[[], object], within_s: float) -> float:
    """Wait for a condition by looking; returns how long it took. Raises `TimeoutError`."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 any condition, of the system or of a list
            await asyncio.sleep(_STEP_S)
    return loop.time() - began_s


def _property(method: str, *arguments: str) -> str:
    service, path = _ADAPTER
    command = ["dbus-send", "--system", "--print-reply", f"--dest={service}", path]
    command += [f"{_PROPERTIES}.{method}", *_POWERED, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def adapter_is_on() -> bool:
    """Whether BlueZ has the adapter and has switched it on."""
    return "boolean true" in _property("Get")


async def switch_adapter(on: bool) -> None:
    """What `bluetoothctl power on` does, or `power off`.

    In a thread: BlueZ waits for the adapter, which is played by this program's event loop.
    """
    await asyncio.to_thread(_property, "Set", f"variant:boolean:{str(on).lower()}")


def bluetoothd() -> int | None:
    """The process of bluetoothd, None if it does not run."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if b"bluetoothd" in (entry / "cmdline").read_bytes():  # a zombie has none
                    return int(entry.name)
            except OSError:
                continue  # it ended meanwhile
    return None


async def end_bluetoothd(kind: signal.Signals) -> None:
    """End it with that signal and wait until it is gone."""
    process = bluetoothd()
    assert process is not None
    os.kill(process, kind)
    await until(lambda: bluetoothd() != process, 20.0)


def start_bluetoothd() -> None:
    """Start it as the system would."""
    with Path("/out/bluetoothd.log").open("ab") as log:
        subprocess.Popen(
            ["/usr/libexec/bluetooth/bluetoothd", "-n"], stdout=log, stderr=log, stdin=log
        )
