"""Whatever a link does: each sample that a clip took is handed on once and in order, or named.

A few days of each kind; `python -m tests.long.lossy` lives thousands.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lossy_days import GENTLE, HARSH, RING_SAMPLES, Kind, lived, wrong
from tests.lossy_pipe import Pipe, Weather

SMALL = 256
SEEDS = st.integers(0, 2**32)
WEATHERS = st.builds(
    Weather,
    drop=st.sampled_from([0.0, 0.02, 0.2, 0.5]),
    double=st.sampled_from([0.0, 0.1]),
    swap=st.sampled_from([0.0, 0.1]),
    reach=st.sampled_from([1, 3]),
    mtu=st.sampled_from([23, 185, 247]),
)


@settings(max_examples=15, deadline=None)
@given(SEEDS, WEATHERS, st.sampled_from([GENTLE, HARSH]))
def test_a_clip_that_keeps_enough_loses_nothing(
    seed: int, weather: Weather, events: tuple[str, ...]
) -> None:
    kind = Kind(RING_SAMPLES, events, weather)
    assert wrong(lived(seed, kind, events=6), kind) == []


@settings(max_examples=12, deadline=None)
@given(SEEDS, WEATHERS, st.sampled_from([GENTLE, HARSH]))
def test_what_a_small_memory_could_not_keep_is_named_exactly(
    seed: int, weather: Weather, events: tuple[str, ...]
) -> None:
    kind = Kind(SMALL, events, weather)
    assert wrong(lived(seed, kind, events=5), kind) == []


@settings(max_examples=12, deadline=None)
@given(SEEDS, WEATHERS)
def test_without_a_memory_each_hole_and_each_cut_end_is_named(seed: int, weather: Weather) -> None:
    kind = Kind(0, GENTLE, weather)
    assert wrong(lived(seed, kind, events=5), kind) == []


def test_an_epoch_s_number_comes_again_after_256_streams() -> None:
    pipe = Pipe(1, 0, Weather(drop=0.1))
    for number in range(600):
        pipe.connect()
        pipe.passes(0.2)
        if number % 250 == 249:
            pipe.reboot()
        pipe.cut()
    pipe.stop()
    assert len(pipe.came.begun) > 600
    assert pipe.came.ends[pipe.came.begun[-1]] == pipe.taken[pipe.stream]
    assert pipe.faults == []
