"""The choice of profiles on the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sensorapp.model.profiles import ProfileOffer
from sensorapp.tui.app import LiveApp
from sensorapp.tui.source import ProfileChoice
from tests.tui.looking import screen_rows
from tests.tui.made_up import MadeUpSource, sitting

CHOICES = (
    ProfileChoice("desk", "Desk", True),
    ProfileChoice("standing", "Standing desk", True),
    ProfileChoice("travel", "[/] Train", False),
)


class Desk:
    def __init__(self) -> None:
        self.taken: list[str] = []

    def choices(self) -> tuple[ProfileChoice, ...]:
        return CHOICES

    def take(self, profile: str) -> None:
        self.taken.append(profile)


@pytest.mark.parametrize("size", [(40, 12), (60, 18), (100, 30)])
@pytest.mark.parametrize(
    ("key", "taken"), [("2", ["standing"]), ("1", []), ("escape", []), ("f", [])]
)
async def test_a_key_switches_and_the_others_stay(
    size: tuple[int, int], key: str, taken: list[str]
) -> None:
    desk = Desk()
    app = LiveApp(MadeUpSource(sitting(20.0)), "demo", lambda: 0.0, profiles=desk)
    async with app.run_test(size=size) as pilot:
        await pilot.press("f")
        await pilot.pause()
        text = "\n".join(screen_rows(app))
        assert "1 ● Desk" in text
        assert "2 ○ Standing desk" in text
        assert "[/] Train" in text
        assert "no pose" in text
        await pilot.press(key)
        await pilot.pause()
        assert desk.taken == taken
        assert len(app.screen_stack) == 1


async def test_the_panel_names_a_profile_that_is_not_the_desk() -> None:
    source = MadeUpSource(replace(sitting(20.0), profile="standing"))
    async with LiveApp(source, "demo", lambda: 0.0).run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert "standing" in "\n".join(screen_rows(pilot.app))


@pytest.mark.parametrize(("profile", "taken"), [("standing", ["standing"]), ("travel", [])])
async def test_an_offer_is_taken_with_one_key_and_none_is_made_without_a_pose(
    profile: str, taken: list[str]
) -> None:
    desk = Desk()
    offer = ProfileOffer("s", 1, profile, 0.8, "You seem to have stood up (80 % sure).")
    source = MadeUpSource(replace(sitting(56.0), profile_offer=offer))
    app = LiveApp(source, "demo", lambda: 0.0, profiles=desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        text = "\n".join(screen_rows(app))
        assert (offer.why in text) == bool(taken)
        assert ("y switches to Standing desk" in text) == bool(taken)
        await pilot.press("y")
        await pilot.pause()
        assert desk.taken == taken
