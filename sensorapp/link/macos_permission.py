"""May this program use Bluetooth on macOS? Asked in a child, because "no" can be a SIGABRT.

macOS ends a process that touches Bluetooth from a terminal without the permission. The
permission belongs to the terminal, so a child of ours is treated as we would be.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence

from sensorapp.link.unavailable import no_radio

_ASK = """
import time, CoreBluetooth
manager = CoreBluetooth.CBCentralManager.alloc().initWithDelegate_queue_(None, None)
time.sleep(0.5)
"""
PROBE = (sys.executable, "-c", _ASK)
"""Makes a central manager, which is what macOS judges, and stays for the judgement."""

LIMIT_S = 10.0
"""A child that takes longer shows the wearer the system's question; that is no refusal."""


async def require_permission(probe: Sequence[str] = PROBE) -> None:
    """Raise `RadioUnavailable` if the system kills `probe`; anything else is no answer."""
    child = await asyncio.create_subprocess_exec(
        *probe,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            status = await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()
        return
    if status == -signal.SIGABRT:
        raise no_radio("denied_by_user")
