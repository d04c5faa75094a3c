"""The panel beside the live screen: its numbers, and what goes first where there is no room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sensorapp.model.breaks import BreakKind, BreakTotals
from sensorapp.model.outputs import SensorAlone, SensorStatus
from sensorapp.model.posture import Silence
from sensorapp.tui.panel import section_rows
from sensorapp.tui.rows import row_text
from sensorapp.tui.view_model import (
    WidthClass,
)
from tests.tui.made_up import (
    sitting,
    view_of,
)


def test_panel_holds_the_numbers_of_the_last_movement() -> None:
    rows = [row_text(row) for row in section_rows(view_of(sitting(56.0)).sections, 28, 40)]
    assert rows[:5] == [
        "LAST MOVEMENT",
        "quality   ≈ smooth",
        "SPARC     −1.62",
        "peak      41 °/s",
        "range     27°",
    ]
    assert "lost      12 samples" in rows
    assert "◉ demo-slouch.mcap" in rows


def test_panel_drops_whole_sections_when_low() -> None:
    view = view_of(sitting(56.0), WidthClass.MORE)
    for height in range(40):
        rows = [row_text(row) for row in section_rows(view.sections, 38, height)]
        assert len(rows) <= height
        for section in view.sections:
            if section.title in rows:
                at = rows.index(section.title)
                assert len([row for row in rows[at + 1 : at + 1 + len(section.facts)] if row]) == (
                    len(section.facts)
                )


def test_unknown_values_are_dashes_not_zeros() -> None:
    state = replace(sitting(56.0), sensor=SensorStatus("back", None, None, None, None))
    rows = [row_text(row) for row in section_rows(view_of(state).sections, 28, 40)]
    assert {"battery   –", "worn      –", "rate      –"} <= set(rows)
    assert "battery" not in row_text(view_of(state).link)


def test_breaks_so_far_fit_every_width() -> None:
    counts = ((BreakKind.WALK, 2), (BreakKind.MICRO, 3))
    state = replace(sitting(56.0), breaks=BreakTotals(counts=counts, without_s=38 * 60.0 + 59.0))
    text = {
        width: [row_text(row) for row in section_rows(view_of(state, width).sections, 40, 60)]
        for width in (WidthClass.PANEL, WidthClass.MORE)
    }
    assert "breaks    2, 38 min since" in text[WidthClass.PANEL]
    assert "breaks    2 + 3 micro, 38 min since" in text[WidthClass.MORE]
    facts = [row_text(row) for row in view_of(state, WidthClass.TRACE).facts]
    assert facts[1].endswith("lost 12 · no break 38 min")


def test_training_is_said_with_a_plan_alone() -> None:
    def training(left_s: float | None, width: WidthClass) -> list[str]:
        state = replace(sitting(56.0), training_left_s=left_s)
        rows = [row_text(row) for row in section_rows(view_of(state, width).sections, 40, 60)]
        return [row for row in rows if row.startswith("training")]

    for width in (WidthClass.PANEL, WidthClass.MORE):
        assert training(None, width) == []
        assert training(601.0, width) == ["training  11 min left"]
        assert training(0.0, width) == ["training  done, now only counting"]


@pytest.mark.parametrize("more", [False, True])
@pytest.mark.parametrize(
    ("alone", "words"),
    [
        (None, ""),
        (SensorAlone("clip", 1, is_on=True), "alone     alerts by itself"),
        (SensorAlone("clip", 1, is_on=False), "alone     off"),
        (SensorAlone("clip", 1, False, Silence.QUIET_HOURS), "alone     off, quiet hours"),
    ],
)
def test_the_own_alert_of_the_sensor_has_a_row(
    alone: SensorAlone | None, words: str, more: bool
) -> None:
    state = replace(sitting(56.0), sensor_alone=alone)
    sections = view_of(state, WidthClass.MORE if more else WidthClass.PANEL).sections
    rows = [row_text(row) for row in section_rows(sections, 28, 60)]
    assert not words or words in {row.rstrip() for row in rows}
    assert any(row.startswith("alone") for row in rows) is (alone is not None)
    assert any(row.startswith("rate") for row in rows) is (more or alone is None)


def test_a_profile_leaves_room_for_the_day_so_far() -> None:
    state = replace(sitting(56.0), profile="standing")
    rows = [row_text(row) for row in section_rows(view_of(state).sections, 28, 27)]
    assert "profile   standing" in rows
    assert "SO FAR" in rows
    assert any(row.startswith("forward") for row in rows)
