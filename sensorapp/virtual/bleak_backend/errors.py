"""Bumble's ways to fail, told as bleak tells them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bleak.exc import BleakDBusError, BleakError, BleakGATTProtocolError
from bumble import att, core, hci


@contextmanager
def as_bleak_errors() -> Iterator[None]:
    """Turn what Bumble raises inside into bleak's errors.

    When a link drops, Bumble cancels the future that a request waits for. Its caller then
    sees a `CancelledError` that nobody asked for, and a task group swallows those: a task
    that was not asked to stop gets a `BleakError` instead.
    """
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise BleakError("disconnected") from None
    except att.ATT_Error as error:
        raise BleakGATTProtocolError(int(error.error_code)) from error
    except core.ConnectionError as error:
        raise _connection_error(error) from error
    except core.TimeoutError as error:
        raise BleakError("the device did not answer a GATT request within 30 s") from error
    except core.BaseBumbleError as error:
        raise BleakError(str(error)) from error


def _connection_error(error: core.ConnectionError) -> BleakError:
    """What BlueZ reports through D-Bus for the same event."""
    if error.error_code == hci.HCI_CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR:
        return BleakDBusError("org.bluez.Error.Failed", ["le-connection-abort-by-local"])
    return BleakDBusError("org.bluez.Error.Failed", [f"connection failed: {error}"])
