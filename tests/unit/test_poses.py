"""Poses taken again are averaged, others begin anew."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sensorapp.model.posture import Vector3
from sensorapp.session.poses import SERIES_S, PoseSeries, agreed
from sensorapp.signal.vectors import angle_deg, unit

UP: Vector3 = (0.0, 1.0, 0.0)
S = 1_000_000_000


def leaning(flexion_deg: float) -> Vector3:
    lean = math.radians(flexion_deg)
    return (0.0, math.cos(lean), math.sin(lean))


def test_alike_poses_give_their_mean() -> None:
    series = PoseSeries()
    assert series.add(leaning(0.0), 0) == UP
    assert angle_deg(series.add(leaning(3.0), 10 * S), leaning(1.5)) < 0.01
    assert angle_deg(series.add(leaning(6.0), 20 * S), leaning(3.0)) < 0.01
    assert series.count == 3


def test_only_the_last_three_count() -> None:
    series = PoseSeries()
    for flexion_deg in (0.0, 2.0, 4.0, 6.0):
        series.add(leaning(flexion_deg), 0)
    assert series.count == 3
    assert angle_deg(series.mean, leaning(4.0)) < 0.01


@pytest.mark.parametrize(
    ("flexion_deg", "after_s", "count"),
    [(7.9, 1.0, 2), (8.1, 1.0, 1), (1.0, SERIES_S, 2), (1.0, SERIES_S + 0.1, 1)],
)
def test_another_pose_or_a_later_one_begins_anew(
    flexion_deg: float, after_s: float, count: int
) -> None:
    series = PoseSeries()
    series.add(UP, 0)
    series.add(leaning(flexion_deg), round(after_s * S))
    assert series.count == count
    if count == 1:
        assert series.mean == pytest.approx(leaning(flexion_deg))


def test_three_poses_move_less_than_one() -> None:
    """Scatter of 2.3 deg, so that two poses differ by 3.2 deg, as people do."""
    rng = np.random.default_rng(5)
    one, three = [], []
    for _ in range(300):
        series, mean = PoseSeries(), UP
        for _ in range(3):
            x, z = np.radians(rng.normal(0.0, 2.3, 2)).tolist()
            mean = series.add(unit((x, 1.0, z)), 0)
            one.append(angle_deg(UP, unit((x, 1.0, z))))
        three.append(angle_deg(UP, mean))
    assert np.mean(three) == pytest.approx(np.mean(one) / math.sqrt(3.0), rel=0.1)


@pytest.mark.parametrize(
    ("flexions_deg", "kept_deg"),
    [
        ((0.0,), (0.0,)),
        ((0.0, 9.0), (0.0,)),
        ((0.0, 7.0), (0.0, 7.0)),
        ((-10.0, 1.0, 0.0), (1.0, 0.0)),
        ((0.0, -10.0, 1.0), (0.0, 1.0)),
        ((0.0, 2.0, 10.5), (0.0, 2.0)),
        ((-9.0, 0.0, 9.0), (0.0,)),
        ((-7.0, 0.0, 7.0), (-7.0, 0.0, 7.0)),
    ],
)
def test_an_odd_pose_is_outvoted_wherever_it_stands(
    flexions_deg: tuple[float, ...], kept_deg: tuple[float, ...]
) -> None:
    kept = agreed([leaning(flexion_deg) for flexion_deg in flexions_deg])
    assert kept == [leaning(flexion_deg) for flexion_deg in kept_deg]
