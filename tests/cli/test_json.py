"""`--json`: one object a line and nothing else, keys and types as scripts rely on."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from sensorapp.cli.json_lines import JsonLines
from sensorapp.cli.plain import PlainLines
from sensorapp.model.inputs import HOST, SettingsChanged
from sensorapp.model.preferences import AlertPreferences
from sensorapp.model.wished_settings import slouch_settings
from tests.cli.running import ROOT, Here, ran, write_imu
from tests.cli.schema import (
    ACTIVITIES,
    KEYS,
    LINKS,
    QUALITIES,
    SOURCES,
    STATES,
    objects,
    wrong,
)
from tests.replay.shipped import RECIPES

GOOD: dict[str, Any] = {
    "type": "posture",
    "t_s": 1.0,
    "flexion_deg": None,
    "side_bend_deg": 1.5,
    "twist_deg": 0.0,
    "state": "upright",
    "quality": ["gap"],
    "tilt_sigma_deg": 0.4,
    "activity": "walking",
    "activity_confidence": 1,
    "cadence_spm": None,
}


def test_a_demo_prints_lines_and_nothing_else() -> None:
    done = ran("demo", "--scenario", "tour", "--seconds", "3", "--json")
    assert (done.status, done.stderr) == (0, "")
    lines = objects(done.stdout)
    kinds = [line["type"] for line in lines]
    expected = {"link", "status", "posture", "calibration", "sensor_alone", "summary"}
    assert set(kinds) == expected
    assert kinds.count("posture") == 30
    assert lines[-1]["samples"] == 300
    assert lines[-1]["samples_lost"] == 0
    known = [line["t_s"] for line in lines if line["t_s"] is not None]
    assert known == sorted(known)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_every_line_of_a_replay_is_as_the_table_says(recipe: Any, here: Here) -> None:
    done = here("replay", recipe.path, "--json")
    assert (done.status, done.stderr) == (0, "")
    lines = objects(done.stdout)
    counted = [line["type"] for line in lines if line.get("kind") != "recovered"]
    assert lines[-1]["alerts"] == counted.count("alert") == 1
    assert lines[-1]["movements"] == counted.count("movement") > 0


def test_analyze_adds_the_file(here: Here, tmp_path: Path) -> None:
    path = write_imu(tmp_path / "still.npz")
    done = here("analyze", path, "--json")
    assert (done.status, done.stderr) == (0, "")
    lines = objects(done.stdout, file=str(path))
    assert lines[-1]["samples"] == 300
    (calibration,) = [line for line in lines if line["type"] == "calibration"]
    assert calibration["source"] == "mounting"


def test_forward_is_taken_from_the_option(here: Here, tmp_path: Path) -> None:
    path = write_imu(tmp_path / "still.npz")
    lines = objects(here("analyze", path, "--forward", "-x", "--json").stdout, file=str(path))
    (calibration,) = [line for line in lines if line["type"] == "calibration"]
    assert (calibration["source"], calibration["forward_axis"]) == ("option", "-x")


def test_changed_settings_are_a_line_where_limits_changed() -> None:
    stream = StringIO()
    lines = JsonLines(stream)
    slouch = slouch_settings(AlertPreferences(sensitivity=2))
    lines.accept(SettingsChanged(0, HOST, slouch, "", 2_500_000_000), ())
    lines.accept(SettingsChanged(0, HOST, None, "That is wrong."), ())
    line = json.loads(stream.getvalue())
    assert wrong(line) == []
    assert (line["type"], line["t_s"], line["slouch_share"]) == ("settings", 2.5, 0.7)
    plain = StringIO()
    PlainLines(plain).accept(SettingsChanged(0, HOST, slouch, "", 2_500_000_000), ())
    PlainLines(plain).accept(SettingsChanged(0, HOST, None, "That is wrong."), ())
    (told,) = plain.getvalue().splitlines()
    assert told.startswith("    2.5 s  Settings changed: your limit lies 70 % of the way")


def test_the_readme_has_the_same_table() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("### JSON lines")[2].partition("### ")[0]
    rows = dict(re.findall(r"^\| `(?!type`)(\w+)` \| (.+) \|$", table, re.MULTILINE))
    named = {kind: set(re.findall(r"`(\w+)`", row)) for kind, row in rows.items()}
    assert named == {kind: set(keys) - {"t_s"} for kind, keys in KEYS.items()}
    for kind, key, values in (
        ("calibration", "source", SOURCES),
        ("posture", "state", STATES),
        ("posture", "activity", ACTIVITIES),
        ("link", "state", LINKS),
    ):
        assert f"`{key}` ({', '.join(values)})" in rows[kind]
    assert f"`quality` (list of {', '.join(QUALITIES)})" in rows["posture"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({**GOOD, "state": "sitting"}, "state can't be 'sitting'"),
        ({**GOOD, "flexion_deg": "10"}, "flexion_deg can't be '10'"),
        ({**GOOD, "t_s": None}, "t_s can't be None"),
        ({**GOOD, "twist_deg": True}, "twist_deg can't be True"),
        ({**GOOD, "quality": ["gap", "gap"]}, "quality can't be ['gap', 'gap']"),
        ({**GOOD, "activity": "sitting"}, "activity can't be 'sitting'"),
        ({**GOOD, "activity_confidence": 1.2}, "activity_confidence can't be 1.2"),
        ({**GOOD, "extra": 1}, "unknown extra"),
        ({key: value for key, value in GOOD.items() if key != "quality"}, "missing quality"),
        ({**GOOD, "type": "pose"}, "no such type: 'pose'"),
        ([1], "no object with a type"),
    ],
)
def test_the_check_finds_what_it_should(line: Any, problem: str) -> None:
    assert wrong(GOOD) == []
    assert wrong(line) == [problem]


@pytest.mark.parametrize("stdout", ['{"type": "marker", "t_s": NaN}\n', "hello\n", "", "{}"])
def test_the_check_takes_nothing_but_lines(stdout: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        objects(stdout)
