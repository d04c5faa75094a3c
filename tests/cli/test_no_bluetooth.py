"""`live` and `devices` where there is no Bluetooth: a sentence soon, and nothing left behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Ran, ran
from tests.cli.schema import objects
from tests.private_bus import private_bus

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's way to Bluetooth")

SOON_S = 10.0
"""Start of the program included; waiting for a processor isn't."""


@pytest.fixture(params=["no bus", "no bluetoothd"])
def surroundings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment without a bus, or with one on which nobody offers Bluetooth."""
    socket = tmp_path / "bus"
    env = {
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={socket}",
        "HOME": str(tmp_path / "home"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    if request.param == "no bus":
        yield env
        return
    with private_bus(tmp_path):
        yield env


def assert_said(done: Ran) -> None:
    sentence, next_step = done.stderr.splitlines()[-2:]
    assert done.status == 1
    assert sentence.startswith("sensorapp: ")
    assert "Bluetooth" in sentence
    assert sentence.endswith(".")
    assert next_step.endswith(".")
    assert "Traceback" not in done.stderr


def test_live_says_so_and_leaves_no_recording(surroundings: dict[str, str], tmp_path: Path) -> None:
    done = ran("live", "--json", env=surroundings)
    assert done.own_s < SOON_S
    assert_said(done)
    assert len(done.stderr.splitlines()) == 2
    lines = objects(done.stdout)
    assert [line["type"] for line in lines] == ["link", "summary"]
    assert lines[0]["state"] == "unavailable"
    assert lines[0]["reason"] in done.stderr.replace("\n", " ")
    assert lines[-1]["samples"] == 0
    recordings = [*(tmp_path / "data").rglob("*"), *(tmp_path / "home").rglob("*")]
    assert [file for file in recordings if file.is_file()] == []


def test_devices_says_so(surroundings: dict[str, str]) -> None:
    done = ran("devices", "--seconds", "1", env=surroundings)
    assert_said(done)
    assert done.stdout == ""
    assert done.stderr.startswith("Listening for 1 s ...\n")


def test_no_recording_where_one_was_named(surroundings: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "named.mcap"
    assert_said(ran("live", "--record", path, "--plain", env=surroundings))
    assert not path.exists()
