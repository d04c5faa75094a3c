"""The clock made of arrivals: the line below them, whatever delays them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.drivers.arrival_clock import SPAN, SPANS_KEPT, TICKS_HZ, ArrivalClock

RATE_MHZ = 100_000
PERIOD_NS = 10_000_000


def delayed(clock: ArrivalClock, count: int, period_ns: float, seed: int = 1) -> None:
    """Samples three at a time, each up to 30 ms late and some 300 ms late."""
    chance = random.Random(seed)
    for index in range(2, count, 3):
        late_ns = chance.uniform(1e6, 30e6) + (chance.random() < 0.02) * 300e6
        clock.heard(index, round(index * period_ns + late_ns))


@pytest.mark.parametrize("ppm", [0, 7_000, -7_000, 19_000, -19_000])
def test_pace_and_place_below_the_jitter(ppm: int) -> None:
    period_ns = PERIOD_NS * (1 + ppm * 1e-6)
    clock = ArrivalClock(RATE_MHZ)
    delayed(clock, 6000, period_ns)
    pace_ns = (clock.host_ns(5000) - clock.host_ns(1000)) / 4000
    assert pace_ns == pytest.approx(period_ns, rel=20e-6)
    assert clock.host_ns(6000) - 6000 * period_ns == pytest.approx(1e6, abs=0.5e6)


@pytest.mark.parametrize(("ppm", "most"), [(50_000, 20_000), (-50_000, -20_000)])
def test_no_part_is_believed_to_be_farther_off_than_two_percent(ppm: int, most: int) -> None:
    clock = ArrivalClock(RATE_MHZ)
    delayed(clock, 3000, PERIOD_NS * (1 + ppm * 1e-6))
    pace_ns = (clock.host_ns(2000) - clock.host_ns(1000)) / 1000
    assert pace_ns == pytest.approx(PERIOD_NS * (1 + most * 1e-6), rel=1e-8)


def test_one_arrival_goes_by_the_declared_rate() -> None:
    clock = ArrivalClock(RATE_MHZ)
    clock.heard(4, 1_000_000_000)
    assert clock.host_ns(0) == 1_000_000_000 - 4 * PERIOD_NS
    assert clock.ticks(0) == 960_000_000 * TICKS_HZ // 10**9


def test_ticks_wrap() -> None:
    clock = ArrivalClock(RATE_MHZ)
    clock.heard(0, 10**9 * 2**32 // TICKS_HZ)
    assert clock.ticks(0) == 0
    assert clock.ticks(1) == TICKS_HZ // 100


def test_old_spans_are_forgotten() -> None:
    clock = ArrivalClock(RATE_MHZ)
    late_ns = 50_000_000
    for index in range(SPAN * (SPANS_KEPT + 1)):
        clock.heard(index, index * PERIOD_NS + (late_ns if index >= SPAN else 0))
    assert clock.host_ns(SPAN * SPANS_KEPT) == SPAN * SPANS_KEPT * PERIOD_NS + late_ns


def test_a_rate_must_be_one_and_something_must_be_heard() -> None:
    with pytest.raises(ValueError, match="positive"):
        ArrivalClock(0)
    with pytest.raises(ValueError, match="nothing was heard"):
        ArrivalClock(RATE_MHZ).ticks(0)


@settings(deadline=None)
@given(
    arrivals=st.lists(
        st.tuples(st.integers(1, 400), st.integers(0, 10**10)), min_size=1, max_size=60
    )
)
def test_no_sample_is_later_than_its_arrival(arrivals: list[tuple[int, int]]) -> None:
    clock = ArrivalClock(RATE_MHZ)
    heard: list[tuple[int, int]] = []
    index = host_ns = 0
    for step, pause_ns in arrivals:
        index, host_ns = index + step, host_ns + pause_ns
        heard.append((index, host_ns))
        clock.heard(index, host_ns)
    kept = [point for point in heard if point[0] // SPAN == index // SPAN]
    assert all(clock.host_ns(at) <= at_ns for at, at_ns in kept)
    assert clock.host_ns(0) <= clock.host_ns(1)


@given(shift_ns=st.integers(0, 10**15))
def test_shifted_arrivals_shift_the_clock_and_nothing_else(shift_ns: int) -> None:
    still, moved = ArrivalClock(RATE_MHZ), ArrivalClock(RATE_MHZ)
    chance = random.Random(7)
    for index in range(0, 1500, 25):
        host_ns = index * PERIOD_NS + chance.randrange(20_000_000)
        still.heard(index, host_ns)
        moved.heard(index, host_ns + shift_ns)
    assert moved.host_ns(1024) - still.host_ns(1024) == shift_ns
