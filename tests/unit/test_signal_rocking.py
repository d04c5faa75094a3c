"""How a wearer rocks at rest."""

from __future__ import annotations

import math

import pytest

from sensorapp.model.posture import Vector3
from sensorapp.signal.rocking import Rocking

FORWARD: Vector3 = (0.0, 0.0, -1.0)
RIGHT: Vector3 = (1.0, 0.0, 0.0)


def rocks(rocking: Rocking, frames: int, forward: float, aside: float, at: float = 0.0) -> None:
    for frame in range(frames):
        phase = 2.0 * math.pi * frame / 10.0
        across, along = aside * math.cos(phase), at + forward * math.sin(phase)
        rocking.step((across, 1.0, -along), still=True)


def test_the_ratio_is_that_of_the_spreads() -> None:
    rocking = Rocking()
    rocks(rocking, 40, forward=0.006, aside=0.002)
    rocking.end()
    assert rocking.ratio(FORWARD, RIGHT) == pytest.approx(3.0)
    assert rocking.ratio(RIGHT, FORWARD) == pytest.approx(1.0 / 3.0)


def test_where_a_stretch_is_does_not_count() -> None:
    rocking = Rocking()
    for at in (-0.05, 0.0, 0.05):
        rocks(rocking, 20, forward=0.002, aside=0.004, at=at)
        rocking.end()
    assert rocking.ratio(FORWARD, RIGHT) == pytest.approx(0.5)


def test_nothing_is_said_before_two_seconds_of_stretches_of_a_second() -> None:
    rocking = Rocking()
    for _ in range(9):
        rocks(rocking, 9, forward=0.006, aside=0.002)
        rocking.step((0.0, 1.0, 0.0), still=False)
    assert rocking.ratio(FORWARD, RIGHT) is None
    rocks(rocking, 20, forward=0.006, aside=0.002)
    assert rocking.ratio(FORWARD, RIGHT) is None  # the stretch goes on
    rocking.end()
    assert rocking.ratio(FORWARD, RIGHT) is not None
