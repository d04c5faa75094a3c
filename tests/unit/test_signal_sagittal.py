"""Which way is forward, and on what grounds."""

from __future__ import annotations

import math
from itertools import permutations, product

import numpy as np
import pytest

from sensorapp.model.posture import CalibrationSource, ForwardAxis, Vector3
from sensorapp.signal.sagittal import AXIS_VECTORS, find_sagittal, nearest_axis
from sensorapp.signal.vectors import angle_deg, dot


def tilted(deg: float) -> Vector3:
    """Up of a sensor whose Y leans by `deg` toward its back."""
    return (0.0, math.cos(math.radians(deg)), math.sin(math.radians(deg)))


def test_the_protocols_mounting_needs_y_within_45_deg_of_up() -> None:
    worn = find_sagittal(tilted(44.9))
    assert worn.alignment.axis_source is CalibrationSource.MOUNTING
    assert worn.forward_axis is ForwardAxis.MINUS_Z
    assert worn.tilt_deg == pytest.approx(44.9)
    assert find_sagittal(tilted(45.1)).alignment.axis_source is CalibrationSource.ASSUMED


def test_upside_down_minus_z_is_assumed() -> None:
    found = find_sagittal((0.0, -1.0, 0.0))
    assert found.alignment.axis_source is CalibrationSource.ASSUMED
    assert found.alignment.forward == pytest.approx((0.0, 0.0, -1.0))
    assert found.tilt_deg == pytest.approx(180.0)


@pytest.mark.parametrize("z", [-1.0, 1.0])
def test_lying_flat_y_is_assumed(z: float) -> None:
    found = find_sagittal((0.0, 0.0, z))
    assert found.alignment.axis_source is CalibrationSource.ASSUMED
    assert found.forward_axis is ForwardAxis.Y


@pytest.mark.parametrize("option", list(ForwardAxis))
def test_the_option_goes_before_bends_and_mounting_unless_near_the_vertical(
    option: ForwardAxis,
) -> None:
    found = find_sagittal(tilted(10.0), option=option, bends_forward=(1.0, 0.0, 0.0))
    if option in (ForwardAxis.Y, ForwardAxis.MINUS_Y):
        assert found.option_refused
        assert found.alignment.axis_source is CalibrationSource.BENDS
    else:
        assert not found.option_refused
        assert found.forward_axis is option
        assert found.alignment.axis_source is CalibrationSource.OPTION


def test_bends_go_before_mounting() -> None:
    found = find_sagittal((0.0, 1.0, 0.0), bends_forward=(1.0, 0.0, 0.0), slouch_deg=12.0)
    assert found.alignment.axis_source is CalibrationSource.BENDS
    assert found.forward_axis is ForwardAxis.X
    assert found.alignment.slouch_deg == 12.0


def test_forward_stands_at_right_angles_to_up_for_any_mounting() -> None:
    for up in np.random.default_rng(3).normal(size=(200, 3)):
        x, y, z = (up / np.linalg.norm(up)).tolist()
        found = find_sagittal((x, y, z))
        assert dot(found.alignment.forward, found.alignment.up) == pytest.approx(0.0, abs=1e-12)
        assert dot(found.alignment.forward, found.alignment.forward) == pytest.approx(1.0)


def test_all_24_orientations_find_a_forward() -> None:
    for order, signs in product(permutations(range(3)), product((1.0, -1.0), repeat=3)):
        matrix = np.zeros((3, 3))
        matrix[range(3), order] = signs
        if np.linalg.det(matrix) > 0.0:
            x, y, z = (matrix @ [0.0, 1.0, 0.0]).tolist()
            found = find_sagittal((x, y, z))
            mounted = found.alignment.axis_source is CalibrationSource.MOUNTING
            assert mounted == (y == 1.0)


def test_the_nearest_axis_is_the_nearest() -> None:
    for axis, vector in AXIS_VECTORS.items():
        assert nearest_axis(vector) is axis
    assert nearest_axis((0.8, -0.5, -0.33)) is ForwardAxis.X
    assert angle_deg((1.0, 0.0, 0.0), (0.0, -1.0, 0.0)) == pytest.approx(90.0)
