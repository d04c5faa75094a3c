"""A session bus of our own, on which nobody shows notifications until a test begins to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.notify.peer import NotificationService
from tests.private_bus import private_bus


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The bus's socket; this process takes it for its session's."""
    with private_bus(tmp_path) as socket:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={socket}")
        yield socket


@pytest.fixture
async def service(bus: Path) -> AsyncIterator[NotificationService]:
    """A service on that bus."""
    begun = await NotificationService(bus).begins()
    yield begun
    begun.dies()
