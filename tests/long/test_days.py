"""Six minutes of the day and a few wraps of the month that `tests.long.days` runs."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from sensorapp.virtual.jumping_loop import run_jumping
from tests.long.days import HOUR_S, Calendar, day


@pytest.mark.skipif(sys.platform != "linux", reason="reads memory and open files from /proc")
def test_minutes_of_a_day_cost_nothing_that_grows(tmp_path: Path) -> None:
    found = run_jumping(day(tmp_path, 0.1, time.monotonic() + 60.0))
    assert found.good, vars(found)
    assert found.samples >= 36_000


def test_clocks_wrap_and_silences_last_longer_than_a_wrap() -> None:
    calendar = Calendar(seed=3, drift_ppm=20.0)
    calendar.connects()
    calendar.runs(300)
    for _ in range(3):
        calendar.leaves()
        calendar.runs(900, connected=False)
        calendar.connects()
        calendar.runs(100)
        calendar.check()
        calendar.reboots()
        calendar.sleeps(40 * HOUR_S)
        calendar.connects()
        calendar.runs(300)
        calendar.check()
    assert calendar.ticks >> 32 == 3
    assert calendar.found.named == 3
    assert (calendar.found.false_gaps, calendar.found.backward) == (0, 0)
    assert calendar.found.worst_error_s < 15.0, "40 h by the host's clock, 20 ppm apart"
