"""Whatever a link does: each sample that a clip took is handed on once and in order, or named."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lossy_pipe import Pipe, Weather

BIG, SMALL = 8192, 256
WEATHERS = st.builds(
    Weather,
    drop=st.sampled_from([0.0, 0.02, 0.2, 0.5]),
    double=st.sampled_from([0.0, 0.1]),
    swap=st.sampled_from([0.0, 0.1]),
    mtu=st.sampled_from([23, 185, 247]),
)


def day(pipe: Pipe, rng: random.Random, *, links: int, killing: bool) -> None:
    """Links that hold for some seconds, and between them the clip out of reach."""
    for _ in range(links):
        pipe.connect()
        pipe.passes(rng.uniform(0.1, 6.0))
        if killing and rng.random() < 0.5:
            pipe.kill_host()
        pipe.cut()
        pipe.passes(rng.choice((0.05, 0.5, 3.0)))
    pipe.weather = Weather(mtu=pipe.weather.mtu)
    for _ in range(20):  # a driver may hang up once more over what it still waited for
        if not pipe.up:
            pipe.connect()
        pipe.passes(1.5)
        if pipe.up and pipe.caught_up:
            break
    pipe.stop()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), WEATHERS, st.booleans())
def test_a_clip_that_keeps_enough_loses_nothing(seed: int, weather: Weather, killing: bool) -> None:
    pipe = Pipe(seed, BIG, weather)
    day(pipe, random.Random(seed), links=4, killing=killing)
    assert pipe.faults == []
    assert pipe.came.ends == pipe.taken
    assert set(pipe.came.named.values()) == {0}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), WEATHERS)
def test_what_a_small_memory_could_not_keep_is_named_exactly(seed: int, weather: Weather) -> None:
    pipe = Pipe(seed, SMALL, weather)
    day(pipe, random.Random(seed), links=4, killing=False)
    assert pipe.came.ends == pipe.taken
    assert pipe.came.samples + sum(pipe.came.named.values()) == sum(pipe.taken.values())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), WEATHERS)
def test_without_a_memory_each_hole_of_a_stream_is_named(seed: int, weather: Weather) -> None:
    pipe = Pipe(seed, 0, weather)
    day(pipe, random.Random(seed), links=3, killing=False)
    last = max(pipe.taken)
    assert pipe.came.ends[last] == pipe.taken[last], "STOP says how far it went"
    for stream, end in pipe.came.ends.items():
        assert end <= pipe.taken[stream]


@pytest.mark.parametrize("buffer_samples", [BIG, 0])
def test_a_reboot_begins_another_stream(buffer_samples: int) -> None:
    pipe = Pipe(1, buffer_samples, Weather(drop=0.1))
    for _ in range(3):
        pipe.connect()
        pipe.passes(3.0)
        pipe.reboot()
    pipe.connect()
    pipe.passes(3.0)
    pipe.stop()
    assert [boot for boot, _ in pipe.came.ends] == [1, 2, 3, 4]
    assert pipe.came.ends[4, 1] == pipe.taken[4, 1]
