"""The shipped recordings are those of the manifest and lead to what is expected of them."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from functools import cache

import pytest

from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Output
from sensorapp.model.settings import SessionSettings
from sensorapp.store.manifest import MANIFEST_NAME, check_manifest, read_manifest
from sensorapp.store.recording_reader import open_recording
from tests.replay.differences import beyond_tolerance, parsed
from tests.replay.regrouping import regrouped
from tests.replay.sessions import judged, replayed
from tests.replay.shipped import EXPECTED, FOLDER, RECIPES, Recipe, json_lines

MAX_BYTES = 2_000_000
SIZES = {
    "one by one": [1],
    "sevens": [7],
    "full packets": [19],
    "mixed": [1, 19, 3, 10, 40, 2, 13],
}

every_recording = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)


@cache
def lines_of(recipe: Recipe) -> tuple[str, ...]:
    return tuple(json_lines(recipe.path))


@cache
def inputs_of(recipe: Recipe) -> tuple[tuple[Input, ...], SessionSettings, list[Output]]:
    recording = open_recording(recipe.path)
    items, settings = tuple(recording), recording.header.settings
    return items, settings, judged(replayed(items, settings))


def test_the_manifest_holds() -> None:
    assert check_manifest(FOLDER) == ()
    listed = [entry.name for entry in read_manifest(FOLDER)]
    assert listed == [recipe.path.name for recipe in RECIPES]
    assert {file.name for file in FOLDER.iterdir()} == {*listed, MANIFEST_NAME, EXPECTED.name}
    assert {file.name for file in EXPECTED.iterdir()} == {
        recipe.expected.name for recipe in RECIPES
    }


def test_they_stay_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()) <= MAX_BYTES


@every_recording
def test_a_recording_leads_to_what_is_expected(recipe: Recipe) -> None:
    expected = recipe.expected.read_text(encoding="utf-8").splitlines()
    assert beyond_tolerance(parsed(expected), parsed(lines_of(recipe))) == []


def test_between_them_they_show_every_kind_of_line() -> None:
    lines = [json.loads(line) for recipe in RECIPES for line in lines_of(recipe)]
    kinds = {line["type"] for line in lines}
    assert kinds == {
        *("calibration", "posture", "alert", "movement", "link", "status", "gap", "marker"),
        *("fault", "summary"),
    }
    sources = {line["source"] for line in lines if line["type"] == "calibration"}
    assert sources == {"mounting", "rest", "two_pose", "bends"}
    states = {line["state"] for line in lines if line["type"] == "posture"}
    assert states == {"calibrating", "upright", "slouch", "bending", "moving", "uncertain"}
    alerts = [line["kind"] for line in lines if line["type"] == "alert"]
    assert alerts == ["slouch", "recovered"] * len(RECIPES)


@every_recording
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_other_packets_change_nothing(recipe: Recipe, sizes: list[int]) -> None:
    items, settings, outputs = inputs_of(recipe)
    other = list(regrouped(items, itertools.cycle(sizes)))
    assert other != list(items)
    assert judged(replayed(other, settings)) == outputs


def test_replays_under_two_time_zones_are_the_same_bytes() -> None:
    """The recording with the most in it, by the command line itself, and this process's lines."""
    recipe = RECIPES[-1]
    command = [sys.executable, "-m", "sensorapp", "replay", str(recipe.path), "--json"]
    zones = ("Asia/Tokyo", "America/Los_Angeles")
    replays = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, cwd=FOLDER.parent, env={**os.environ, "TZ": zone}
        )
        for zone in zones
    ]
    printed = [replay.communicate()[0] for replay in replays]
    assert [replay.returncode for replay in replays] == [0, 0]
    assert printed[0] == printed[1]
    assert printed[0].decode().splitlines() == list(lines_of(recipe))
