"""A widget that shows the rows which a pure function draws from a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from sensorapp.tui.rows import Role, Row, fit_row

ViewT = TypeVar("ViewT")

Draw = Callable[[ViewT, int, int], tuple[Row, ...]]
"""Value, width and height in cells to rows; more rows than the height are not seen."""


def strip_of(widget: Widget, row: Row, width: int) -> Strip:
    """The row as a strip of exactly `width` cells, every segment with a style.

    A segment without a style stops Textual's filter for NO_COLOR.
    """
    segments = []
    for span in fit_row(row, width):
        style = widget.get_component_rich_style(f"rows--{span.role.value}")
        if span.action is not None:
            style += Style(meta={"@click": span.action})
        segments.append(Segment(span.text, style))
    return Strip(segments).adjust_cell_length(width, widget.rich_style)


class Drawn(Widget, Generic[ViewT]):
    """Redraws only the rows that changed; text is drawn as it is, never parsed."""

    COMPONENT_CLASSES = {f"rows--{role.value}" for role in Role}  # noqa: RUF012 - Textual's own
    ALLOW_SELECT = False

    def __init__(self, draw: Draw[ViewT], value: ViewT, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._draw = draw
        self._value = value
        self._rows: tuple[Row, ...] = ()
        self._drawn_at: Size | None = None

    def show(self, value: ViewT) -> None:
        """Show another value."""
        if value == self._value:
            return
        self._value = value
        before = self._rows
        if self._drawn_at != self.size:
            self._drawn_at = None  # whatever size comes next, the rows are of another value
            self.refresh()
            return
        self._rows = self._draw(value, self.size.width, self.size.height)
        self._refresh_changed(before)

    def render_line(self, y: int) -> Strip:
        """One row, drawn anew if the size changed since."""
        if self._drawn_at != self.size:
            self._drawn_at = self.size
            self._rows = self._draw(self._value, self.size.width, self.size.height)
        row = self._rows[y] if y < len(self._rows) else ()
        return strip_of(self, row, self.size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the value has at this width."""
        del container
        return len(self._draw(self._value, width, max(viewport.height, 1)))

    def _refresh_changed(self, before: tuple[Row, ...]) -> None:
        width = self.size.width
        count = max(len(before), len(self._rows))
        old = before + ((),) * (count - len(before))
        new = self._rows + ((),) * (count - len(self._rows))
        changed = [Region(0, y, width, 1) for y in range(count) if old[y] != new[y]]
        if changed:
            self.refresh(*changed)
