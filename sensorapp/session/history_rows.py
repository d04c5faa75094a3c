"""What a session comes to in a history: rows that follow from its header, inputs and outputs.

The same inputs give the same rows, live or from the recording. Of several sensors the first counts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from sensorapp.model.breaks import BreakCredited
from sensorapp.model.history import (
    BreakRow,
    CalibrationRow,
    Day,
    HistoryRows,
    MinuteRow,
    SessionRow,
    SlouchRow,
)
from sensorapp.model.inputs import Connected, Input, SettingsChanged
from sensorapp.model.outputs import Output
from sensorapp.model.posture import Calibration, PostureFrame
from sensorapp.model.settings import CoachingSettings
from sensorapp.session.history_minute import MinuteTally
from sensorapp.session.slouch_events import SlouchEvent, SlouchEvents
from sensorapp.session.wall_clock import WallClock
from sensorapp.signal.host_time import HostTime

_MINUTE_MS = 60_000
_START_MS = 1000
"""A session's start is told in whole seconds: it may have been so much later."""
_HELD_NS = 30_000_000_000
"""Outputs wait so long for the map between the clocks: a sensor that kept its samples while nobody
listened sends them in a rush, and only when that is over can be told how old they were."""


@dataclass(frozen=True, slots=True)
class SessionStart:
    """What is known of a session before its first input; see `WallClock`."""

    recording: str
    started_utc_s: int
    utc_offsets: tuple[tuple[int, int], ...]
    coaching: CoachingSettings = CoachingSettings()  # noqa: RUF009 - frozen


