"""Exposure beyond the examples: what ends a rest, a stay and a hold, and what memory it takes."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from sensorapp.metrics.holds import Holds
from sensorapp.metrics.percentiles import Percentiles
from sensorapp.metrics.postures import PostureGatherer, apart_deg, postures_of
from sensorapp.metrics.rests import Rests
from sensorapp.metrics.turning_speed import TurningSpeed
from sensorapp.model.posture import PostureFrame, PostureState
from sensorapp.session.exposure import ExposureTally


def held(*stays: tuple[float, int]) -> Holds:
    """Holds over stays of (flexion, frames)."""
    flexion, frames = zip(*stays, strict=True)
    holds = Holds()
    holds.add(postures_of(np.repeat(flexion, frames)))
    return holds


def test_a_pose_of_a_few_degrees_more_is_the_same_posture() -> None:
    assert held((0.0, 300), (4.9, 300)).since_change_s == pytest.approx(60.0)
    assert held((0.0, 300), (5.1, 300)).since_change_s == pytest.approx(30.0)


def test_creeping_is_a_change_once_it_came_to_five_degrees() -> None:
    holds = Holds()
    holds.add(postures_of(np.linspace(0.0, 12.0, 1201)))
    # Left at 5.0 deg (50 s); the next pose is that of 2 s later, 5.2 deg, left at 10.2 (102 s).
    assert holds.longest_s == pytest.approx(52.0, abs=0.3)
    assert holds.since_change_s == pytest.approx(18.0, abs=0.3)


def test_walking_is_no_hold_however_straight() -> None:
    holds = Holds()
    moving = np.repeat([False, True, False], (300, 900, 200))
    holds.add(postures_of(np.zeros(1400), moving=moving))
    assert holds.longest_s == pytest.approx(30.0)
    assert holds.since_change_s == pytest.approx(20.0, abs=2.0)


def test_a_short_movement_back_to_the_same_pose_goes_on_with_the_hold() -> None:
    holds = Holds()
    moving = np.repeat([False, True, False], (300, 19, 300))
    holds.add(postures_of(np.zeros(619), moving=moving))
    assert holds.longest_s == pytest.approx(61.9)


def test_a_new_upright_pose_is_no_change_of_posture() -> None:
    gatherer, holds, speed = PostureGatherer(), Holds(), TurningSpeed()
    for number in range(600):
        if number == 300:
            gatherer.recalibrated()
        gatherer.add(number * 100_000_000, 0.0 if number < 300 else 8.0, 0.0)
    run = gatherer.take()
    holds.add(run)
    speed.add(run)
    assert holds.longest_s == pytest.approx(60.0)
    assert np.nanmax(run.speed_dps) == 0.0


def test_a_new_pose_set_while_nothing_is_known_is_remembered() -> None:
    gatherer, holds = PostureGatherer(), Holds()
    for number in range(600):
        if number == 310:
            gatherer.recalibrated()
        known = not 300 <= number < 350
        angle_deg = (0.0 if number < 300 else 8.0) if known else None
        gatherer.add(number * 100_000_000, angle_deg, angle_deg)
        if number % 7 == 0:
            holds.add(gatherer.take())
    holds.add(gatherer.take())
    assert holds.longest_s == pytest.approx(60.0)


def test_a_rest_needs_three_seconds_upright_and_quiet() -> None:
    # The first frame has no speed yet, and a turn makes the second after it fast.
    for frames, expected in ((39, 1), (40, 2)):
        rests = Rests()
        rests.add(postures_of(np.repeat([5.0, 25.0, 5.0], (31, 5, frames))))
        assert rests.count == expected
    rests = Rests()
    rests.add(postures_of(np.full(30, 5.0)))
    assert rests.count == 0
    rests.add(postures_of(np.full(31, 19.9)))
    assert rests.count == 1


def test_leaning_sideways_is_not_upright() -> None:
    rests = Rests()
    rests.add(postures_of(np.full(100, 15.0), np.full(100, 15.0)))
    assert rests.count == 0


def test_angles_over_the_sphere_are_exact_for_tiny_and_for_large_turns() -> None:
    degrees = apart_deg(
        np.array([0.0, 10.0, 0.0, -90.0]),
        np.array([0.0, 60.0, 0.0, 0.0]),
        np.array([1e-7, 190.0, 0.0, 90.0]),
        np.array([0.0, 60.0, 45.0, 0.0]),
    )
    np.testing.assert_allclose(degrees, [1e-7, 60.0, 45.0, 180.0], rtol=1e-9)


def test_values_beyond_the_counted_range_count_at_its_ends() -> None:
    percentiles = Percentiles(0, 10)
    percentiles.add(np.array([-5.0, 3.14, 99.0, np.nan]))
    assert [percentiles.at(percent) for percent in (10, 50, 90)] == [0.0, 3.1, 10.0]


def test_a_day_takes_no_more_memory_than_ten_minutes() -> None:
    tally = ExposureTally()
    rng = np.random.default_rng(1)
    sizes: list[int] = []
    for _ in range(3):
        flexion = np.cumsum(rng.normal(size=6000)) * 0.2
        for number, angle_deg in enumerate(flexion.tolist()):
            t_ns = (len(sizes) * 6000 + number) * 100_000_000
            frame = PostureFrame("a", t_ns, angle_deg, 0.0, 0.0, PostureState.UPRIGHT)
            tally.add(frame)
        tally.sum_up()
        sizes.append(len(pickle.dumps(tally)))
    assert abs(sizes[2] - sizes[0]) < 300  # numbers get longer, nothing else
