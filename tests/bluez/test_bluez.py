"""The acceptance on a real BlueZ. It takes ten minutes, so it runs only when asked for."""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest

from sensorapp.model.errors import RadioUnavailable
from sensorapp.virtual.air import Air
from sensorapp.virtual.vhci import VHCI, system_adapter
from tests.bluez import guest, orphan, programs, whole
from tests.bluez.catalogue import PROGRAMS

ASK = "SENSORAPP_BLUEZ"


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", PROGRAMS)
def test_on_a_real_bluez(name: str, tmp_path: Path) -> None:
    if not os.environ.get(ASK):
        pytest.skip(f"takes minutes in a virtual machine; set {ASK}=1 to run it")
    if (reason := guest.why_not()) is not None:
        pytest.skip(reason)
    outcome = guest.run_in_guest(["-m", "tests.bluez.inside", name], PROGRAMS[name][1], tmp_path)
    assert outcome.status == 0, f"{outcome.stdout}\n{outcome.stderr}"


def test_a_guest_counts_as_built_only_when_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(guest.CACHE, str(tmp_path))
    folder = guest.guest_folder()
    assert folder.parent == tmp_path
    folder.mkdir()
    for part in ("vmlinuz", "root.squashfs", "initrd"):
        assert not guest.is_built(folder)
        (folder / part).touch()
    assert guest.is_built(folder)


def test_what_is_missing_is_said_by_the_name_of_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(guest.CACHE, str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    reason = guest.why_not()
    assert reason is not None
    if "Debian packages" in reason:  # elsewhere the machine itself is the reason
        assert "qemu-system-x86" in reason
        assert "mmdebstrap" in reason


async def test_a_system_without_the_driver_says_so_in_a_sentence() -> None:
    if VHCI.exists():
        pytest.skip("this system has the driver; opening it would give it an adapter")
    with pytest.raises(RadioUnavailable) as caught:
        async with system_adapter(Air(random.Random(1))):
            raise AssertionError("there can be no adapter")
    assert caught.value.reason == "no_vhci"


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_is_there(name: str) -> None:
    module = {"whole": whole, "orphan": orphan}.get(name, programs)
    assert asyncio.iscoroutinefunction(getattr(module, name))
