"""The running screen: keys, mouse, bell, sizes, ends, hostile text, no colour."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from textual.geometry import Offset

from sensorapp.model.device import LinkState
from sensorapp.model.errors import RadioUnavailable
from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Fault
from sensorapp.session.state import SessionState
from sensorapp.tui.app import LiveApp
from sensorapp.tui.screens.card import CardScreen
from sensorapp.tui.screens.live import LiveScreen
from tests.tui.looking import screen_rows
from tests.tui.made_up import MadeUpSource, S, before_anything, link, sitting

SIZES = [(40, 12), (60, 18), (100, 30), (140, 40)]


class CountingApp(LiveApp):
    """Counts its bells; the driver of a test has no terminal to ring."""

    bells = 0

    def bell(self) -> None:
        self.bells += 1


def app_for(source: MadeUpSource, title: str = "demo") -> CountingApp:
    return CountingApp(source, title, now_s=lambda: 0.0)


def poll(app: LiveApp) -> None:
    live = app.screen_stack[0]
    assert isinstance(live, LiveScreen)
    live.poll()


def text_of(app: LiveApp) -> str:
    return "\n".join(screen_rows(app))


@pytest.mark.parametrize("size", [*SIZES, (1, 1), (20, 5), (80, 24), (250, 70)])
async def test_every_size_is_drawn_whole(size: tuple[int, int]) -> None:
    source = MadeUpSource(sitting(20.0))
    app = app_for(source)
    async with app.run_test(size=size) as pilot:
        for state, word in (
            (sitting(20.0), "Upright"),
            (sitting(76.0), "Slouch alert"),
            (before_anything(), "No reading"),
        ):
            source.now = state
            poll(app)
            await pilot.pause()
            rows = screen_rows(app)
            assert len(rows) == size[1]
            if size in SIZES:
                assert any(word in row for row in rows)
                assert any("┃" in row for row in rows)
                assert rows[-1].rstrip().endswith("Quit")


async def test_breakpoints_add_trace_then_panel_then_more() -> None:
    shown = {}
    app = app_for(MadeUpSource(sitting(76.0)))
    async with app.run_test(size=(59, 40)) as pilot:
        for width in (59, 60, 99, 100, 139, 140):
            await pilot.resize_terminal(width, 40)
            await pilot.pause()
            text = text_of(app)
            shown[width] = ("now" in text, "LAST MOVEMENT" in text, "ANGLES" in text)
    assert shown == {
        59: (False, False, False),
        60: (True, False, False),
        99: (True, False, False),
        100: (True, True, False),
        139: (True, True, False),
        140: (True, True, True),
    }


async def test_keys_send_commands() -> None:
    source = MadeUpSource(sitting(20.0))
    async with app_for(source).run_test(size=(100, 30)) as pilot:
        await pilot.press("space", "c", "s", "b", "z", "t", "m")
    assert source.sent == [
        (Command.PAUSE, None),
        (Command.CALIBRATE_UPRIGHT, None),
        (Command.CALIBRATE_SLOUCH, None),
        (Command.CALIBRATE_BENDS, None),
        (Command.SNOOZE, None),
        (Command.MEETING, None),
        (Command.MARKER, None),
    ]


async def test_space_resumes_when_alerts_are_paused() -> None:
    source = MadeUpSource(replace(sitting(20.0), muted_until_ns=100 * S))
    app = app_for(source)
    async with app.run_test(size=(100, 30)) as pilot:
        assert "space Resume" in screen_rows(app)[-1]
        await pilot.press("space")
    assert source.sent == [(Command.RESUME, None)]


async def test_the_footer_can_be_clicked() -> None:
    source = MadeUpSource(sitting(20.0))
    app = app_for(source)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        at = screen_rows(app)[-1].index("Snooze")
        await pilot.click(offset=Offset(at, 29))
        await pilot.pause()
    assert source.sent == [(Command.SNOOZE, None)]


@pytest.mark.parametrize("size", SIZES)
async def test_why_and_help_open_above_and_close(size: tuple[int, int]) -> None:
    source = MadeUpSource(sitting(76.0))
    app = app_for(source)
    async with app.run_test(size=size) as pilot:
        for key, expected in (("w", "Why this alert?"), ("question_mark", "Keys")):
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(app.screen, CardScreen)
            assert expected in text_of(app)
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(app.screen, LiveScreen)
    assert source.sent == []


async def test_keys_of_the_screen_below_a_card_do_nothing() -> None:
    source = MadeUpSource(sitting(76.0))
    async with app_for(source).run_test(size=(100, 30)) as pilot:
        await pilot.press("w")
        await pilot.press("c", "s", "b", "z", "m")
    assert source.sent == []


async def test_the_palette_offers_our_commands_only() -> None:
    source = MadeUpSource(sitting(20.0))
    app = app_for(source)
    async with app.run_test(size=(100, 30)) as pilot:
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert titles == {
            *("Pause", "Upright", "My slouch", "Bends", "Snooze", "Meeting", "Mark"),
            *("Settings", "Why?", "Keys", "Quit"),
            "Light or dark",
        }
        await pilot.press("ctrl+p")
        await pilot.press(*"snooze", "enter")
        await pilot.pause(0.3)
    assert source.sent == [(Command.SNOOZE, None)]


async def test_one_bell_for_each_alert() -> None:
    source = MadeUpSource(sitting(60.0))
    app = app_for(source)
    async with app.run_test(size=(100, 30)):
        poll(app)
        assert app.bells == 0
        for t_s in (74.0, 75.0, 76.0, 81.0):
            source.now = sitting(t_s)
            poll(app)
        assert app.bells == 1
        source.now = sitting(90.0)
        poll(app)
        again = sitting(76.0)
        assert again.alert is not None
        source.now = replace(again, alert=replace(again.alert, t_ns=2000 * S))
        poll(app)
        poll(app)
        assert app.bells == 2


async def test_no_bell_where_none_is_wanted_and_none_is_made_up_for_later() -> None:
    source = MadeUpSource(sitting(76.0))
    source.rings = False
    app = app_for(source)
    async with app.run_test(size=(100, 30)):
        poll(app)
        source.rings = True
        poll(app)
        assert app.bells == 0


async def test_no_bell_for_the_past_until_the_present_has_caught_up() -> None:
    source = MadeUpSource(replace(sitting(74.0), behind_s=28.0))
    app = app_for(source)
    async with app.run_test(size=(100, 30)) as pilot:
        poll(app)
        await pilot.pause()
        assert app.bells == 0
        assert "Fetching what the sensor kept: 28 s to go." in text_of(app)
        source.now = sitting(75.0)
        poll(app)
        assert app.bells == 1


async def test_the_bell_rings_below_a_card() -> None:
    source = MadeUpSource(sitting(60.0))
    app = app_for(source)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("question_mark")
        source.now = sitting(74.0)
        poll(app)
        assert app.bells == 1


async def test_the_end_of_the_stream_replaces_the_number() -> None:
    source = MadeUpSource(sitting(20.0))
    app = app_for(source)
    async with app.run_test(size=(100, 30)) as pilot:
        source.stop()
        await pilot.pause()
        poll(app)
        await pilot.pause()
        text = text_of(app)
        assert "No reading" in text
        assert "The stream has ended." in text
        assert "Press q to leave." in text
        assert app.error is None


async def test_an_error_is_shown_with_its_next_step_and_kept() -> None:
    error = RadioUnavailable("off", "Bluetooth is off.", "Turn it on.")
    app = app_for(MadeUpSource(before_anything(), error))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.pause()
        text = text_of(app)
        assert "Bluetooth is off." in text
        assert "Turn it on." in text
        assert app.error is error


async def test_an_unexpected_error_does_not_take_the_screen_down() -> None:
    app = app_for(MadeUpSource(before_anything(), RuntimeError("[/] boom")))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert "Something unexpected ended the stream (RuntimeError)." in text_of(app)
        assert isinstance(app.error, RuntimeError)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_quitting_lets_the_source_leave_first(key: str) -> None:
    source = MadeUpSource(sitting(20.0))
    app = app_for(source)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press(key)
        assert source.left_cleanly
        assert not app.is_running or app._exit


HOSTILE = "\x1b]52;c;aGk=\x07[/]\u202e[@click=app.quit]x\x9b[b]\u2066"


def hostile_state() -> SessionState:
    state = sitting(76.0)
    assert state.device is not None
    assert state.alert is not None
    return replace(
        state,
        device=replace(state.device, model=HOSTILE),
        alert=replace(state.alert, why=HOSTILE),
        recording=HOSTILE,
        recording_trouble=HOSTILE,
        faults=1,
        fault=Fault("back", 76 * S, HOSTILE, HOSTILE),
    )


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_text_is_drawn_as_text(size: tuple[int, int]) -> None:
    state = hostile_state()
    source = MadeUpSource(state)
    app = app_for(source, HOSTILE)
    async with app.run_test(size=size) as pilot:
        for key in ("f5", "w", "escape"):
            await pilot.press(key)
            if key == "escape":
                source.now = replace(state, link=link(LinkState.RECOVERING, HOSTILE))
                poll(app)
            await pilot.pause()
            drawn = "".join(screen_rows(app))
            assert not {unicodedata.category(char) for char in drawn} & {"Cc", "Cf", "Cs", "Co"}
            assert "[/]" in drawn
            if size[0] >= 100 and key != "w":
                assert "[@click=app.quit]" in drawn


async def test_markup_in_a_name_is_no_action() -> None:
    app = app_for(MadeUpSource(hostile_state()), HOSTILE)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        at = screen_rows(app)[0].index("[@click=app.quit]")
        await pilot.click(offset=Offset(at + 18, 0))
        await pilot.pause()
        assert app.is_running
        assert not app._exit


@pytest.mark.parametrize("size", SIZES)
async def test_no_color_draws_greys_only(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    source = MadeUpSource(sitting(76.0))
    app = app_for(source)
    async with app.run_test(size=size) as pilot:
        for key in ("f5", "w", "escape"):
            await pilot.press(key)
            await pilot.pause()
            for strip in app.screen._compositor.render_strips():
                for segment in strip:
                    assert segment.style is not None
                    for color in (segment.style.color, segment.style.bgcolor):
                        if color is not None and color.triplet is not None:
                            assert len(set(color.triplet)) == 1


async def test_time_that_stands_still_becomes_no_reading() -> None:
    clock = [0.0]
    source = MadeUpSource(sitting(20.0))
    app = LiveApp(source, "demo", now_s=lambda: clock[0])
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert "Upright" in text_of(app)
        clock[0] = 3.0
        poll(app)
        await pilot.pause()
        assert "No reading" in text_of(app)
        assert "nothing has come" in text_of(app)
        source.now = sitting(20.1)
        poll(app)
        await pilot.pause()
        assert "Upright" in text_of(app)
