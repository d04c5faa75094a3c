"""`verify` and `recover`: what is missing is counted and named, what is whole is kept."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from sensorapp.store.header import encode_header
from sensorapp.store.mcap_builder import ChannelSpec, McapBuilder
from sensorapp.store.recording_reader import open_recording
from tests.cli.running import ROOT, Here, ran, write_imu
from tests.replay.shipped import RECIPES
from tests.unit.segments import Segments
from tests.unit.store_samples import HEADER, session_inputs, write_recording


@pytest.fixture
def imported(here: Here, tmp_path: Path) -> Path:
    path = tmp_path / "still.mcap"
    assert here("import", write_imu(tmp_path / "still.npz", 30.0), "--out", path).status == 0
    return path


def damaged(folder: Path) -> Path:
    """A recording of a chunk a second with one bit flipped half way."""
    path = folder / "damaged.mcap"
    data = bytearray(RECIPES[0].path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    return path


def verified(done: Any) -> dict[str, Any]:
    (line,) = done.stdout.splitlines()
    fields: dict[str, Any] = json.loads(line)
    return fields


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_the_shipped_recordings_are_whole(recipe: Any, here: Here) -> None:
    done = here("verify", recipe.path, "--json")
    assert (done.status, done.stderr) == (0, "")
    fields = verified(done)
    assert fields["whole"]
    assert fields["closed"]
    assert (fields["inputs_missing"], fields["damage"], fields["notice"]) == (0, [], None)
    (sensor,) = fields["sensors"]
    assert sensor["samples"] + sensor["samples_lost"] == sensor["samples_expected"] > 1000


def test_a_whole_recording_is_said_to_be_whole(here: Here, imported: Path) -> None:
    done = here("verify", imported)
    assert (done.status, done.stderr) == (0, "")
    assert f"{imported}: whole, closed properly" in done.stdout
    assert "3000 samples expected = 3000 stored + 0 lost" in done.stdout


def test_lost_samples_are_named_after_damage(here: Here, tmp_path: Path) -> None:
    (before,) = verified(here("verify", RECIPES[0].path, "--json"))["sensors"]
    path, copy = damaged(tmp_path), tmp_path / "b.mcap"
    data = path.read_bytes()
    done = here("verify", path, "--json")
    assert done.status == 1
    assert "inputs are missing between" in done.stderr
    assert "sensorapp recover" in done.stderr
    fields = verified(done)
    (hole,) = fields["damage"]
    assert hole["inputs"] == fields["inputs_missing"] > 0
    (sensor,) = fields["sensors"]
    (gap,) = sensor["gaps"]
    assert gap["count"] == sensor["samples_lost"] > 0
    assert sensor["samples"] + gap["count"] == sensor["samples_expected"]
    assert sensor["samples_expected"] == before["samples_expected"]
    assert gap["from_s"] <= hole["until_s"] + 1
    assert gap["until_s"] >= hole["from_s"] - 1

    saved = here("recover", path, "--out", copy)
    assert saved.status == 0
    assert "inputs are missing between" in saved.stderr
    assert path.read_bytes() == data
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    again = here("verify", copy, "--json")
    assert again.status == 0
    assert verified(again)["sensors"] == fields["sensors"]
    assert list(open_recording(copy)) == list(open_recording(path))


def test_packets_whose_connection_is_missing_are_counted(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    sizes = write_recording(path, session_inputs(5))
    data = bytearray(path.read_bytes())
    data[sizes[0] - 50] ^= 1
    path.write_bytes(data)
    fields = verified(here("verify", path, "--json"))
    (sensor,) = fields["sensors"]
    assert (sensor["driver"], sensor["motion_packets"], sensor["faults"]) == ("", 0, 36)
    assert fields["damage"] == [{"inputs": 13, "from_s": None, "until_s": 0.0}]


def test_an_unclosed_recording_is_told_from_a_whole_one(here: Here, tmp_path: Path) -> None:
    path, copy = tmp_path / "a.mcap", tmp_path / "b.mcap"
    items = session_inputs(5)
    write_recording(path, items, close=False)
    done = here("verify", path, "--json")
    assert done.status == 1
    fields = verified(done)
    assert not fields["closed"]
    assert fields["breaks_off"]
    assert here("recover", path, "--out", copy).status == 0
    assert verified(here("verify", copy, "--json"))["whole"]
    assert open_recording(copy).header == open_recording(path).header


def test_inputs_of_newer_programs_are_counted_and_copied(here: Here, tmp_path: Path) -> None:
    path, copy = tmp_path / "a.mcap", tmp_path / "b.mcap"
    builder = McapBuilder(encode_header(HEADER), "sensorapp 9")
    data = builder.opening()
    events = ChannelSpec("/host/events", "json")
    builder.add(events, 10, 1, b'{"type":"tick"}')
    builder.add(events, 20, 2, b'{"type":"telepathy","what":7}')
    builder.add(ChannelSpec("/s1/thoughts", "cbor"), 25, 3, b"x")
    path.write_bytes(data + builder.take_chunk() + builder.closing())
    done = here("verify", path, "--json")
    assert done.status == 0
    assert (verified(done)["inputs"], verified(done)["inputs_unknown"]) == (3, 2)
    assert here("recover", path, "--out", copy).status == 0
    assert list(open_recording(copy).messages()) == list(open_recording(path).messages())


def test_recover_never_writes_over_a_file(here: Here, imported: Path) -> None:
    before = imported.read_bytes()
    done = here("recover", imported, "--out", imported)
    assert done.status == 1
    assert "already exists and is not overwritten" in done.stderr
    assert imported.read_bytes() == before


def test_what_is_no_recording_is_left_without_a_copy(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(b"hello")
    assert here("recover", path, "--out", tmp_path / "b.mcap").status == 1
    assert not (tmp_path / "b.mcap").exists()


def test_one_bad_file_does_not_keep_the_others_from_being_verified(imported: Path) -> None:
    done = ran("verify", "missing.mcap", imported, "--json")
    assert done.status == 1
    assert done.stderr.startswith("sensorapp: There is no recording missing.mcap.\n")
    assert verified(done)["file"] == str(imported)


def test_several_are_counted_together(here: Here, imported: Path, tmp_path: Path) -> None:
    first, still = RECIPES[0].path, imported
    done = here("verify", first, still, damaged(tmp_path), "--json")
    *alone, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert (last["type"], len(last["files"]), len(alone)) == ("together", 3, 3)
    (sensor,) = last["sensors"]
    assert (sensor["recordings"], sensor["streams"], sensor["samples_twice"]) == (3, 3, 0)
    for key in ("samples_expected", "samples", "samples_lost"):
        assert sensor[key] == sum(one["sensors"][0][key] for one in alone)
    said = here("verify", first, still).stdout
    assert "Together, 2 recordings:" in said
    assert "2 streams, 0 samples in more than one recording" in said


def test_what_is_between_recordings_is_named(here: Here, tmp_path: Path) -> None:
    day = Segments(tmp_path)
    for _ in range(2):
        day.connect()
        day.passes(1.5)
        day.kill_host()
    day.connect()
    day.passes(1.5)
    day.stop()
    first, second, third = day.paths
    lost = verified(here("verify", second, "--json"))["sensors"][0]["samples"]
    done = here("verify", first, third)
    assert done.status == 0
    assert f"    {lost} lost from sample " in done.stdout
    assert f"of stream 1 of boot 1 on, between {first} and {third}" in done.stdout


def test_the_readme_names_the_keys(here: Here, tmp_path: Path) -> None:
    path = damaged(tmp_path)
    other = tmp_path / "other.mcap"
    other.write_bytes(path.read_bytes())
    lines = here("verify", path, other, "--json").stdout.splitlines()
    fields, _, together = map(json.loads, lines)
    printed = {
        "together": together,
        "together.sensors": together["sensors"][0],
        "together.sensors.gaps": together["sensors"][0]["gaps"][0],
        "verify": fields,
        "damage": fields["damage"][0],
        "sensors": fields["sensors"][0],
        "gaps": fields["sensors"][0]["gaps"][0],
    }
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("### JSON of verify")[2].partition("### ")[0]
    rows = dict(re.findall(r"^\| `([\w.]+)`[^|]* \| (.+) \|$", table, re.MULTILINE))
    named = {name: set(re.findall(r"`(\w+)`", row)) - {"null"} for name, row in rows.items()}
    assert named == {name: set(keys) for name, keys in printed.items()}
