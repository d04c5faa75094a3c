"""The set-up on the screen, above the live one: looks ten times a second, passes keys on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen

from sensorapp.model.device import LinkState
from sensorapp.model.setup import Ask, Pressed, Step
from sensorapp.session.setup import SetupGuide
from sensorapp.session.state import SessionState
from sensorapp.session.trial import trial_of
from sensorapp.tui.keys import key_row
from sensorapp.tui.rows import Role, Row, Span, spread_row
from sensorapp.tui.setup_view import SetupView, setup_keys, setup_rows
from sensorapp.tui.signs import link_sign
from sensorapp.tui.source import LiveSource, SetupDesk
from sensorapp.tui.widgets.drawn import Drawn

POLL_S = 0.1

_POSE_KEYS = {"c": Step.UPRIGHT, "s": Step.SLOUCH, "b": Step.BENDS}
"""The live screen's keys take the pose of their step here, too."""


class SetupScreen(Screen[bool]):
    """Leads through the set-up; closes with True when it is done, False when it was left."""

    BINDINGS = [  # noqa: RUF012 - Textual's own
        Binding("enter", "next", "Go on"),
        Binding("r", "again", "Again"),
        Binding("k", "skip", "Skip"),
        Binding("backspace", "back", "Back"),
        Binding("escape", "leave", "Leave"),
        *(Binding(key, f"pose('{key}')", "This pose") for key in _POSE_KEYS),
        *(Binding(str(number), f"choose({number})", "Sensitivity") for number in range(1, 7)),
    ]

    def __init__(self, source: LiveSource, desk: SetupDesk) -> None:
        super().__init__()
        self._source = source
        self._desk = desk
        self._guide = SetupGuide()
        self._state = source.state()
        self._asked: Ask | None = None
        self._notice = ""
        self._is_over = False
        self._view = self._make_view()

    @property
    def step(self) -> Step:
        """Where the set-up is."""
        return self._guide.step

    def compose(self) -> ComposeResult:
        """One drawing and the footer."""
        yield Drawn(_header, self._state, id="header")
        yield Drawn(setup_rows, self._view, id="setup")
        yield Drawn(key_row, setup_keys(self._view), id="keys")

    def on_mount(self) -> None:
        """Begin, and look from now on."""
        self._desk.begin()
        self.set_interval(POLL_S, self.poll)
        self.poll()

    def poll(self) -> None:
        """Look at the session once and show it."""
        if self._is_over:
            return
        self._state = self._source.state()
        for command in self._guide.look(self._state):
            self._source.send(command, None)
        self._show()

    def action_next(self) -> None:
        """Go on, or take the pose."""
        if self._guide.step is Step.DONE:
            self._close(done=True)
        else:
            self._press(Pressed.NEXT)

    def action_again(self) -> None:
        """Take it once more."""
        self._press(Pressed.AGAIN)

    def action_skip(self) -> None:
        """Go on without."""
        self._press(Pressed.SKIP)

    def action_back(self) -> None:
        """One step back."""
        self._press(Pressed.BACK)

    def action_leave(self) -> None:
        """Leave everything as it was before."""
        self._press(Pressed.LEAVE)
        if self._guide.left:
            self._close(done=False)

    def action_pose(self, key: str) -> None:
        """The key of a pose, as on the live screen."""
        if self._guide.step is _POSE_KEYS[key]:
            offers = self._guide.picture.offers
            self._press(Pressed.AGAIN if Pressed.AGAIN in offers else Pressed.NEXT)

    def action_choose(self, sensitivity: int) -> None:
        """Another sensitivity, in the preview."""
        if self._guide.step is Step.PREVIEW:
            self._notice = self._desk.choose(sensitivity)
            self._show()

    def _press(self, pressed: Pressed) -> None:
        self._state = self._source.state()
        self._notice = ""
        for command in self._guide.press(pressed, self._state):
            self._source.send(command, None)
        self._show()

    def _show(self) -> None:
        view = self._view = self._make_view()
        if view.picture.ask is not self._asked:
            self._asked = view.picture.ask
            self._desk.asks(view.picture.ask)
        if not self.is_mounted:
            return
        self.query_one("#header", Drawn).show(self._state)
        self.query_one("#setup", Drawn).show(view)
        self.query_one("#keys", Drawn).show(setup_keys(view))

    def _make_view(self) -> SetupView:
        picture, order = self._guide.picture, self._guide.order
        if picture.step is not Step.PREVIEW:
            return SetupView(picture, order, notice=self._notice)
        trial = trial_of(self._state)
        return SetupView(picture, order, trial, self._desk.sensitivity, self._notice)

    def _close(self, *, done: bool) -> None:
        if not self._is_over:
            self._is_over = True
            self._desk.end(done=done)
            self.dismiss(done)


def _header(state: SessionState, width: int, height: int) -> tuple[Row, ...]:
    link = state.link.state if state.link else LinkState.IDLE
    sign = link_sign(link, is_silent=False, is_over=False)
    right: Row = (Span(f"{sign.glyph} ", sign.role), Span(sign.word))
    battery = state.sensor.battery_pct if state.sensor else None
    if battery is not None:
        right = (*right, Span(f"  {battery} %"))
    return (spread_row((Span("set-up", Role.STRONG),), right, width),)[:height]
