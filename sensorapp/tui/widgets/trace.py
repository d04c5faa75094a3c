"""The widget of the 60 s trace: redrawn when a bin, the scale or an event changes."""

from __future__ import annotations

from textual.events import Resize
from textual.strip import Strip
from textual.widget import Widget

from sensorapp.session.state import TRACE_S, SessionState
from sensorapp.tui.braille import Scale, StripChart, scale_for
from sensorapp.tui.rows import Role, Row
from sensorapp.tui.trace import MARGIN, ROWS_BELOW, TraceView, trace_rows
from sensorapp.tui.widgets.drawn import strip_of


class Trace(Widget):
    """Flexion of the last minute with the limit and the event lane."""

    COMPONENT_CLASSES = {f"rows--{role.value}" for role in Role}  # noqa: RUF012 - Textual's own
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._chart = StripChart(0, 0, TRACE_S)
        self._view = TraceView(0.0, Scale(-15.0, 45.0), (), is_live=False)
        self._rows: tuple[Row, ...] = ()
        self._state: SessionState | None = None
        self._is_live = False

    def show(self, state: SessionState, *, is_live: bool) -> None:
        """Take in the newest frames and events."""
        self._state, self._is_live = state, is_live  # also before this widget has a size
        if self._chart.columns < 1 or self._chart.rows < 1:
            return
        moved = self._chart.feed(state.trace)
        same_scale = not moved and self._rows and state.threshold_deg == self._view.threshold_deg
        scale = self._view.scale if same_scale else scale_for(state.trace, state.threshold_deg)
        view = TraceView(state.threshold_deg, scale, state.lane, is_live=is_live)
        if not moved and view == self._view and self._rows:
            return
        self._view = view
        self._rows = trace_rows(self._chart, view)
        self.refresh()

    def on_resize(self, event: Resize) -> None:
        """Start over at the new size, from the frames that the state still has."""
        self._chart = StripChart(
            max(event.size.width - MARGIN, 0), max(event.size.height - ROWS_BELOW, 0), TRACE_S
        )
        self._rows = ()
        if self._state is not None:
            self.show(self._state, is_live=self._is_live)

    def render_line(self, y: int) -> Strip:
        """One row."""
        row = self._rows[y] if y < len(self._rows) else ()
        return strip_of(self, row, self.size.width)
