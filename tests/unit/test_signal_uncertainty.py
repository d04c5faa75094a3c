"""The stated uncertainty of the vertical: when it grows and when it is over."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.signal.uncertainty import WORST_DEG, TiltUncertainty

STILL = np.tile([0.0, 0.0, 9.81], (10, 1))
NO_RATE = [0.0, 0.0, 0.0]


def after(
    tilt: TiltUncertainty, seconds: float, rate_dps: float = 0.0, begin_s: float = 0.0
) -> float:
    rate = [float(np.radians(rate_dps)), 0.0, 0.0]
    for frame in range(1, round(seconds * 10) + 1):
        tilt.moved(round((begin_s + frame / 10) * 1e9), rate, STILL)
    return tilt.sigma_deg


def test_it_begins_unknown_and_settles_at_rest() -> None:
    tilt = TiltUncertainty(100.0)
    assert tilt.sigma_deg == WORST_DEG
    assert after(tilt, 0.1) > 2.0
    assert after(tilt, 10.0, begin_s=0.1) == pytest.approx(0.25, abs=0.01)


def test_it_grows_with_movement_and_more_so_at_low_rates() -> None:
    rest, moved, slow = (TiltUncertainty(rate_hz) for rate_hz in (100.0, 100.0, 20.0))
    assert after(rest, 20.0) < 0.26
    assert 0.3 < after(moved, 20.0, 100.0) < 0.5
    assert after(slow, 20.0, 100.0) > 1.3 * moved.sigma_deg


def test_a_filled_hole_counts_by_the_turn_within_and_fades() -> None:
    tilt = TiltUncertainty(100.0)
    after(tilt, 12.0)
    assert tilt.bridged(20.0, 0.1) == pytest.approx(4.0)
    assert after(tilt, 0.1, begin_s=12.0) == pytest.approx(4.0 * np.exp(-0.05), abs=0.05)
    assert after(tilt, 8.0, begin_s=12.1) < 0.3
    assert tilt.bridged(2.0, 0.01) < 0.05  # a single sample is missed by little


def test_a_restart_in_movement_is_worse_than_one_at_rest() -> None:
    still, shaken = TiltUncertainty(100.0), TiltUncertainty(100.0)
    for tilt, push_mps2 in ((still, 0.0), (shaken, 3.0)):
        after(tilt, 12.0)
        tilt.restarted()
        for frame in range(1, 11):
            tilt.moved(
                round((13.0 + frame / 10) * 1e9), NO_RATE, STILL + np.array([0.0, 0.0, push_mps2])
            )
    assert still.sigma_deg < 0.6
    assert shaken.sigma_deg > 8.0


def test_without_a_gyroscope_movement_makes_it_useless() -> None:
    tilt = TiltUncertainty(100.0)
    for frame in range(100):
        tilt.swung(round((frame + 1) * 1e8), STILL)
    assert tilt.sigma_deg == pytest.approx(0.5, abs=0.05)
    for frame in range(100, 150):
        tilt.swung(round((frame + 1) * 1e8), STILL + np.array([0.0, 0.0, 2.0]))
    assert tilt.sigma_deg > 10.0
