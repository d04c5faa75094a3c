"""A few pictures of the screen against stored ones: layout and colours as a whole."""

from __future__ import annotations

import pytest

from sensorapp.session.state import SessionState
from sensorapp.tui.app import LiveApp
from tests.tui.looking import check_picture
from tests.tui.made_up import MadeUpSource, a_break_is_due, sitting

STORIES = {
    "upright-100x30": (sitting(56.0), (100, 30), ""),
    "alert-100x30": (sitting(76.0), (100, 30), ""),
    "alert-60x18": (sitting(76.0), (60, 18), ""),
    "dwell-40x12": (sitting(66.0), (40, 12), ""),
    "recovered-140x40": (sitting(84.0), (140, 40), ""),
    "break-due-60x18": (a_break_is_due(), (60, 18), ""),
    "break-due-100x30": (a_break_is_due(), (100, 30), ""),
    "why-100x30": (sitting(76.0), (100, 30), "w"),
}


@pytest.mark.parametrize("name", STORIES)
async def test_picture(name: str) -> None:
    state: SessionState
    state, size, key = STORIES[name]
    app = LiveApp(MadeUpSource(state), "demo · slouch", now_s=lambda: 0.0)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        if key:
            await pilot.press(key)
        await pilot.pause()
        check_picture(app, name)
