"""A short day at a desk: every break credited once, none in the sitting between."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.model.breaks import DueKind
from sensorapp.model.settings import BreakSettings, SessionSettings, SlouchSettings
from tests.long.break_days import judged, plan_of


def test_every_break_of_a_day_is_credited_once_and_no_sitting() -> None:
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    print(f"seed {seed}")
    # Another call within 15 min would hold the reminder back for the rest of this short day.
    settings = SessionSettings(SlouchSettings(min_pause_s=0.0), BreakSettings(due_after_s=200.0))
    plan = plan_of(seed, share=0.08)
    found = judged(plan, seed, settings)
    assert (found.missed, found.extra, found.wrong) == ([], [], [])
    assert found.totals.breaks == len(plan.breaks) == 3
    assert found.totals.walked_s == pytest.approx(found.walked_s, abs=1.0)
    assert found.totals.walked_s == pytest.approx(70.0 + 70.0 + 150.0, abs=15.0)
    assert [due.kind for due in found.dues][:2] == [DueKind.DUE, DueKind.RECOVERED]
