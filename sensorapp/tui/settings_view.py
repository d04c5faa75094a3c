"""The list of settings as rows: sections, values, who chose them, and the help of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sensorapp.model.setting_key import Key, TakesEffect, Value
from sensorapp.text.cleaning import plain_text
from sensorapp.tui.layout import wrap_text
from sensorapp.tui.rows import BLANK, Role, Row, Span, spread_row

_FLOAT_STEP = 5.0
_HELP_ROWS = 4
_LEAST_LIST_ROWS = 3


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A key, its value, and who chose it ("default", "file", "environment", "option")."""

    key: Key
    value: Value
    chosen_by: str


@dataclass(frozen=True, slots=True)
class SettingsView:
    """What the screen shows; `trouble` is why the last change was not made."""

    lines: tuple[SettingLine, ...]
    selected: int = 0
    trouble: str = ""

    @property
    def line(self) -> SettingLine:
        """The one that is selected."""
        return self.lines[self.selected]


def stepped(line: SettingLine, steps: int) -> Value:
    """The value so many steps on: a flag turns, choices go round, a number stays in its range."""
    key, value = line.key, line.value
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        if not key.choices:
            return value
        return key.choices[(key.choices.index(value) + steps) % len(key.choices)]
    assert key.least is not None
    assert key.most is not None
    if isinstance(value, int):
        return round(min(max(value + steps, key.least), key.most))
    # steps end on multiples, whatever was typed before
    whole = value / _FLOAT_STEP
    near = whole // 1.0 if (steps < 0 and whole % 1.0 == 0.0) or steps > 0 else -(-whole // 1.0)
    return float(min(max((near + steps) * _FLOAT_STEP, key.least), key.most))


def value_text(key: Key, value: Value) -> str:
    """The value with its unit, an empty text as such."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return plain_text(value, 24) or "-"
    return f"{value:g} {key.unit}".rstrip()


def settings_rows(view: SettingsView, width: int, height: int) -> tuple[Row, ...]:
    """The list, scrolled to what is selected, and below it the help."""
    helped = _help(view, width)[: max(height - _LEAST_LIST_ROWS - 1, 0)]
    rows, at = _list(view, width)
    room = max(height - len(helped) - bool(helped), 1)
    begin = min(max(at - room // 2, 0), max(len(rows) - room, 0))
    shown = rows[begin : begin + room]
    gap = [BLANK] * (height - len(helped) - len(shown)) if helped else []
    return (*shown, *gap, *helped)[:height]


def _list(view: SettingsView, width: int) -> tuple[list[Row], int]:
    """All rows, and the place of the selected one."""
    rows: list[Row] = []
    at, section = 0, ""
    for number, line in enumerate(view.lines):
        if line.key.section != section:
            section = line.key.section
            rows.append((Span(section.upper(), Role.TITLE),))
        if number == view.selected:
            at = len(rows)
        rows.append(_row(line, width, selected=number == view.selected))
    return rows, at


def _row(line: SettingLine, width: int, *, selected: bool) -> Row:
    mark = Span("› " if selected else "  ", Role.KEY)
    name = Span(line.key.field, Role.STRONG if selected else Role.PLAIN)
    value = Span(value_text(line.key, line.value), Role.STRONG if selected else Role.PLAIN)
    chooser = "" if line.chosen_by in ("default", "file") else f"  by {line.chosen_by}"
    changed = Span(" •" if line.chosen_by == "file" else "  ", Role.TRACE)
    return spread_row((mark, name), (value, Span(chooser, Role.QUIET), changed), width)


def _help(view: SettingsView, width: int) -> list[Row]:
    if view.trouble:
        return [(Span(text, Role.WATCH),) for text in wrap_text(view.trouble, width, _HELP_ROWS)]
    key = view.line.key
    counts = "at once" if key.takes_effect is TakesEffect.AT_ONCE else "from the next start on"
    default = value_text(key, key.default)
    texts: Sequence[str] = wrap_text(key.help, width, 2)
    facts = wrap_text(
        f"{key.range} {key.unit}".rstrip() + f"; usual: {default}; counts {counts}", width, 2
    )
    return [*((Span(text),) for text in texts), *((Span(text, Role.QUIET),) for text in facts)]
