"""The application around the live screen: pumps the source, quits cleanly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from sensorapp.model.errors import SensorAppError
from sensorapp.text.cleaning import plain_text
from sensorapp.tui.screens.live import LiveScreen
from sensorapp.tui.screens.profiles import ProfileScreen
from sensorapp.tui.screens.settings import SettingsScreen
from sensorapp.tui.screens.setup import SetupScreen
from sensorapp.tui.screens.setup_offer import OfferScreen
from sensorapp.tui.source import LiveSource, ProfileDesk, SettingsBook, Setup, SetupFirst
from sensorapp.tui.theme import DARK, LIGHT
from sensorapp.tui.view_model import ENDED, StreamEnd

LEAVE_S = 5.0
"""Time that a source gets to leave its sensor cleanly when the user quits."""


class LiveApp(App[None]):
    """Shows a source until the user quits; `run()` then returns.

    `error` is what ended the stream early, None otherwise: the screen showed it, the caller
    decides on the exit status.
    """

    CSS_PATH = Path(__file__).with_name("theme.tcss")
    TITLE = "sensorapp"
    BINDINGS = [  # noqa: RUF012 - Textual's own
        Binding("q", "quit", "Quit"),
        Binding("ctrl+c", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        source: LiveSource,
        title: str,
        now_s: Callable[[], float] = time.monotonic,
        setup: Setup | None = None,
        book: SettingsBook | None = None,
        profiles: ProfileDesk | None = None,
    ) -> None:
        """Without `setup` there is no way to one (a replay), nor to what else is missing."""
        super().__init__()
        self._setup = setup
        self._profiles = profiles
        self.error: BaseException | None = None
        self._source = source
        self._now_s = now_s
        self._book = book
        self._shown_title = title
        self._pump_done = asyncio.Event()
        self._pump: Worker[None] | None = None
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name

    def get_default_screen(self) -> Screen[None]:
        """The live screen; others lie above it."""
        begin = None if self._setup is None else self.set_up
        profiles = None if self._profiles is None else self.choose_profile
        return LiveScreen(
            self._source, self._shown_title, self._now_s, begin, profiles, self._profiles
        )

    def on_mount(self) -> None:
        """Start the stream; what ends it arrives as a change of the worker's state."""
        self._pump = self.run_worker(self._run_source(), name="pump", exit_on_error=False)
        if self._setup is not None and self._setup.first is not SetupFirst.NO:
            self.set_up(offered=self._setup.first is SetupFirst.OFFER)

    def choose_profile(self) -> None:
        """Let the wearer switch to another profile."""
        desk = self._profiles
        if desk is not None and len(self.screen_stack) == 1:
            now = self._source.state().profile

            def chosen(profile: str | None) -> None:
                if profile is not None:
                    desk.take(profile)

            self.push_screen(ProfileScreen(desk.choices(), now), chosen)

    def set_up(self, *, offered: bool = False) -> None:
        """Open the set-up, or ask first whether to."""
        if self._setup is None or len(self.screen_stack) > 1:
            return
        desk = self._setup.desk

        def opened(wanted: bool | None) -> None:
            if wanted:
                self.push_screen(SetupScreen(self._source, desk))

        if offered:
            self.push_screen(OfferScreen(), opened)
        else:
            opened(True)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the end of the stream, or the error that ended it."""
        if event.worker is not self._pump:
            return
        if event.state is WorkerState.SUCCESS:
            self._live.end(ENDED)
        elif event.state is WorkerState.ERROR:
            self.error = event.worker.error
            self._live.end(_end_of(self.error))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the keys by name, and the theme."""
        del screen
        live = self._live
        for key in live.keys:
            if key.action not in ("palette", "keys"):
                yield SystemCommand(key.label, key.help, getattr(live, f"action_{key.action}"))
        yield SystemCommand("Keys", "The list of keys and signs", live.action_keys)
        yield SystemCommand("Light or dark", "Change between the two themes", self._switch_theme)

    def open_settings(self) -> None:
        """Open the settings above the live screen."""
        if self._book is not None and len(self.screen_stack) == 1:
            self.push_screen(SettingsScreen(self._book))

    async def action_quit(self) -> None:
        """Let the source leave its sensor, then close."""
        if self._pump is not None and not self._pump.is_finished:
            self._pump.cancel()
            try:
                await asyncio.wait_for(self._pump_done.wait(), LEAVE_S)
            except TimeoutError:
                self.log.warning("the source did not stop in time")
        self.exit()

    @property
    def _live(self) -> LiveScreen:
        screen = self.screen_stack[0]
        assert isinstance(screen, LiveScreen)
        return screen

    async def _run_source(self) -> None:
        try:
            await self._source.run()
        finally:
            self._pump_done.set()

    def _switch_theme(self) -> None:
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name


def _end_of(error: BaseException | None) -> StreamEnd:
    if isinstance(error, SensorAppError):
        return StreamEnd(plain_text(error.sentence), plain_text(error.next_step), is_error=True)
    name = type(error).__name__
    return StreamEnd(
        f"Something unexpected ended the stream ({name}).", "Press q to leave.", is_error=True
    )
