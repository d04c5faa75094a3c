"""Exposure frame by frame against the same told otherwise, for any day and any cut of it."""

from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.metrics import apdf, observed, over_limits, rests, turning_speed, variation
from sensorapp.metrics.postures import PostureGatherer, Postures
from sensorapp.metrics.rests import Rests
from sensorapp.model.exposure import Exposure
from sensorapp.model.posture import PostureFrame, PostureState, Quality
from sensorapp.session.exposure import ExposureTally

STATES = (PostureState.UPRIGHT, PostureState.MOVING, PostureState.NOT_WORN)
GRID_NS = 100_000_000

days = st.builds(
    lambda seed, minutes: day(np.random.default_rng(seed), minutes),
    st.integers(0, 2**32 - 1),
    st.floats(0.02, 2.5),
)


def day(rng: np.random.Generator, minutes: float) -> list[PostureFrame]:
    """Stays of some seconds at some angle, with holes, doubts and frames a little off the grid."""
    frames: list[PostureFrame] = []
    t_ns = int(rng.integers(0, 10**9))
    while len(frames) < minutes * 600:
        flexion, side = rng.normal(15.0, 20.0), rng.normal(0.0, 8.0)
        state = STATES[rng.choice(3, p=[0.8, 0.15, 0.05])]
        quality = (Quality.UNCERTAIN,) if rng.random() < 0.1 else ()
        for _ in range(int(rng.exponential(120.0)) + 1):
            flexion, side = flexion + rng.normal() * 0.3, side + rng.normal() * 0.1
            frame = PostureFrame("a", t_ns, flexion, side, 0.0, state, quality)
            if rng.random() < 0.01:
                frame = PostureFrame("a", t_ns, None, None, None, PostureState.CALIBRATING)
            frames.append(frame)
            t_ns += GRID_NS + int(rng.integers(-5, 6)) * 1_000_000
        if rng.random() < 0.2:
            t_ns += int(rng.exponential(5.0) * 1e9)
    return frames


def told(frames: list[PostureFrame], asked: frozenset[int] = frozenset()) -> Exposure:
    """The answer at the end; asking at frames in between cuts the runs there."""
    tally = ExposureTally()
    for number, frame in enumerate(frames):
        if number in asked:
            tally.sum_up()
        tally.add(frame)
    return tally.sum_up()


def counts(frame: PostureFrame) -> bool:
    doubted = frame.state is PostureState.NOT_WORN or Quality.UNCERTAIN in frame.quality
    return frame.flexion_deg is not None and not doubted


def spans(frames: list[PostureFrame]) -> list[tuple[float, float]]:
    """(seconds of a frame, seconds missing before it)."""
    steps = [0.1] + [(b.t_ns - a.t_ns) / 1e9 for a, b in itertools.pairwise(frames)]
    return [(step, 0.0) if step <= 0.25 else (0.1, step - 0.1) for step in steps]


def speeds(frames: list[PostureFrame]) -> list[float]:
    """Tilt between neighbours by dot product, NaN where one can't tell."""
    found = [math.nan]
    for before, after in itertools.pairwise(frames):
        step_s = (after.t_ns - before.t_ns) / 1e9
        able = counts(before) and counts(after) and step_s <= 0.25
        found.append(between_deg(before, after) / step_s if able else math.nan)
    return found


def between_deg(one: PostureFrame, two: PostureFrame) -> float:
    """Angle between the directions of two frames, by their distance in space."""
    chord = math.dist(towards(one), towards(two))
    return math.degrees(2.0 * math.asin(min(1.0, chord / 2.0)))


def towards(frame: PostureFrame) -> tuple[float, float, float]:
    flexion = math.radians(frame.flexion_deg or 0.0)
    side = math.radians(frame.side_bend_deg or 0.0)
    upwards = math.cos(side) * math.cos(flexion)
    return math.cos(side) * math.sin(flexion), upwards, math.sin(side)


def as_one_run(frames: list[PostureFrame]) -> Postures:
    """All frames in one run, those that don't count without an angle."""
    gatherer = PostureGatherer()
    for frame in frames:
        moving = frame.state is PostureState.MOVING
        angles_deg = (frame.flexion_deg, frame.side_bend_deg) if counts(frame) else (None, None)
        gatherer.add(frame.t_ns, *angles_deg, moving=moving)
    return gatherer.take()


