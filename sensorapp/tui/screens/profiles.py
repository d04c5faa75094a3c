"""The choice of a profile, above the live screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from sensorapp.tui.layout import wrap_text
from sensorapp.tui.rows import BLANK, Role, Row, Span, fit_row
from sensorapp.tui.source import ProfileChoice
from sensorapp.tui.widgets.drawn import Drawn

_ABOUT = (
    "Each has its own upright pose, slouch and limit. In a new one, sit or stand as is comfortable "
    "and press c."
)

Shown = tuple[tuple[ProfileChoice, ...], str]


class ProfileScreen(ModalScreen[str | None]):
    """Closes with the profile that was chosen, None to stay."""

    BINDINGS = [  # noqa: RUF012 - Textual's own
        *(Binding(str(number), f"choose({number})", "This one") for number in range(1, 6)),
        Binding("escape,q,f,space,enter", "stay", "Stay"),
    ]

    def __init__(self, choices: tuple[ProfileChoice, ...], now: str) -> None:
        super().__init__()
        self._choices = choices
        self._now = now

    def compose(self) -> ComposeResult:
        """A box with a row for each profile."""
        with Vertical(id="card") as box:
            box.border_title = "Profile"
            box.border_subtitle = "1-5 switches · esc stays"
            yield Drawn(profile_rows, (self._choices, self._now), id="card-rows")

    def action_choose(self, number: int) -> None:
        """Switch to it, unless it is in force already."""
        if number <= len(self._choices):
            profile = self._choices[number - 1].profile
            self.dismiss(None if profile == self._now else profile)

    def action_stay(self) -> None:
        """Change nothing."""
        self.dismiss(None)


def profile_rows(shown: Shown, width: int, height: int) -> tuple[Row, ...]:
    """Number, name, whether it is in force and whether its pose is known."""
    del height
    choices, now = shown
    rows: list[Row] = []
    for number, choice in enumerate(choices, 1):
        here = choice.profile == now
        action = f"screen.choose({number})"
        known = "pose known" if choice.posed else "no pose yet"
        if choice.of_before:
            known = "pose needed again"
        row: Row = (
            Span(f"{number} ", Role.KEY, action),
            Span("● " if here else "○ ", Role.GOOD if here else Role.QUIET, action),
            Span(f"{choice.label:<20}", Role.STRONG if here else Role.PLAIN, action),
            Span("in use, " if here else "", Role.QUIET),
            Span(known, Role.QUIET),
        )
        rows.append(fit_row(row, width))
    rows += [BLANK, *((Span(line, Role.QUIET),) for line in wrap_text(_ABOUT, width, 4))]
    return tuple(rows)
