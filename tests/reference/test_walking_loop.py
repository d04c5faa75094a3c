"""One turn of each recording of `walking_loop`; half an hour of them is run by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.reference.walking_loop import judged, leaned


@pytest.mark.parametrize(("name", "leans"), [("HA001", 0), ("MS001", 2)])
def test_nobody_is_alerted_in_a_walk_and_long_leans_are_found(
    datasets: Path, name: str, leans: int
) -> None:
    verdict = judged(datasets / "walking" / f"lowerback_{name}_lab11.npz", minutes=3.0)
    assert len(verdict.walks_s) == 6
    assert verdict.while_walking_s == []
    assert len(verdict.leans_s) == leans
    assert verdict.missed_s == []


def test_the_lean_that_is_added_is_a_lean_forward() -> None:
    """At rest the sensor's back side, Z, comes to look up; the turn is felt about -X."""
    still = np.tile([0.0, 9.81, 0.0, 0.0, 0.0, 0.0], (1000, 1))
    felt = leaned(still, [(2.0, 9.0)])
    middle = felt[500]
    assert middle[1] == pytest.approx(9.81 * np.cos(np.radians(20.0)))
    assert middle[2] == pytest.approx(9.81 * np.sin(np.radians(20.0)))
    assert felt[200:350, 3].sum() / 100.0 == pytest.approx(-np.radians(20.0), rel=0.01)
