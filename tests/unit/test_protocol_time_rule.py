"""The worked examples of the time rule, against a second writing of the rule in fractions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

VECTORS = Path(__file__).parents[2] / "firmware_protocol" / "vectors" / "time_rule.json"
SPAN = 1024
NS = Fraction(10**9)


class Packet(TypedDict):
    index: int
    count: int
    ticks: int | None
    clock_step: bool


class Case(TypedDict):
    name: str
    rate_mhz: int
    packets: list[Packet]
    times: list[list[int]]


def cases() -> list[Case]:
    loaded: list[Case] = json.loads(VECTORS.read_text("utf-8"))["cases"]
    return loaded


@dataclass
class Line:
    """A span's line: start and length in ns, the length exact."""

    start: int
    length: Fraction

    def at(self, sample: int) -> int:
        return self.start + floor(self.length * Fraction(sample, SPAN))


class Reference:
    """The rule of SPEC.md section 8, written from its prose with exact fractions."""

    def __init__(self, rate_mhz: int) -> None:
        self.base = Fraction(SPAN * 10**12, rate_mhz)
        self.nominal = floor(self.base)
        self.lines = [Line(0, self.base)]
        self.reference: tuple[int, int] | None = None
        self.last: tuple[int, int] | None = None
        self.stepped = False

    def feed(self, packet: Packet) -> list[int]:
        span, offset = divmod(packet["index"], SPAN)
        self._reach(span)
        self.stepped = self.stepped or packet["clock_step"]
        if offset == 0 and packet["ticks"] is not None:
            self._observe(span, packet["ticks"])
            self.stepped = False
        times = []
        for index in range(packet["index"], packet["index"] + packet["count"]):
            self._reach(index // SPAN)
            times.append(self.lines[index // SPAN].at(index % SPAN))
        return times

    def _reach(self, span: int) -> None:
        while len(self.lines) <= span:
            self.lines.append(Line(self.lines[-1].at(SPAN), self.base))

    def _observe(self, span: int, ticks: int) -> None:
        line = self.lines[span]
        if self.reference is None or self.last is None:
            self.reference, self.last = (ticks, line.start), (span, line.start)
            return
        elapsed = self._unwrapped(ticks, line.start)
        sensor = self.reference[1] + floor(elapsed * NS / 32768)
        spans = span - self.last[0]
        measured = sensor - self.last[1]
        slack = min(250_000_000, self.nominal // 4) + spans * self.nominal // 10
        if self.stepped or abs(measured - spans * self.nominal) > slack:
            self.reference, self.last = (ticks, line.start), (span, line.start)
            return
        self.last = (span, sensor)
        error = sensor - line.start
        if abs(error) > 1_000_000:
            length = floor(Fraction(measured, spans))
            tenth = floor(Fraction(length, 10))
            self.base = Fraction(length)
            line.length = Fraction(length + max(-tenth, min(tenth, error)))

    def _unwrapped(self, ticks: int, predicted_ns: int) -> int:
        """Of all counts that look like `ticks`, the nearest one; below half, not above."""
        assert self.reference is not None
        first, origin = self.reference
        predicted = floor((predicted_ns - origin) * 32768 / NS)
        turns = floor(Fraction(predicted - (ticks - first), 2**32) + Fraction(1, 2))
        return ticks - first + turns * 2**32


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_worked_example(case: Case) -> None:
    reference = Reference(case["rate_mhz"])
    times: dict[int, int] = {}
    for packet in case["packets"]:
        stamped = reference.feed(packet)
        times |= {packet["index"] + row: t_ns for row, t_ns in enumerate(stamped)}
    assert case["times"]
    assert {index: times[index] for index, _ in case["times"]} == {
        sample[0]: sample[1] for sample in case["times"]
    }


def test_examples_cover_what_the_rule_distinguishes() -> None:
    names = " ".join(case["name"] for case in cases())
    for word in ("agrees", "52 Hz", "wrap", "lost anchor", "without ticks", "step", "off-anchor"):
        assert word in names


@given(
    rate_mhz=st.integers(1_000, 7_000_000),
    ticks=st.lists(st.none() | st.integers(0, 2**32 - 1), min_size=1, max_size=12),
)
def test_time_never_runs_backward_whatever_the_clock_says(
    rate_mhz: int, ticks: list[int | None]
) -> None:
    reference = Reference(rate_mhz)
    times: list[int] = []
    for span, count in enumerate(ticks):
        for offset in (0, 511, SPAN - 2):
            packet = Packet(index=span * SPAN + offset, count=2, ticks=count, clock_step=False)
            times += reference.feed(packet)
    assert all(later > earlier for earlier, later in pairwise(times))


# 98 ppm: what is seen at the first anchor is a tick short of the 1 ms that is left alone
@example(error_ppm=98, start=0)
@given(error_ppm=st.integers(-90_000, 90_000), start=st.integers(0, 2**32 - 1))
def test_time_is_on_the_sensors_line_after_two_spans(error_ppm: int, start: int) -> None:
    period_ns = Fraction(10**7) * (1 + Fraction(error_ppm, 10**6))
    reference = Reference(100_000)
    for span in range(6):
        true_ns = floor(span * SPAN * period_ns)
        ticks = (start + true_ns * 32768 // 10**9) % 2**32
        time = reference.feed(Packet(index=span * SPAN, count=1, ticks=ticks, clock_step=False))[0]
        if span >= 2:
            # A span may end with what is left alone, 1 ms as seen through a clock of whole
            # ticks; the next adds as much before it is seen.
            assert abs(time - true_ns) <= 2 * (1_000_000 + Fraction(10**9, 32768))
