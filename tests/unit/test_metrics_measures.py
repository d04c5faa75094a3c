"""Measures beyond their own examples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sensorapp.metrics.base import minimum_jerk_speed, span_of
from sensorapp.metrics.peak_speed import peak_dps
from sensorapp.metrics.range_of_motion import range_deg
from sensorapp.metrics.sparc import sparc


def test_two_strokes_are_less_smooth_than_one() -> None:
    stroke = minimum_jerk_speed(1.0, 1.0, 100.0)
    one = sparc(stroke, 100.0)
    two = sparc(np.concatenate((stroke, np.zeros(20), stroke)), 100.0)
    assert one is not None
    assert two is not None
    assert two < one - 0.3


def test_smoothness_has_no_unit() -> None:
    stroke = minimum_jerk_speed(1.0, 1.3, 100.0) + 0.1
    assert sparc(stroke * 57.3, 100.0) == pytest.approx(sparc(stroke, 100.0), abs=1e-12)


@pytest.mark.parametrize("amplitude_rad", [1e-6, 0.5, 3.0])
def test_the_range_of_a_stroke_is_its_amplitude(amplitude_rad: float) -> None:
    span = span_of(minimum_jerk_speed(amplitude_rad, 1.5, 200.0), 200.0)
    assert range_deg(span) == pytest.approx(math.degrees(amplitude_rad), rel=1e-6)
    peak = peak_dps(span)
    assert peak == pytest.approx(math.degrees(15.0 / 8.0 * amplitude_rad / 1.5), rel=1e-4)


def test_the_range_counts_from_the_start_whatever_the_heading() -> None:
    quats = np.array([[0.5, 0.5, 0.5, 0.5], [math.nan] * 4, [0.5, 0.5, 0.5, 0.5]])
    assert range_deg(span_of(np.ones(3), 100.0, quats)) == pytest.approx(0.0, abs=1e-9)
