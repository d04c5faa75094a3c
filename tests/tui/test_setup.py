"""The set-up on the screen, key by key: what is asked, what came of it, and every way out."""

from __future__ import annotations

import pytest

from sensorapp.model.setup import Step
from sensorapp.tui.screens.live import LiveScreen
from sensorapp.tui.screens.setup import SetupScreen
from sensorapp.tui.screens.setup_offer import OfferScreen
from sensorapp.tui.source import SetupFirst
from tests.tui.looking import screen_rows
from tests.tui.setup_story import Story, straight, told


async def test_key_by_key_to_the_live_screen() -> None:
    story = await told(straight)
    shown = story.shown
    assert "Switch the sensor on" in shown["find"] or "Clip the sensor on" in shown["find"]
    assert "✓ The clip sits as it is meant to." in shown["upright"]
    assert "enter I sit tall  esc Leave" in shown["upright"]
    assert "Stay like that, still, for two seconds." in shown["slouch"]
    assert "%" in shown["slouch"]
    assert "twice" in shown["bends"]
    assert "▼ Alert in" in shown["preview"]
    assert "limit 13°" in shown["preview"]
    assert "▲ Would alert" in shown["would-alert"]
    assert "● No alert" in shown["fine"]
    assert "limit 11°" in shown["fine"]
    assert "[5]" in shown["fine"]
    assert "Beyond 11° (your own) for 15 s you are told." in shown["done"]
    assert "LAST MOVEMENT" in shown["live"]
    assert story.source.ended is True
    assert story.source.state().quiet is None
    assert story.source.state().alerts == 0


@pytest.mark.parametrize("size", [(40, 12), (60, 18), (140, 40), (20, 5), (1, 1)])
async def test_every_size_is_usable(size: tuple[int, int]) -> None:
    async def tell(story: Story) -> None:
        await story.until(Step.UPRIGHT)
        await story.look("upright")
        await story.press("c")
        await story.until(Step.SLOUCH)
        await story.press("k", "k")
        await story.passes(4.0)
        await story.look("preview")

    shown = (await told(tell, size)).shown
    if size[0] >= 40:
        assert "Sit tall" in shown["upright"]
        assert "Enter." in shown["upright"]
        assert shown["upright"].splitlines()[-1].strip().startswith("enter I sit tall")
        assert "limit 15°" in shown["preview"]
        assert "Sensitivity" in shown["preview"]
        assert "enter Good" in shown["preview"].splitlines()[-1]
        assert ("✓ Find the sensor" in shown["preview"]) == (size[0] >= 100)


async def test_leaving_ends_the_set_up_undone() -> None:
    async def tell(story: Story) -> None:
        await story.until(Step.UPRIGHT)
        await story.press("escape")
        await story.pilot.pause()
        assert story.step is None
        assert story.source.ended is False
        await story.press("u")
        await story.pilot.pause()
        assert story.step is Step.WORN

    await told(tell)


@pytest.mark.parametrize(("key", "expected"), [("enter", SetupScreen), ("escape", LiveScreen)])
async def test_the_first_session_offers_it(key: str, expected: type) -> None:
    async def tell(story: Story) -> None:
        assert isinstance(story.app.screen, OfferScreen)
        assert "about a minute" in " ".join(screen_rows(story.app))
        await story.press(key)
        await story.pilot.pause()
        assert isinstance(story.app.screen, expected)

    await told(tell, first=SetupFirst.OFFER)
