"""From a set-up's picture to the rows of its screen: pure functions, tested by values."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.model.setup import Pressed, SetupPicture, Step, Trial
from sensorapp.text import setup_words as words
from sensorapp.tui.gauge import gauge_for, gauge_rows
from sensorapp.tui.keys import Key
from sensorapp.tui.layout import meter_row, wrap_text
from sensorapp.tui.reading import Reading, reading_rows
from sensorapp.tui.rows import BLANK, Role, Row, Span, fit_row
from sensorapp.tui.wording import signed_text

_METER_CELLS = 30
_LIST_CELLS = 28
_LIST_FROM = 60
_WIDEST_TEXT = 72
_MOST = 6

_NEXT_LABELS = {
    Step.MOUNTED: "Leave it so",
    Step.UPRIGHT: "I sit tall",
    Step.SLOUCH: "I slouch",
    Step.BENDS: "I bend now",
    Step.PREVIEW: "Good",
    Step.DONE: "To the live screen",
}
_OTHER_KEYS = {
    Pressed.AGAIN: Key("r", "r", "Again", "again", "Take it once more", 2),
    Pressed.SKIP: Key("k", "k", "Skip", "skip", "Go on without", 3),
    Pressed.BACK: Key("backspace", "⌫", "Back", "back", "One step back", 4),
    Pressed.LEAVE: Key("escape", "esc", "Leave", "leave", "Leave; all stays as it was", 1),
}
_SENSITIVITY = Key("1", "1-6", "Sensitivity", "", "How soon a lean counts", 5)


@dataclass(frozen=True, slots=True)
class SetupView:
    """All that the screen shows; `trial` and `sensitivity` are there in the preview alone."""

    picture: SetupPicture
    order: tuple[Step, ...]
    trial: Trial | None = None
    sensitivity: int | None = None
    notice: str = ""


def setup_keys(view: SetupView) -> tuple[Key, ...]:
    """The keys that do something now, the likeliest first."""
    picture = view.picture
    keys = []
    for pressed in picture.offers:
        if pressed is Pressed.NEXT:
            label = _NEXT_LABELS.get(picture.step, "Go on")
            if picture.trouble and Pressed.AGAIN in picture.offers:
                label = "Leave it so"
            keys.append(Key("enter", "enter", label, "next", "Go on", 0))
        else:
            keys.append(_OTHER_KEYS[pressed])
    if view.sensitivity is not None:
        keys.insert(1, _SENSITIVITY)
    return tuple(keys)


def setup_rows(view: SetupView, width: int, height: int) -> tuple[Row, ...]:
    """The step, what to do, what came of it, and the list of steps where there is room."""
    beside = width >= _LIST_FROM and height >= len(view.order) + 2
    room = min(width - _LIST_CELLS - 2 if beside else width, _WIDEST_TEXT)
    roomy = height >= 14
    rows = _main(view, room, height, roomy=roomy)
    if not beside:
        return tuple(rows[:height])
    listed = [BLANK, *_listed(view)]
    rows += [BLANK] * (len(listed) - len(rows))
    listed += [BLANK] * (len(rows) - len(listed))
    return tuple(_beside(*pair, room) for pair in zip(rows, listed, strict=True))[:height]


def _main(view: SetupView, width: int, height: int, *, roomy: bool) -> list[Row]:
    picture = view.picture
    gap = [BLANK] if roomy else []
    head: Row = (
        Span(f"Step {picture.number} of {picture.of}  ", Role.QUIET),
        Span(words.TITLES[picture.step], Role.STRONG),
    )
    rows: list[Row] = [*gap, fit_row(head, width), *gap]
    rows += [(Span(line),) for line in wrap_text(picture.asks, width, 4)]
    rows += gap
    if picture.progress is not None:
        cells = min(_METER_CELLS, width - 7)
        share = f"  {100 * picture.progress:.0f} %"
        rows += [(*meter_row(picture.progress, cells, Role.TRACE), Span(share, Role.QUIET)), *gap]
    if view.trial is not None:
        rows += _trial(view, view.trial, width, height, roomy=roomy)
    said = view.notice or picture.said
    if said:
        trouble = picture.trouble or bool(view.notice)
        role, glyph = (Role.WATCH, "!") if trouble else (Role.GOOD, "✓")
        if picture.step is Step.FIND and not picture.trouble:
            role, glyph = Role.QUIET, "◌"
        lines = wrap_text(said, width - 2, 5)
        rows += [(Span(f"{glyph if not n else ' '} {line}", role),) for n, line in enumerate(lines)]
    return rows


def _trial(view: SetupView, trial: Trial, width: int, height: int, *, roomy: bool) -> list[Row]:
    role = Role.ALERT if trial.would_alert else Role.GOOD
    glyph, word = ("▲", "Would alert") if trial.would_alert else ("●", "No alert")
    if trial.left_s is not None:
        role, glyph, word = Role.WATCH, "▼", f"Alert in {trial.left_s:.0f} s"
    value = trial.flexion_deg
    number = None if value is None else signed_text(value)
    rows: list[Row] = []
    size = 5 if height >= 24 else 3
    reading = Reading(number, glyph, word, role, trial.sentence)
    rows += reading_rows(reading, width, size if roomy or height >= 10 else 1)
    rows += gauge_rows(gauge_for(value, trial.threshold_deg, role), width, 2)
    if view.sensitivity is not None:
        rows += [*([BLANK] if roomy else []), _sensitivity(view.sensitivity)]
    return rows


def _sensitivity(chosen: int) -> Row:
    row: Row = (Span("Sensitivity  ", Role.QUIET),)
    for number in range(1, _MOST + 1):
        here = number == chosen
        text = f"[{number}]" if here else f" {number} "
        row += (Span(text, Role.STRONG if here else Role.KEY, f"screen.choose({number})"),)
    return row


def _listed(view: SetupView) -> list[Row]:
    at = view.order.index(view.picture.step)
    rows: list[Row] = []
    for number, step in enumerate(view.order):
        glyph, role = ("✓", Role.GOOD) if number < at else ("○", Role.QUIET)
        if number == at:
            glyph, role = "●", Role.STRONG
        title = Role.STRONG if number == at else Role.QUIET
        rows.append((Span(f"{glyph} ", role), Span(words.TITLES[step], title)))
    return rows


def _beside(left: Row, right: Row, width: int) -> Row:
    if not right:
        return left
    left = fit_row(left, width)
    used = sum(len(span.text) for span in left)
    return (*left, Span(" " * (width + 2 - used)), *right)