class HistoryTally:
    """Follows a session.

    Its map between the clocks is made of frames and when they became known, late by what a packet
    holds (0.1 s); so it is the same whether a session was fed one by one or ran ahead.
    """

    def __init__(self, start: SessionStart) -> None:
        self._start = start
        self._host_time = HostTime()
        self._began_ns: int | None = None
        self._held: deque[tuple[int, tuple[Output, ...]]] = deque()
        self._sensor_id: str | None = None
        self._sensor = ""
        self._wall: WallClock | None = None
        self._first_ms: int | None = None
        self._last_ms = 0
        self._tally = MinuteTally(start.coaching.training_left_s)
        self._days: deque[SettingsChanged] = deque()
        self._planned: tuple[Day, float | None] | None = None
        self._minute: int | None = None
        self._events = SlouchEvents()
        self._slouch_n = self._break_n = self._calibration_n = 0
        self._minutes: list[MinuteRow] = []
        self._slouches: dict[int, SlouchRow] = {}
        self._breaks: list[BreakRow] = []
        self._calibrations: list[CalibrationRow] = []

    @property
    def minutes_waiting(self) -> int:
        """Whole minutes that were not taken yet."""
        return len(self._minutes)

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """See what an input led to."""
        if self._began_ns is None:
            self._began_ns = item.host_ns
        if isinstance(item, Connected) and self._sensor_id is None:
            self._met(item.sensor_id, item.name)
        if isinstance(item, SettingsChanged) and item.coaching is not None:
            self._days.append(item)
        if outputs:
            self._held.append((item.host_ns, outputs))
            self._heard(item.host_ns, outputs)
        while self._held and item.host_ns - self._held[0][0] >= _HELD_NS:
            self._digest(self._held.popleft()[1])

    def take(self, *, at_end: bool = False) -> HistoryRows | None:
        """Rows that are new or changed since the last call; None before a sensor is met.

        `at_end`: with what is not a whole minute, and the session called whole.
        """
        if self._wall is None:
            return None
        if at_end:
            while self._held:
                self._digest(self._held.popleft()[1])
            self._close_minute()
            self._over(self._events.finish())
        elif self._events.open is not None:
            self._slouches[self._slouch_n] = self._slouch_row(self._events.open)
        rows = HistoryRows(
            self._session_row(self._wall, whole=at_end),
            tuple(self._minutes),
            tuple(self._slouches.values()),
            tuple(self._breaks),
            tuple(self._calibrations),
        )
        for taken in (self._minutes, self._slouches, self._breaks, self._calibrations):
            taken.clear()
        return rows

    def _met(self, sensor_id: str, name: str) -> None:
        assert self._began_ns is not None
        self._sensor_id, self._sensor = sensor_id, name
        start = self._start
        self._wall = WallClock(
            start.started_utc_s, self._began_ns, start.utc_offsets, self._host_time.host_ns
        )

    def _heard(self, host_ns: int, outputs: tuple[Output, ...]) -> None:
        """The newest frame that an input led to: it can't have been known before."""
        for output in reversed(outputs):
            if isinstance(output, PostureFrame) and output.sensor_id == self._sensor_id:
                self._host_time.arrived(output.t_ns, host_ns)
                return

    def _digest(self, outputs: tuple[Output, ...]) -> None:
        for output in outputs:
            if getattr(output, "sensor_id", None) == self._sensor_id is not None:
                self._take_in(output)

    def _take_in(self, output: Output) -> None:
        was_open = self._events.open
        over = self._events.add(output)
        self._over(over)
        is_open = self._events.open
        if is_open is not None and (was_open is None or over is not None):
            self._slouch_n += 1
        if isinstance(output, PostureFrame):
            self._frame(output)
        elif isinstance(output, BreakCredited):
            self._breaks.append(self._break_row(output))
        elif isinstance(output, Calibration):
            self._tally.recalibrated()
            self._calibrations.append(self._calibration_row(output))

    def _frame(self, frame: PostureFrame) -> None:
        wall = self._the_wall
        wall.look(frame.t_ns)
        utc_ms = max(wall.utc_ms(frame.t_ns), self._last_ms)
        minute = utc_ms // _MINUTE_MS
        if self._first_ms is None:
            self._first_ms = utc_ms
        if minute != self._minute:
            self._close_minute()
            self._minute = minute
        self._last_ms = utc_ms
        while self._days and (self._days[0].t_ns is None or self._days[0].t_ns < frame.t_ns):
            self._day_began(self._days.popleft())
        self._tally.add(frame)

    def _day_began(self, item: SettingsChanged) -> None:
        """A frame after it may still be of the day before, so the plan counts by its own clock."""
        assert self._began_ns is not None
        assert item.coaching is not None
        self._tally.train(item.coaching.training_left_s)
        since_ms = (item.host_ns - self._began_ns) // 1_000_000 + _START_MS
        day = self._the_wall.day_of(self._start.started_utc_s * 1000 + since_ms)
        self._planned = day, item.coaching.training_planned_s

    def _close_minute(self) -> None:
        if self._minute is not None:
            day = self._the_wall.day_of(self._minute * _MINUTE_MS)
            row = self._tally.close(self._minute, day)
            if self._planned is not None and day >= self._planned[0]:
                row = replace(row, training_planned_s=self._planned[1])
            self._minutes.append(row)
            self._minute = None

    def _over(self, event: SlouchEvent | None) -> None:
        if event is not None:
            self._slouches[self._slouch_n] = self._slouch_row(event)

    @property
    def _the_wall(self) -> WallClock:
        assert self._wall is not None
        return self._wall

    def _session_row(self, wall: WallClock, *, whole: bool) -> SessionRow:
        first_ms = self._first_ms
        if first_ms is None:  # nothing was measured yet
            first_ms = self._start.started_utc_s * 1000
        return SessionRow(
            recording=self._start.recording,
            sensor=self._sensor,
            start_utc_ms=first_ms,
            end_utc_ms=max(first_ms, self._last_ms),
            utc_offset_s=wall.offset_s(first_ms // 1000),
            whole=whole,
            goal_breaks=self._start.coaching.goal_breaks,
            goal_changes=self._start.coaching.goal_changes,
            training_planned_s=self._start.coaching.training_planned_s,
        )

    def _slouch_row(self, event: SlouchEvent) -> SlouchRow:
        wall = self._the_wall
        onset_ms = wall.utc_ms(event.onset_t_ns)
        return SlouchRow(
            n=self._slouch_n,
            day=wall.day_of(onset_ms),
            onset_utc_ms=onset_ms,
            told_utc_ms=wall.utc_ms(event.told_t_ns),
            end_utc_ms=wall.utc_ms(event.end_t_ns),
            recovered=event.recovered,
            flexion_deg=event.flexion_deg,
            threshold_deg=event.threshold_deg,
            silent=None if event.silent is None else event.silent.value,
        )

    def _break_row(self, earned: BreakCredited) -> BreakRow:
        self._break_n += 1
        end_ms = self._the_wall.utc_ms(earned.t_ns)
        return BreakRow(
            n=self._break_n,
            day=self._the_wall.day_of(end_ms),
            kind=earned.kind.value,
            start_utc_ms=self._the_wall.utc_ms(earned.t_start_ns),
            end_utc_ms=end_ms,
            without_s=earned.without_s,
        )

    def _calibration_row(self, made: Calibration) -> CalibrationRow:
        self._calibration_n += 1
        utc_ms = self._the_wall.utc_ms(made.t_ns)
        return CalibrationRow(
            n=self._calibration_n,
            day=self._the_wall.day_of(utc_ms),
            utc_ms=utc_ms,
            source=made.source.value,
            forward_axis=made.forward_axis.value,
            tilt_deg=made.tilt_deg,
            threshold_deg=made.threshold_deg,
            slouch_deg=made.alignment.slouch_deg,
        )
