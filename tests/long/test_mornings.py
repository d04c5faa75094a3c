"""The judge of mornings sees what is told, when, and what is told without reason."""

from __future__ import annotations

import numpy as np

from sensorapp.model.posture import OfferKind
from tests.long.mornings import MorningRow, direction_of, morning_table, quick_rows


def test_a_clip_turned_aside_is_told_sooner_than_without_the_rules() -> None:
    early, late = (
        [row for row in quick_rows(1, "leans", 8, early=way) if row.shift_deg]
        for way in (True, False)
    )
    assert [row.direction for row in early] == [row.direction for row in late]
    assert np.mean([row.told_min <= 3.0 for row in early]) >= 0.25
    before = {kind for row in late for minute, kind in row.offers if minute <= 9.9}
    assert before <= {OfferKind.REMOUNTED}


def test_the_table_counts_offers_and_not_their_ends() -> None:
    told = ((2.5, OfferKind.OTHER_SEAT), (5.0, OfferKind.WITHDRAWN))
    rows = [MorningRow(1, "sits", 0.0, "aside", told), MorningRow(1, "sits", 20.0, "aside", ())]
    same, *_, all_same = [line for line in morning_table(rows) if "100%" in line]
    assert same.split() == ["sits", "1", "0%", "100%", "100%", "100%", "1"]
    assert all_same.split()[-1] == "1"
    (turned,) = [line for line in morning_table(rows) if line.startswith("aside 20")]
    assert turned.split() == ["aside", "20", "1", "0%", "0%", "0%", "0%"]


def test_left_and_right_have_one_word() -> None:
    words = [direction_of(around_deg) for around_deg in (0.0, 45.0, 90.0, 135.0, 180.0)]
    assert words == ["forward", "oblique, forward", "aside", "oblique, back", "back"]
    assert direction_of(315.0) == direction_of(45.0)
    assert direction_of(270.0) == direction_of(90.0)
