"""Sensor time: from sample index and sensor ticks to nanoseconds, in integers alone.

The rule is normative in firmware_protocol/SPEC.md, section 8, and its symbols are used here.
It is causal and recursive, so a live stream, its replay and any other grouping of the samples
give the same instants, which a regression over the whole recording would not.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import gcd
from operator import attrgetter

import numpy as np

from sensorapp.model.imu import IntArray

SPAN = 1024
"""Samples between anchors: 10 s at 100 Hz, over which one tick of 31 us tells 3 ppm."""
TICKS_HZ = 32_768
_WRAP = 1 << 32
_STEPS = np.arange(SPAN, dtype=np.int64)
_LEFT_ALONE_NS = 1_000_000
_STEP_NS = 250_000_000

_Fraction = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Bend:
    """From span `span`, which starts at `t_ns`: its own slope, then the base slope."""

    span: int
    t_ns: int
    slope: _Fraction
    base: _Fraction


@dataclass(frozen=True, slots=True)
class _Observation:
    """The last look at the sensor's clock: span j, D_j, and the reference (c_ref, O)."""

    span: int
    sensor_ns: int
    ref_ticks: int
    ref_ns: int


class Timebase:
    """Instants of the samples of one epoch, whose index 0 is at t = 0."""

    def __init__(self, rate_mhz: int) -> None:
        if rate_mhz <= 0:
            raise ValueError("rate_mhz must be positive")
        self._nominal_ns = SPAN * 10**12 // rate_mhz
        common = gcd(10**12, rate_mhz)
        base = (10**12 // common, rate_mhz // common)
        self._bends = [_Bend(0, 0, base, base)]
        self._seen: _Observation | None = None
        self._lined_up: tuple[int, int] | None = None
        self._instants_ns = _STEPS
        """Of all samples of the span and the beginning that `_lined_up` names."""
        self._stepped = False
        self._next_index = 0

    def stamp(
        self,
        first_index: int,
        count: int,
        ticks: int | None,
        *,
        clock_step: bool = False,
        begins_ns: int = 0,
    ) -> IntArray:
        """Instants (count,) int64 ns of samples `first_index` onward, index 0 at `begins_ns`.

        `ticks` is the sensor's clock (1/32768 s, modulo 2**32) at the first sample and
        `clock_step` its word that this clock was moved. Only packets that begin at a multiple
        of 1024, later than all before, can change the pace; samples that come after later
        ones get the instants that they would have had in order.
        """
        self._stepped = self._stepped or clock_step
        if ticks is not None and first_index % SPAN == 0 and first_index >= self._next_index:
            self._observe(first_index // SPAN, ticks)
        span, offset = divmod(first_index, SPAN)
        end_index = first_index + count
        if end_index > self._next_index:
            self._next_index = end_index
        if self._lined_up == (span, begins_ns) and offset + count <= SPAN:
            return self._instants_ns[offset : offset + count]
        pieces = []
        while True:
            span, offset = divmod(first_index, SPAN)
            length = min(count, SPAN - offset)
            if self._lined_up != (span, begins_ns):
                self._line_up(span, begins_ns)
            pieces.append(self._instants_ns[offset : offset + length])
            first_index += length
            count -= length
            if count <= 0:
                return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def _line_up(self, span: int, begins_ns: int) -> None:
        t_ns, (num, den) = self._line(span)
        self._instants_ns = _STEPS * num // den + (t_ns + begins_ns)
        self._instants_ns.flags.writeable = False  # what is handed out are views of it
        self._lined_up = span, begins_ns

    def _line(self, span: int) -> tuple[int, _Fraction]:
        """Start T_k and slope of a span."""
        bend = self._bends[-1]
        if span < bend.span:
            bend = self._bends[bisect_right(self._bends, span, key=attrgetter("span")) - 1]
        if span == bend.span:
            return bend.t_ns, bend.slope
        later = (span - bend.span - 1) * _length_ns(bend.base)
        return bend.t_ns + _length_ns(bend.slope) + later, bend.base

    def _observe(self, span: int, ticks: int) -> None:
        t_ns, _ = self._line(span)
        seen = self._seen
        if seen is None:
            self._refer(span, t_ns, ticks)
            return
        predicted = (t_ns - seen.ref_ns) * TICKS_HZ // 10**9
        ahead = (ticks - seen.ref_ticks - predicted + _WRAP // 2) % _WRAP - _WRAP // 2
        sensor_ns = seen.ref_ns + (predicted + ahead) * 10**9 // TICKS_HZ
        spans = span - seen.span
        expected_ns = spans * self._nominal_ns
        allowed_ns = expected_ns // 10 + min(_STEP_NS, self._nominal_ns // 4)
        if self._stepped or abs(sensor_ns - seen.sensor_ns - expected_ns) > allowed_ns:
            self._refer(span, t_ns, ticks)
            return
        self._seen = _Observation(span, sensor_ns, seen.ref_ticks, seen.ref_ns)
        error_ns = sensor_ns - t_ns
        if abs(error_ns) > _LEFT_ALONE_NS:
            measured_ns = (sensor_ns - seen.sensor_ns) // spans
            limit_ns = measured_ns // 10
            length_ns = measured_ns + max(-limit_ns, min(limit_ns, error_ns))
            self._bends.append(_Bend(span, t_ns, (length_ns, SPAN), (measured_ns, SPAN)))
            self._lined_up = None

    def _refer(self, span: int, t_ns: int, ticks: int) -> None:
        """Learn the clock's offset; time itself goes on as it was."""
        self._seen = _Observation(span, t_ns, ticks, t_ns)
        self._stepped = False


def _length_ns(slope: _Fraction) -> int:
    num, den = slope
    return SPAN * num // den
