"""The map from sensor time to the host's clock, from made-up arrivals and round trips."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.signal.host_time import HostTime

NS = 1_000_000_000
OFFSET_NS = 5_000 * NS


def true_ns(t_ns: int, drift_ppm: float) -> int:
    return OFFSET_NS + round(t_ns * (1.0 + drift_ppm * 1e-6))


def heard(seconds: int, drift_ppm: float, seed: int, *, pings: bool) -> HostTime:
    """Ten packets a second, each 2 to 60 ms late and one in ten later still."""
    rng, found = random.Random(seed), HostTime()
    for tenth in range(seconds * 10):
        t_ns = tenth * NS // 10
        late_s = 0.002 + rng.uniform(0.0, 0.058) + rng.choice((0.0,) * 9 + (0.5,))
        found.arrived(t_ns, true_ns(t_ns, drift_ppm) + round(late_s * NS))
        if pings and tenth % 300 == 0:
            there_s, back_s = rng.uniform(0.002, 0.05), rng.uniform(0.002, 0.05)
            at_ns = true_ns(t_ns, drift_ppm)
            found.round_trip(at_ns - round(there_s * NS), at_ns + round(back_s * NS), t_ns)
    return found


@settings(max_examples=20, deadline=None)
@given(st.floats(-80.0, 80.0), st.integers(0, 2**32))
def test_an_hour_of_arrivals_tells_the_clocks_apart_to_the_shortest_way(
    drift_ppm: float, seed: int
) -> None:
    found = heard(3600, drift_ppm, seed, pings=False)
    for t_ns in (3000 * NS, 3599 * NS):
        guess_ns = found.host_ns(t_ns)
        assert guess_ns is not None
        error_ms = (guess_ns - true_ns(t_ns, drift_ppm)) / 1e6
        assert 1.9 < error_ms < 2.6  # 2 ms is the shortest way, which arrivals alone can't tell
    assert found.uncertainty_ns(3599 * NS) is None


@settings(max_examples=20, deadline=None)
@given(st.floats(-80.0, 80.0), st.integers(0, 2**32))
def test_round_trips_say_how_sure_it_is(drift_ppm: float, seed: int) -> None:
    found = heard(3600, drift_ppm, seed, pings=True)
    t_ns = 3599 * NS
    guess_ns, width_ns = found.host_ns(t_ns), found.uncertainty_ns(t_ns)
    assert guess_ns is not None
    assert width_ns is not None
    assert abs(guess_ns - true_ns(t_ns, drift_ppm)) <= width_ns + 500_000
    assert width_ns < 40_000_000


def test_a_backlog_that_comes_late_moves_nothing() -> None:
    found = heard(600, 10.0, 1, pings=False)
    before = found.host_ns(600 * NS)
    for tenth in range(6000, 6600):
        found.arrived(tenth * NS // 10, true_ns(700 * NS, 10.0))
    after = found.host_ns(600 * NS)
    assert before is not None
    assert after is not None
    assert abs(after - before) < 500_000


def test_nothing_is_known_before_the_first_sample() -> None:
    found = HostTime()
    assert found.host_ns(0) is None
    assert found.uncertainty_ns(0) is None
    found.round_trip(10, 5, 0)  # heard before it was sent: refused
    assert found.uncertainty_ns(0) is None


def test_memory_is_bounded_and_instants_keep_their_order() -> None:
    found = heard(7200, 50.0, 3, pings=True)
    assert len(found._points) <= 225
    assert len(found._trips) <= 8
    instants = [found.host_ns(tenth * NS // 10) for tenth in range(71_000, 72_000)]
    for one, other in pairwise(instants):
        assert one is not None
        assert other is not None
        assert other - one == pytest.approx(NS // 10, abs=20_000)
