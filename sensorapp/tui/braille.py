"""A strip chart in braille whose old columns never change.

Time is cut into bins at absolute multiples of the bin length, two bins to a column of cells.
A column is drawn from its own bins and the last value before them, so once it is past it is
past: scrolling moves finished columns and draws one new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sensorapp.model.posture import PostureFrame, PostureState

FRAME_NS = 100_000_000
"""Frames come at 10 Hz of sensor time; a shorter bin would leave holes in the line."""

_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bits of a braille cell: left and right column, from the top."""

_UNTOLD = (PostureState.UNCERTAIN, PostureState.NOT_WORN)
"""States whose angle says nothing about the wearer: the line has a hole there."""

_BLANK = "\u2800"


@dataclass(frozen=True, slots=True)
class Scale:
    """The range of the vertical axis in degrees."""

    low_deg: float
    high_deg: float

    def dot(self, value_deg: float, dots: int) -> int:
        """Index of the dot row of a value, 0 at the top; values outside stick to the edge."""
        share = (self.high_deg - value_deg) / (self.high_deg - self.low_deg)
        return min(max(round(share * (dots - 1)), 0), dots - 1)


@dataclass(slots=True)
class _Bin:
    low_deg: float
    high_deg: float
    last_deg: float


class StripChart:
    """The bins of the last `span_s` seconds at one width, and the columns drawn from them."""

    def __init__(self, columns: int, rows: int, span_s: int) -> None:
        self.columns = columns
        self.rows = rows
        self.bin_ns = max(span_s * 1_000_000_000 // max(2 * columns, 1), FRAME_NS)
        self.newest_bin = -1
        self._fed_ns = -1
        self._bins: dict[int, _Bin] = {}
        self._drawn: dict[int, tuple[str, ...]] = {}
        self._scale: Scale | None = None

    def column_of(self, t_ns: int) -> int:
        """Absolute number of the column of an instant."""
        return t_ns // self.bin_ns // 2

    @property
    def first_column(self) -> int:
        """Absolute number of the leftmost column on the screen."""
        return self.newest_bin // 2 - self.columns + 1

    def feed(self, frames: Sequence[PostureFrame]) -> bool:
        """Take in the frames that are new; True if a new bin began or time started over."""
        if not frames:
            return False
        if frames[-1].t_ns < self._fed_ns:
            self._restart()
        before = self.newest_bin
        for frame in _newer(frames, self._fed_ns):
            self._add(frame)
        self._fed_ns = frames[-1].t_ns
        self.newest_bin = self._fed_ns // self.bin_ns
        if self.newest_bin != before:
            self._forget()
        return self.newest_bin != before

    def column(self, column: int, scale: Scale) -> tuple[str, ...]:
        """The cells of an absolute column from top to bottom."""
        if scale != self._scale:
            self._scale = scale
            self._drawn.clear()
        done = self._drawn.get(column)
        if done is None:
            done = self._draw(column, scale)
            if column < self.newest_bin // 2:
                self._drawn[column] = done
        return done

    def _restart(self) -> None:
        self._fed_ns = -1
        self.newest_bin = -1
        self._bins.clear()
        self._drawn.clear()

    def _add(self, frame: PostureFrame) -> None:
        value = frame.flexion_deg
        if value is None or frame.state in _UNTOLD:
            return
        key = frame.t_ns // self.bin_ns
        found = self._bins.get(key)
        if found is None:
            self._bins[key] = _Bin(value, value, value)
        else:
            found.low_deg = min(found.low_deg, value)
            found.high_deg = max(found.high_deg, value)
            found.last_deg = value

    def _forget(self) -> None:
        oldest = 2 * self.first_column - 1
        for key in [key for key in self._bins if key < oldest]:
            del self._bins[key]
        for column in [column for column in self._drawn if column < self.first_column]:
            del self._drawn[column]

    def _draw(self, column: int, scale: Scale) -> tuple[str, ...]:
        dots = 4 * self.rows
        cells = [0] * self.rows
        for side in (0, 1):
            found = self._bins.get(2 * column + side)
            if found is None:
                continue
            top = scale.dot(found.high_deg, dots)
            bottom = scale.dot(found.low_deg, dots)
            before = self._bins.get(2 * column + side - 1)
            if before is not None:
                # Joins the line to where it came from, without drawing that dot again.
                came_from = scale.dot(before.last_deg, dots)
                top = min(top, came_from + 1)
                bottom = max(bottom, came_from - 1)
            for dot in range(top, bottom + 1):
                cells[dot // 4] |= _DOTS[side][dot % 4]
        return tuple(chr(0x2800 + bits) for bits in cells)


def is_blank(cell: str) -> bool:
    """True for a cell of a column without a dot."""
    return cell == _BLANK


def lowest_dot(cell: str) -> int:
    """Dot row, 0 to 3 from the top, of the lowest dot of a cell that is not blank."""
    bits = ord(cell) - 0x2800
    return max(row for row in range(4) if bits & (_DOTS[0][row] | _DOTS[1][row]))


def scale_for(frames: Sequence[PostureFrame], threshold_deg: float) -> Scale:
    """The smallest of a few fixed ranges that holds the limit and all of the frames."""
    values = [frame.flexion_deg for frame in frames if frame.flexion_deg is not None]
    lowest = min(values, default=0.0)
    highest = max(values, default=0.0)
    low = next((edge for edge in (-10.0, -30.0, -60.0, -90.0) if lowest >= edge), -180.0)
    need = max(highest, 1.5 * threshold_deg)
    high = next((edge for edge in (30.0, 45.0, 60.0, 90.0, 120.0) if need <= edge), 180.0)
    return Scale(low, high)


def _newer(frames: Sequence[PostureFrame], after_ns: int) -> Iterator[PostureFrame]:
    start = len(frames)
    while start > 0 and frames[start - 1].t_ns > after_ns:
        start -= 1
    return iter(frames[start:])
