"""Sensor time: from sample index and sensor ticks to nanoseconds, in integers alone.

The rule (normative text in firmware_protocol/SPEC.md) is causal and recursive, so that a
live stream, its replay and any other grouping of the samples give the same instants, which
a regression over the whole recording would not.

Time runs on straight spans of 1024 samples. At the start of a span, an anchor, the sensor's
ticks (if the packet that starts there carries them) say how far time is off. Up to 1 ms is
left alone; above that the next span is aimed at where the sensor's own line will be at its
end, so that time never steps and never runs backwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensorapp.model.imu import IntArray

SPAN = 1024
"""Samples between anchors: 10 s at 100 Hz, over which a tick of 30 us tells 3 ppm."""
TICKS_HZ = 32_768
_WRAP = 1 << 32
_LEFT_ALONE_NS = 1_000_000
_STEP_NS = 250_000_000


@dataclass(frozen=True, slots=True)
class _Observation:
    """The sensor's clock at a sample; `sensor_ns` is the unwrapped clock as instants."""

    index: int
    sensor_ns: int


class Timebase:
    """Instants of the samples of one epoch, which starts at index 0 and t = 0."""

    def __init__(self, rate_mhz: int) -> None:
        if rate_mhz <= 0:
            raise ValueError("rate_mhz must be positive")
        self._line = (10**12, rate_mhz)  # period in ns as a fraction, for spans kept on course
        self._span = 0
        self._t_span_ns = 0
        self._slope = self._line  # of the span being stamped
        self._tick_ref: tuple[int, int] | None = None  # ticks and the instant they stand for
        self._seen: _Observation | None = None

    def stamp(
        self, first_index: int, count: int, ticks: int | None, *, clock_step: bool = False
    ) -> IntArray:
        """Instants (count,) int64 ns of samples `first_index` onward, strictly by index.

        `ticks` is the sensor's clock (1/32768 s, modulo 2**32) at the first sample.
        `clock_step` says that this clock was set or restarted since the last packet: its
        offset is learned anew and time goes on as it was. Calls come in rising order of
        index; only packets that start at an anchor change the pace.
        """
        self._go_to(first_index // SPAN)
        if clock_step:
            self._tick_ref = None
            self._seen = None
        if ticks is not None:
            self._observe(first_index, ticks)
        last = first_index + count - 1
        if count and last // SPAN > self._span:
            return self._stamp_across(first_index, count)
        offset = first_index - self._span * SPAN
        num, den = self._slope
        return np.arange(offset, offset + count, dtype=np.int64) * num // den + self._t_span_ns

    def _stamp_across(self, first_index: int, count: int) -> IntArray:
        head = (self._span + 1) * SPAN - first_index
        return np.concatenate(
            (
                self.stamp(first_index, head, None),
                self.stamp(first_index + head, count - head, None),
            )
        )

    def _t_of(self, index: int) -> int:
        num, den = self._slope
        return self._t_span_ns + (index - self._span * SPAN) * num // den

    def _go_to(self, span: int) -> None:
        """Enter `span`; the one being left ends as aimed, skipped ones follow the line."""
        if span <= self._span:
            return
        num, den = self._slope
        self._t_span_ns += SPAN * num // den
        num, den = self._line
        self._t_span_ns += (span - self._span - 1) * (SPAN * num // den)
        self._span = span
        self._slope = self._line

    def _observe(self, index: int, ticks: int) -> None:
        t_ns = self._t_of(index)
        if self._tick_ref is None:
            self._tick_ref = (ticks, t_ns)
            self._seen = _Observation(index, t_ns)
            return
        if index % SPAN:
            return
        ref_ticks, ref_ns = self._tick_ref
        expected = (t_ns - ref_ns) * TICKS_HZ // 10**9
        ahead = (ticks - ref_ticks - expected + _WRAP // 2) % _WRAP - _WRAP // 2
        sensor_ns = ref_ns + (expected + ahead) * 10**9 // TICKS_HZ
        before = self._seen
        if before is None or index <= before.index:
            return
        error_ns = sensor_ns - t_ns
        if abs(error_ns) > _STEP_NS + (t_ns - before.sensor_ns) // 10:
            self._tick_ref = (ticks, t_ns)
            self._seen = _Observation(index, t_ns)
            return
        self._seen = _Observation(index, sensor_ns)
        if abs(error_ns) > _LEFT_ALONE_NS:
            self._aim(error_ns, sensor_ns - before.sensor_ns, index - before.index)

    def _aim(self, error_ns: int, elapsed_ns: int, samples: int) -> None:
        """Let this span end on the sensor's line, at most 10 % off the measured pace."""
        measured = elapsed_ns * SPAN // samples
        limit = measured // 10
        self._line = (measured, SPAN)
        self._slope = (measured + max(-limit, min(limit, error_ns)), SPAN)
