"""The settings above the live screen: what is changed is in the file, and counts, at once."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from sensorapp.tui.rows import Role, Row, Span
from sensorapp.tui.settings_view import SettingsView, settings_rows, stepped
from sensorapp.tui.source import SettingsBook
from sensorapp.tui.widgets.drawn import Drawn

_KEYS: Row = (
    *(Span("↑↓", Role.KEY), Span(" choose  ", Role.QUIET)),
    *(Span("←→", Role.KEY), Span(" change  ", Role.QUIET)),
    *(Span("enter", Role.KEY), Span(" type  ", Role.QUIET)),
    *(Span("u", Role.KEY), Span(" usual  ", Role.QUIET)),
    *(Span("esc", Role.KEY, "screen.leave"), Span(" close", Role.QUIET, "screen.leave")),
)


class SettingsScreen(ModalScreen[None]):
    """Shows every key; the stream below goes on."""

    AUTO_FOCUS = ""  # else the line to type in takes the arrows before it is there
    BINDINGS = [  # noqa: RUF012 - Textual's own
        Binding("escape,q,comma", "leave", "Close"),
        Binding("up,k", "select(-1)", "Up"),
        Binding("down,j", "select(1)", "Down"),
        Binding("left,h,minus", "step(-1)", "Less"),
        Binding("right,l,plus,space", "step(1)", "More"),
        Binding("enter", "edit", "Type"),
        Binding("u,delete", "unset", "Usual"),
    ]

    def __init__(self, book: SettingsBook) -> None:
        super().__init__()
        self._book = book
        self._view = SettingsView(book.lines())

    def compose(self) -> ComposeResult:
        """The list, a line to type in while it is asked for, and the keys."""
        with Vertical(id="settings") as box:
            box.border_title = "Settings"
            yield Drawn(settings_rows, self._view, id="settings-rows")
            typed = Input(id="settings-input", compact=True)
            typed.display = False
            yield typed
            yield Drawn(_key_row, None, id="settings-keys")

    def action_select(self, by: int) -> None:
        """Go to another key."""
        count = len(self._view.lines)
        self._show(SettingsView(self._view.lines, (self._view.selected + by) % count))

    def action_step(self, by: int) -> None:
        """A step more or less; a text is typed."""
        line = self._view.line
        value = stepped(line, by)
        if value == line.value:
            if isinstance(value, str):
                self.action_edit()
            return
        self._told(self._book.change(line.key, value))

    def action_unset(self) -> None:
        """Let the default count again."""
        self._told(self._book.change(self._view.line.key, None))

    def action_edit(self) -> None:
        """Type a value."""
        typed = self.query_one(Input)
        line = self._view.line
        value = line.value
        typed.value = (
            value
            if isinstance(value, str)
            else f"{value:g}"
            if not isinstance(value, bool)
            else ("true" if value else "false")
        )
        typed.placeholder = line.key.range
        typed.display = True
        typed.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed if the key allows it, else say what it takes."""
        event.stop()
        key = self._view.line.key
        value = key.parsed(event.value)
        if value is None:
            trouble = f"{key.name} takes {key.allowed}."
            self._show(SettingsView(self._view.lines, self._view.selected, trouble))
            return
        self._close_input()
        self._told(self._book.change(key, value))

    def action_leave(self) -> None:
        """Close the line to type in, or the screen."""
        if self.query_one(Input).display:
            self._close_input()
        else:
            self.dismiss()

    def _close_input(self) -> None:
        self.query_one(Input).display = False
        self.set_focus(None)
        self._show(SettingsView(self._view.lines, self._view.selected))

    def _told(self, trouble: str) -> None:
        lines = self._view.lines if trouble else self._book.lines()
        self._show(SettingsView(lines, self._view.selected, trouble))

    def _show(self, view: SettingsView) -> None:
        self._view = view
        self.query_one("#settings-rows", Drawn).show(view)


def _key_row(_: None, width: int, height: int) -> tuple[Row, ...]:
    del width
    return (_KEYS,)[:height]
