"""At the first session: would you like to be set up?"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from sensorapp.tui.layout import wrap_text
from sensorapp.tui.rows import BLANK, Role, Row, Span
from sensorapp.tui.widgets.drawn import Drawn

_TEXT = (
    "Nothing is known of you yet. In about a minute the program can learn how the sensor sits, "
    "your upright pose and your own slouch, so that alerts suit you."
)
_LATER = "You can do it at any time with u, or not at all: then the first rest counts as upright."


class OfferScreen(ModalScreen[bool]):
    """Closes with True to set up now."""

    BINDINGS = [  # noqa: RUF012 - Textual's own
        Binding("enter,u", "close(True)", "Set up now"),
        Binding("escape,q,space", "close(False)", "Later"),
    ]

    def compose(self) -> ComposeResult:
        """A box of text with two ways out."""
        with Vertical(id="card") as box:
            box.border_title = "Set up?"
            box.border_subtitle = "enter sets up · esc later"
            yield Drawn(_rows, _TEXT, id="card-rows")

    def action_close(self, wanted: bool) -> None:
        """Answer."""
        self.dismiss(wanted)


def _rows(text: str, width: int, height: int) -> tuple[Row, ...]:
    del height
    rows: list[Row] = [(Span(line),) for line in wrap_text(text, width, 8)]
    rows += [BLANK, *((Span(line, Role.QUIET),) for line in wrap_text(_LATER, width, 4)), BLANK]
    now: Row = (
        Span("enter", Role.KEY, "screen.close(True)"),
        Span(" Set up now  ", Role.QUIET, "screen.close(True)"),
        Span("esc", Role.KEY, "screen.close(False)"),
        Span(" Later", Role.QUIET, "screen.close(False)"),
    )
    return (*rows, now)
