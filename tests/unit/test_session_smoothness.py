"""A session compares each movement with the wearer's own before it."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.metrics.own_baseline import LEAST_CONFIDENCE, LEAST_MOVEMENTS
from sensorapp.model.outputs import Summary
from sensorapp.model.posture import ForwardAxis, Movement
from sensorapp.model.settings import SessionSettings
from sensorapp.virtual.scenarios import parse_scenario
from tests.replay.sessions import recorded
from tests.unit.session_support import of

MANY_BENDS = """
title = "Many bends"
about = "Enough of them to know what is usual."

[[step]]
do = "sit"
duration_s = 4

[[step]]
do = "slow_bend"
repeats = 12
flexion_deg = { normal = [35, 6] }
move_s = { normal = [1.1, 0.1] }
hold_s = 0.4
"""


def test_what_is_usual_is_told_from_the_movements_before_once_there_are_enough() -> None:
    wearer = parse_scenario("bends", MANY_BENDS).wearer(seed=4)
    settings = SessionSettings(forward_axis=ForwardAxis.MINUS_Z)
    _, outputs = recorded(wearer.stream(), settings)
    movements = of(Movement, outputs)
    (summary,) = of(Summary, outputs)
    assert len(movements) > LEAST_MOVEMENTS + 2
    trusted: list[float] = []
    for movement in movements:
        if len(trusted) < LEAST_MOVEMENTS:
            assert movement.usual is None
        else:
            expected = np.percentile(trusted, (25, 50, 75), method="inverted_cdf")
            assert movement.usual == pytest.approx(expected, abs=0.005 + 1e-9)
        assert movement.sparc is not None
        assert movement.confidence is not None
        if movement.confidence >= LEAST_CONFIDENCE:
            trusted.append(movement.sparc)
    assert len(trusted) > LEAST_MOVEMENTS
    assert summary.sparc_usual is not None
    assert summary.sparc_usual[1] == pytest.approx(summary.sparc_median, abs=0.02)
