"""A few of the wearers that `tests.long.wearers` makes, on a seed drawn at this moment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sensorapp.model.outputs import Output
from sensorapp.model.posture import SlouchAlert
from tests.long.wearer_lives import Slouches, judged_life, scenario_script, slouches
from tests.long.wearers import (
    FEW_SEATS,
    Found,
    drawn_seeds,
    few_places,
    idle,
    place_table,
    seat_row,
    seat_table,
)
from tests.unit.session_support import NS


def test_a_wearer_drawn_now_is_measured_rightly_in_any_seat() -> None:
    (seed,) = drawn_seeds(1)
    found = Found([seat_row(seed, seat) for seat in FEW_SEATS])
    table = "\n".join(seat_table(found.seats))
    print(f"seed {seed}\n{table}")
    assert found.wrong() == [], f"seed {seed}"


def test_a_wearer_drawn_now_is_told_of_each_slouch_and_of_nothing_else() -> None:
    (seed,) = drawn_seeds(1)
    found = Found(places=few_places(seed))
    table = "\n".join(place_table(found.places))
    print(f"seed {seed}\n{table}")
    assert found.wrong() == [], f"seed {seed}"
    assert idle(found) == []


def test_the_judge_misses_an_alert_that_did_not_come_and_counts_one_without_reason() -> None:
    life = judged_life(5, scenario_script("slouch", 5, 1.0), 2, own_slouch=False)
    assert slouches(life) == Slouches(due=1, found=1, false=0)
    silent: list[Output] = [one for one in life.outputs if not isinstance(one, SlouchAlert)]
    assert slouches(replace(life, outputs=silent)) == Slouches(due=1, found=0, false=0)
    early: list[Output] = [
        replace(one, t_ns=one.t_ns - 20 * NS, onset_t_ns=one.onset_t_ns - 20 * NS)
        if isinstance(one, SlouchAlert)
        else one
        for one in life.outputs
    ]
    assert slouches(replace(life, outputs=early)).false == 1


@pytest.mark.parametrize("off_deg", [0.0, 4.0])
def test_the_judge_sees_an_angle_that_is_off(off_deg: float) -> None:
    row = seat_row(5, 3)
    worse = replace(row, rmse_deg=(row.rmse_deg[0] + off_deg, row.rmse_deg[1]))
    assert bool(Found([worse]).wrong()) == bool(off_deg)
