"""The live screen: polls the source ten times a second and shows what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen, Screen

from sensorapp.model.inputs import Command
from sensorapp.model.profiles import ProfileOffer
from sensorapp.session.state import SessionState
from sensorapp.tui.cards import keys_card, why_card
from sensorapp.tui.gauge import gauge_rows
from sensorapp.tui.keys import Key, key_row, keys_for
from sensorapp.tui.notices import notice_rows
from sensorapp.tui.panel import Section, section_rows
from sensorapp.tui.reading import reading_rows
from sensorapp.tui.rows import Row, spread_row
from sensorapp.tui.screens.card import CardScreen
from sensorapp.tui.source import LiveSource, OffersSettings, ProfileDesk
from sensorapp.tui.view_model import ENDED, LiveView, StreamEnd, WidthClass, live_view, width_class
from sensorapp.tui.widgets.drawn import Drawn
from sensorapp.tui.widgets.trace import Trace

POLL_S = 0.1
"""Numbers change ten times a second, as often as there are frames."""


class LiveScreen(Screen[None]):
    """Number, gauge, notice, trace and facts of one running session."""

    BINDINGS = [  # noqa: RUF012 - Textual's own
        Binding(key.key, key.action, key.help)
        for key in keys_for(
            is_muted=False, sets_up=True, has_profiles=True, offers_profile=True, break_due=True
        )
        if key.action not in ("quit", "palette")
    ]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own
        (member.value, f"-{member.name.lower()}") for member in WidthClass
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-low"), (24, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        source: LiveSource,
        title: str,
        now_s: Callable[[], float],
        set_up: Callable[[], None] | None = None,
        choose_profile: Callable[[], None] | None = None,
        profiles: ProfileDesk | None = None,
    ) -> None:
        super().__init__()
        self._set_up = set_up
        self._choose_profile = choose_profile
        self._profiles = profiles
        self._looked_at: ProfileOffer | None = None
        self._can_take = False
        self._source = source
        self._title = title
        self._now_s = now_s
        self._end: StreamEnd | None = None
        self._state = source.state()
        self._changed_s = now_s()
        self._is_composed = False
        self._rung_for: int | None = None
        self._is_hidden = False
        self._view = self._make_view()

    def compose(self) -> ComposeResult:
        """One column, and the panel beside it where there is room."""
        view = self._view
        yield Drawn(_header, view, id="header")
        with Horizontal(id="body"):
            with Vertical(id="main"):
                yield Drawn(reading_rows, view.reading, id="reading")
                yield Drawn(gauge_rows, view.gauge, id="gauge")
                yield Drawn(notice_rows, view.notice, id="notice")
                yield Trace(id="trace")
                yield Drawn(_facts, view.facts, id="facts")
            yield Drawn(_panel, view.sections, id="panel")
        yield Drawn(key_row, self.keys, id="keys")

    def on_mount(self) -> None:
        """Start polling."""
        self._is_composed = True
        self.set_interval(POLL_S, self.poll)
        self.poll()

    def on_screen_suspend(self) -> None:
        """Another screen covers this one wholly: it rings and tells for itself."""
        self._is_hidden = not isinstance(self.app.screen, ModalScreen)

    def on_screen_resume(self) -> None:
        """In view again."""
        self._is_hidden = False
        self.poll()

    def on_resize(self) -> None:
        """The facts depend on the width."""
        self.poll()

    def end(self, end: StreamEnd) -> None:
        """Say that nothing more will come, and why."""
        self._end = end
        self.poll()

    def poll(self) -> None:
        """Look at the state once and show it; does nothing before the widgets are there."""
        if not self._is_composed or self._is_hidden:
            return
        if self._end is None and self._source.finished:
            self._end = ENDED
        state = self._offered(self._source.state())
        if state.t_ns != self._state.t_ns:
            self._changed_s = self._now_s()
        self._state = state
        view = self._view = self._make_view()
        self.query_one("#header", Drawn).show(view)
        self.query_one("#reading", Drawn).show(view.reading)
        self.query_one("#gauge", Drawn).show(view.gauge)
        notice = self.query_one("#notice", Drawn)
        notice.set_class(view.notice.is_alert, "-alert")
        notice.show(view.notice)
        self.query_one(Trace).show(state, is_live=view.is_live)
        self.query_one("#facts", Drawn).show(view.facts)
        self.query_one("#panel", Drawn).show(view.sections)
        self.query_one("#keys", Drawn).show(self.keys)
        self._ring(view)

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys that do something now."""
        takes_commands = self._source.takes_commands
        return keys_for(
            is_muted=self._view.is_muted,
            takes_commands=takes_commands,
            sets_up=self._set_up is not None,
            has_profiles=self._choose_profile is not None,
            offers_profile=self._state.profile_offer is not None,
            break_due=self._state.break_due is not None,
        )

    def _make_view(self) -> LiveView:
        silent_s = self._now_s() - self._changed_s
        width = width_class(self.app.size.width)
        return live_view(self._state, self._title, width, silent_s, self._end)

    def _ring(self, view: LiveView) -> None:
        """One bell for each alert and reminder, when it is first seen, if it may ring."""
        if view.alert_t_ns is not None and view.alert_t_ns > (self._rung_for or -1):
            if self._source.rings:
                self.app.bell()
            self._rung_for = view.alert_t_ns

    def action_pause(self) -> None:
        """Pause alerts, or turn them on again if they are paused."""
        if self._view.is_muted:
            self._source.send(Command.RESUME, None)
        else:
            self._source.send(Command.PAUSE, None)

    def action_resume(self) -> None:
        """The same key, by its other name."""
        self.action_pause()

    def action_snooze(self) -> None:
        """No alert for a while."""
        self._source.send(Command.SNOOZE, None)

    def action_meeting(self) -> None:
        """No alert while people listen."""
        self._source.send(Command.MEETING, None)

    def action_break_later(self) -> None:
        """Be reminded of the break in a while."""
        if self._state.break_due is not None:
            self._source.send(Command.BREAK_LATER, None)

    def action_upright(self) -> None:
        """Take the next rest as the upright pose."""
        self._source.send(Command.CALIBRATE_UPRIGHT, None)

    def action_slouch(self) -> None:
        """Take the next rest as the wearer's slouch."""
        self._source.send(Command.CALIBRATE_SLOUCH, None)

    def action_bends(self) -> None:
        """Take the next slow bends as forward."""
        self._source.send(Command.CALIBRATE_BENDS, None)

    def _offered(self, state: SessionState) -> SessionState:
        """Without the offer of a profile that has no pose yet: there is nothing to switch to."""
        offer = state.profile_offer
        if offer is None:
            return state
        if offer != self._looked_at:
            self._looked_at = offer
            choices = () if self._profiles is None else self._profiles.choices()
            posed = {choice.profile for choice in choices if choice.posed}
            self._can_take = {offer.profile, state.profile} <= posed
        return state if self._can_take else replace(state, profile_offer=None)

    def action_take_profile(self) -> None:
        """Be judged by the profile that is offered."""
        offer = self._state.profile_offer
        if offer is not None and self._profiles is not None:
            self._profiles.take(offer.profile)

    def action_profiles(self) -> None:
        """Open the choice of profiles."""
        if self._choose_profile is not None:
            self._choose_profile()

    def action_setup(self) -> None:
        """Open the set-up."""
        if self._set_up is not None:
            self._set_up()

    def action_mark(self) -> None:
        """Mark this moment."""
        self._source.send(Command.MARKER, None)

    def action_why(self) -> None:
        """Open the numbers behind the decision."""
        self.app.push_screen(CardScreen(why_card(self._state, self._view)))

    def action_keys(self) -> None:
        """Open the list of keys."""
        self.app.push_screen(CardScreen(keys_card(self.keys)))

    def action_settings(self) -> None:
        """Open the settings, where there are any to change."""
        if isinstance(self.app, OffersSettings):
            self.app.open_settings()

    def action_palette(self) -> None:
        """Open the palette; for the mouse, the app binds the key."""
        self.app.action_command_palette()

    async def action_quit(self) -> None:
        """Leave; for the mouse, the app binds the key."""
        await self.app.action_quit()


def _header(view: LiveView, width: int, height: int) -> tuple[Row, ...]:
    return (spread_row(view.name, view.link, width),)[:height]


def _facts(facts: tuple[Row, ...], width: int, height: int) -> tuple[Row, ...]:
    del width
    return facts[:height]


def _panel(sections: tuple[Section, ...], width: int, height: int) -> tuple[Row, ...]:
    return section_rows(sections, width, height)
