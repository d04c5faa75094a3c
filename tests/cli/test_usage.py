"""Wrong usage: status 2, what is wrong and how to get help, and nothing is begun."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path

import pytest

from sensorapp import __version__
from tests.cli.running import ROOT, Here, ran

WRONG = {
    "scenario and file": (
        ["demo", "--scenario", "slouch", "--imu", "x.npz"],
        "--scenario and --imu exclude each other",
    ),
    "plain and json": (["demo", "--plain", "--json"], "--plain and --json exclude each other"),
    "live plain and json": (["live", "--plain", "--json"], "exclude each other"),
    "record and not": (
        ["live", "--record", "x.mcap", "--no-record"],
        "--record and --no-record exclude each other",
    ),
    "forward": (["analyze", "x.npz", "--forward", "up"], "'up' is not one of 'x', '-x'"),
    "speed 0": (["replay", "x.mcap", "--speed", "0"], "'0' is neither a factor"),
    "speed word": (["replay", "x.mcap", "--speed", "fast"], "'fast' is neither a factor"),
    "speed below 0": (["replay", "x.mcap", "--speed", "-2"], "'-2' is neither a factor"),
    "speed NaN": (["replay", "x.mcap", "--speed", "nan"], "'nan' is neither a factor"),
    "what if and speed": (
        ["replay", "x.mcap", "--what-if", "delay=9", "--speed", "2"],
        "--what-if and --speed exclude each other",
    ),
    "what if nothing": (["replay", "x.mcap", "--what-if", "bell=0"], "no setting called bell"),
    "no time": (["demo", "--seconds", "0"], "not in the range"),
    "endless time": (["demo", "--seconds", "inf"], "not in the range"),
    "NaN of time": (["demo", "--seconds", "nan"], "'nan' is no number of seconds"),
    "seed": (["demo", "--seed", "-1"], "not in the range"),
    "listen for NaN": (["devices", "--seconds", "nan"], "'nan' is no number of seconds"),
    "series of two": (["analyze", "a.npz", "b.npz", "--series", "c.csv"], "--series takes one"),
    "no file": (["analyze"], "Missing argument"),
    "no recording": (["replay"], "Missing argument"),
    "no out": (["import", "x.npz"], "Missing option '--out'"),
    "nothing to verify": (["verify"], "Missing argument"),
    "nowhere to recover": (["recover", "x.mcap"], "Missing option '--out'"),
    "one too many": (["replay", "a.mcap", "b.mcap"], "unexpected extra argument"),
    "option": (["demo", "--loud"], "No such option"),
    "set what": (["demo", "--set", "alerts.bell"], "--set takes KEY=VALUE."),
    "set unknown": (["live", "--set", "alerts.bel=1"], "Did you mean alerts.bell?"),
    "set wrong": (["demo", "--set", "alerts.delay_s=61"], "a number from 0 to 60 s"),
    "settings command": (["settings", "dance"], "No such command 'dance'."),
    "settings without a value": (["settings", "set", "alerts.bell"], "Missing argument"),
    "json of one setting": (["settings", "--json", "path"], "--json goes with the list"),
    "no days": (["history", "--days", "0"], "not in the range"),
    "history command": (["history", "dance"], "No such command 'dance'."),
    "command": (["dance"], "No such command 'dance'."),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_usage(arguments: list[str], said: str, here: Here) -> None:
    done = here(*arguments)
    assert done.status == 2
    assert done.stdout == ""
    usage, help_line, empty, what = done.stderr.splitlines()
    assert usage.startswith("Usage: ")
    assert help_line.startswith("Try ")
    assert "--help" in help_line
    assert empty == ""
    assert what.startswith("Error: ")
    assert said in what


def test_without_a_command_the_commands_are_listed(here: Here) -> None:
    done = here()
    assert done.status == 2
    for command in ("demo", "live", "replay", "analyze", "import", "verify", "recover", "devices"):
        assert f"\n  {command} " in done.stderr


def test_the_module_is_the_program() -> None:
    done = ran("--version")
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout == f"sensorapp, version {__version__}\n"


def test_the_installed_command_is_the_same_program(here: Here) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["scripts"]["sensorapp"].partition(":")
    from sensorapp.cli.main import main

    assert getattr(importlib.import_module(module), name) is main
    assert here("--version").status == 0


@pytest.mark.parametrize(
    "command",
    ["demo", "live", "replay", "analyze", "import", "verify", "recover", "devices"],
)
def test_every_command_explains_itself_with_examples(command: str, here: Here) -> None:
    done = here(command, "--help")
    assert (done.status, done.stderr) == (0, "")
    assert "Example" in done.stdout
    assert f"  sensorapp {command}" in done.stdout
    assert all(len(line) <= 100 for line in done.stdout.splitlines())


def test_the_scenarios_are_listed(here: Here) -> None:
    done = here("demo", "--list")
    assert (done.status, done.stderr) == (0, "")
    names = [line.split()[0] for line in done.stdout.splitlines()]
    files = (ROOT / "sensorapp" / "virtual" / "scenarios").glob("*.toml")
    assert names == sorted(Path(file).stem for file in files)
