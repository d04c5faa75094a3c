"""Looking for sensors, and what becomes of the names that they give themselves."""

from __future__ import annotations

import asyncio
import unicodedata

import pytest
from bleak.exc import BleakError
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.link.names import LONGEST_NAME, clean_name
from sensorapp.link.scan import Wanted, find, survey
from sensorapp.model.device import Advertisement
from sensorapp.model.errors import DeviceNotFound, RadioUnavailable
from sensorapp.virtual.jumping_loop import run_jumping
from tests.radio.link_support import ADDRESS, NAME, SERVICE, ScriptedDriver, Stack

DRIVERS = [ScriptedDriver()]


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        (None, ""),
        ("TP-3F9A", "TP-3F9A"),
        ("  Rücken\tsensor\n", "Rücken sensor"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]52;c;ZXZpbA==\x07", "]52;c;ZXZpbA=="),
        ("\u202eevil\u2066", "evil"),
        ("a\x9b2Jb", "a2Jb"),
        ("z" + "\u0301" * 50, "ź\u0301\u0301"),
        ("\u0301\u0301", ""),
        ("脊椎 센서", "脊椎 센서"),
        ("x" * 300, "x" * LONGEST_NAME),
        ("\ud800\ue000\U000e0001", ""),
    ],
)
def test_names(name: str | None, cleaned: str) -> None:
    assert clean_name(name) == cleaned


@given(st.text())
def test_no_name_can_do_anything(name: str) -> None:
    cleaned = clean_name(name)
    assert len(cleaned) <= LONGEST_NAME
    assert cleaned == cleaned.strip()
    assert all(unicodedata.category(char)[0] in "LMNPSZ" for char in cleaned)
    assert all(char == " " or unicodedata.category(char)[0] != "Z" for char in cleaned)


def advertisement(name: str, address: str) -> Advertisement:
    return Advertisement(name, address, -60, (SERVICE,))


def test_wanted_goes_by_name_or_address_in_any_case() -> None:
    heard = advertisement("TP-3F9A", "C2:00:00:00:00:0A")
    assert Wanted().fits(heard)
    assert Wanted.called("tp-3f9a").fits(heard)
    assert Wanted.called("other", "c2:00:00:00:00:0a").fits(heard)
    assert not Wanted.called("TP-3F9").fits(heard)
    assert not Wanted.called("other").fits(heard)
    assert not Wanted.called("", "other").fits(advertisement("", "C2"))


def test_the_first_match_is_returned_and_the_scanner_is_stopped() -> None:
    async def main() -> None:
        stack = Stack()
        sighting = await find(stack.radio(), DRIVERS, Wanted.called(NAME.lower()), 5.0)
        assert sighting.advertisement.address == ADDRESS
        assert sighting.driver.key == "scripted"
        assert stack.called("start", "stop") == ["start", "stop"]
        assert stack.scanned_for == [[SERVICE]]
        assert asyncio.get_running_loop().time() < 1002.0

    run_jumping(main())


def test_a_name_that_comes_later_is_waited_for() -> None:
    async def main() -> None:
        stack = Stack(name=None)
        looking = asyncio.create_task(find(stack.radio(), DRIVERS, Wanted.called(NAME), 5.0))
        await asyncio.sleep(1.0)
        assert not looking.done()
        stack.name = NAME
        assert (await looking).advertisement.name == NAME

    run_jumping(main())


def test_not_found_names_who_was_looked_for() -> None:
    async def main() -> None:
        stack = Stack()
        with pytest.raises(DeviceNotFound, match="tp-9999"):
            await find(stack.radio(), DRIVERS, Wanted.called("TP-9999"), 5.0)
        assert stack.called("stop") == ["stop"]

    run_jumping(main())


def test_a_survey_lists_each_sensor_once() -> None:
    async def main() -> None:
        stack = Stack(name="\x1b[2J" + NAME)
        seen = await survey(stack.radio(), DRIVERS, 3.0)
        assert [item.advertisement.name for item in seen] == ["[2J" + NAME]
        assert seen[0].advertisement.rssi_dbm == -60
        stack.present = False
        assert await survey(stack.radio(), DRIVERS, 3.0) == ()

    run_jumping(main())


def test_two_scans_wait_for_each_other() -> None:
    async def main() -> None:
        stack = Stack()
        radio = stack.radio()
        await asyncio.gather(*(survey(radio, DRIVERS, 1.0) for _ in range(3)))
        assert stack.most_busy == 1

    run_jumping(main())


def test_a_scan_that_fails_says_why() -> None:
    async def main() -> None:
        with pytest.raises(RadioUnavailable):
            await find(Stack(scan_error=BleakError("odd")).radio(), DRIVERS, Wanted(), 1.0)
        with pytest.raises(RadioUnavailable) as caught:
            await find(Stack(hang={"start"}).radio(), DRIVERS, Wanted(), 1.0)
        assert caught.value.reason == "no_answer"

    run_jumping(main())


def test_a_cancelled_scan_stops_its_scanner() -> None:
    async def main() -> None:
        stack = Stack(present=False)
        looking = asyncio.create_task(find(stack.radio(), DRIVERS, Wanted(), 60.0))
        await asyncio.sleep(1.0)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        assert stack.called("stop") == ["stop"]

    run_jumping(main())
