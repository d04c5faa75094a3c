"""What the tests of the command line share."""

from __future__ import annotations

import pytest

from tests.cli.running import Here


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """The program, run in this process."""
    return Here(monkeypatch, capsys)
