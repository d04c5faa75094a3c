"""`sensorapp today`: where the day stands, in words that blame nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sensorapp.cli.today import today_lines
from sensorapp.model.coaching import DayDone, Goals, Today
from sensorapp.text.words import refused_words
from tests.cli.running import Here

DONE = DayDone(20_780, Goals(4, 40, 900.0), 3 * 3600.0, 2, 31, 600.0)


def test_nothing_yet(tmp_path: Path, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENSORAPP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SENSORAPP_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("SENSORAPP_COACHING_GOAL_BREAKS", "6")
    done = here("today")
    assert (done.status, done.stderr) == (0, "")
    assert "worn 0 s." in done.stdout.splitlines()[0]
    assert "0 of 6" in done.stdout
    assert done.stdout.endswith("Nothing measured yet today. Put the clip on when you like.\n")
    said = json.loads(here("today", "--json").stdout)
    assert said.pop("date")
    assert said == {
        "type": "today",
        "worn_s": 0.0,
        "breaks": 0,
        "goal_breaks": 6,
        "changes": 0,
        "goal_changes": 40,
        "trained_s": 0.0,
        "goal_training_s": None,
        "reached": False,
        "days_in_row": 0,
    }
    assert not (tmp_path / "data").exists()


def test_a_day_that_goes_on() -> None:
    assert today_lines(Today(DONE, is_reached=False, days_in_row=3)) == [
        "Mon 23 Nov: worn 3 h 0 min.",
        "Breaks              ●●●●●○○○○○  2 of 4",
        "Changes of posture  ●●●●●●●○○○  31 of 40",
        "Training            ●●●●●●○○○○  10 of 15 min; then slouches are only counted",
        "Any change of posture counts, and some steps may feel good. 3 days in a row.",
    ]


def test_a_day_that_is_reached_and_one_of_fewer_goals() -> None:
    few = replace(DONE, goals=Goals(0, 20))
    assert today_lines(Today(few, is_reached=True, days_in_row=1))[1:] == [
        "Changes of posture  ●●●●●●●●●●  31 of 20",
        "Well moved: that is today's goal for the time worn so far.",
    ]


@pytest.mark.parametrize("reached", [True, False])
@pytest.mark.parametrize("worn_s", [0.0, 9000.0])
def test_the_words_are_kind(reached: bool, worn_s: float) -> None:
    text = " ".join(today_lines(Today(replace(DONE, worn_s=worn_s), reached, 2))).casefold()
    assert refused_words(text) == ()
    for blame in ("only 2", "bad", "fail", "lazy", "should", "must", "missed", "lost"):
        assert blame not in text
