"""A card above the live screen; any of the usual keys closes it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.events import Click
from textual.screen import ModalScreen

from sensorapp.tui.cards import Card, card_rows
from sensorapp.tui.rows import Row
from sensorapp.tui.widgets.drawn import Drawn


class CardScreen(ModalScreen[None]):
    """Shows a card until the user closes it; the screen below goes on."""

    BINDINGS = [  # noqa: RUF012 - Textual's own
        Binding("escape,q,w,question_mark,enter,space", "dismiss", "Close"),
    ]

    def __init__(self, card: Card) -> None:
        super().__init__()
        self._card = card

    def compose(self) -> ComposeResult:
        """A box that scrolls if the card is longer than the screen."""
        with VerticalScroll(id="card") as box:
            box.border_title = self._card.title
            box.border_subtitle = "esc closes"
            yield Drawn(_card_rows, self._card, id="card-rows")

    def on_click(self, event: Click) -> None:
        """A click beside the card closes it."""
        if event.widget is self:
            self.dismiss()


def _card_rows(card: Card, width: int, height: int) -> tuple[Row, ...]:
    del height
    return card_rows(card, width)