@settings(max_examples=10, deadline=None)
@given(days, st.sets(st.integers(0, 1300), max_size=20))
def test_asking_in_between_and_other_runs_change_nothing(
    frames: list[PostureFrame], asked: set[int]
) -> None:
    assert told(frames, frozenset(asked)) == told(frames)


@settings(max_examples=10, deadline=None)
@given(days)
def test_distributions_equal_those_of_all_frames_at_once(frames: list[PostureFrame]) -> None:
    result = told(frames)
    known = np.array([frame.flexion_deg for frame in frames if counts(frame)], dtype=float)
    fast = np.array([speed for speed in speeds(frames) if not math.isnan(speed)])
    for limit_deg, share in result.over_deg:
        assert share == (float((known > limit_deg).mean()) if len(known) else None)
    for percent, level in result.flexion_p_deg:
        assert (level is None) == (len(known) == 0)
        if level is not None:
            expected = np.percentile(known, percent, method="inverted_cdf")
            assert abs(level - float(expected)) <= 0.05 + 1e-9
    assert (result.speed_p50_dps is None) == (len(fast) == 0)
    if result.speed_p50_dps is not None:
        expected = np.percentile(fast, 50, method="inverted_cdf")
        assert abs(result.speed_p50_dps - float(expected)) <= 0.05 + 1e-9


@settings(max_examples=10, deadline=None)
@given(days)
def test_no_second_is_lost_or_counted_twice(frames: list[PostureFrame]) -> None:
    result = told(frames)
    whole_s = (frames[-1].t_ns - frames[0].t_ns) / 1e9 + 0.1
    told_s = result.known_s + sum(seconds for _, seconds in result.left_out_s)
    assert abs(whole_s - told_s) < 1e-6
    if result.longest_hold_s is not None and result.since_change_s is not None:
        assert 0.0 < result.since_change_s <= result.longest_hold_s <= whole_s + 1e-9


@settings(max_examples=10, deadline=None)
@given(days)
def test_the_grid_equals_one_made_of_groups(frames: list[PostureFrame]) -> None:
    key, stays = 0, []
    for frame, (span_s, gap_s) in zip(frames, spans(frames), strict=True):
        key += gap_s > 0.0
        flexion_deg = frame.flexion_deg if counts(frame) else None
        level = -1 if flexion_deg is None else sum(flexion_deg > x for x in variation.LEVELS_DEG)
        stays.append(((key, level), span_s))
    width = len(variation.DURATIONS_S) + 1
    expected = np.zeros((len(variation.LEVELS_DEG) + 1, width))
    for (_, level), group in itertools.groupby(stays, key=lambda stay: stay[0]):
        stay_s = sum(span_s for _, span_s in group)
        if level >= 0:
            # A nanosecond less: sums of floats may end up beyond a limit that integers meet.
            expected[level, sum(stay_s - 1e-9 > x for x in variation.DURATIONS_S)] += stay_s
    grid = told(frames).eva
    if grid is None:
        assert not expected.any()
    else:
        np.testing.assert_allclose(grid.share, expected / expected.sum(), atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(days)
def test_rests_equal_those_found_by_windows(frames: list[PostureFrame]) -> None:
    fast, tilted = speeds(frames), [math.degrees(math.acos(towards(f)[1])) for f in frames]
    found, quiet_s, since = 0, 0.0, 0
    tally = Rests()
    tally.add(as_one_run(frames))
    for number, (span_s, _) in enumerate(spans(frames)):
        if math.isnan(fast[number]):
            since, quiet_s = number + 1, 0.0
            continue
        second = fast[max(since, number - 9) : number + 1]
        if tilted[number] < 20.0 and sum(second) / len(second) < 5.0:
            found += quiet_s < 3.0 - 1e-9 <= quiet_s + span_s
            quiet_s += span_s
        else:
            quiet_s = 0.0
    assert tally.count == found


def test_the_measures_of_the_family_are_the_ones_told() -> None:
    """Each summary number is the metric of that name, over the same frames as one run."""
    frames = day(np.random.default_rng(8), 12.0)
    result = told(frames)
    run = as_one_run(frames)
    assert over_limits.METRIC.measure(run) == dict(result.over_deg)[20]
    assert apdf.METRIC.measure(run) == dict(result.flexion_p_deg)[50]
    assert turning_speed.METRIC.measure(run) == result.speed_p50_dps
    assert rests.METRIC.measure(run) == result.rests_per_h
    assert observed.METRIC.measure(run) is not None
