"""`sensorapp settings`: each subcommand as a script and as a person uses it."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from sensorapp.app.chosen_settings import ChosenBy, choose
from sensorapp.model.errors import SettingsError
from sensorapp.model.preferences import KEYS
from tests.cli.running import Here
from tests.unit.test_preferences import BY_NAME

SENSITIVITY = BY_NAME["alerts.sensitivity"]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file of this test alone, not there yet."""
    monkeypatch.setenv("SENSORAPP_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config" / "settings.toml"


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script that stands for the wearer's editor; it is given the file."""
    script = tmp_path / "editor.py"
    monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(script)]))
    return script


def replaces(old: str, new: str) -> str:
    return (
        "import sys, pathlib\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "text = path.read_text()\n"
        f"assert {old!r} in text\n"
        f"path.write_text(text.replace({old!r}, {new!r}))\n"
    )


def listed(here: Here) -> dict[str, dict[str, object]]:
    done = here("settings", "--json")
    assert (done.status, done.stderr) == (0, "")
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(one["type"] == "setting" for one in objects)
    return {str(one["key"]): one for one in objects}


def test_the_list_tells_all_of_every_key(config: Path, here: Here) -> None:
    done = here("settings")
    assert done.status == 0
    lines = done.stdout.splitlines()
    assert len(lines) == 3 * len(KEYS)
    for key, first, about, more in zip(KEYS, lines[::3], lines[1::3], lines[2::3], strict=True):
        assert first.startswith(f"{key.name} = ")
        assert about.strip() == key.help
        assert key.range in more
        assert key.unit in more
        assert key.takes_effect.value in more
    assert not config.exists()


def test_json_has_the_value_and_who_chose_it(
    config: Path, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(listed(here)) == [key.name for key in KEYS]
    here("settings", "set", "alerts.sensitivity", "2")
    here("settings", "set", "alerts.delay_s", "20")
    monkeypatch.setenv("SENSORAPP_ALERTS_DELAY_S", "30")
    now = listed(here)
    values = [(now[name]["value"], now[name]["chosen_by"]) for name in now]
    assert values[:3] == [(2, "file"), (30.0, "environment"), (15.0, "default")]
    assert now["alerts.delay_s"]["default"] == 15.0
    assert "chosen by the environment" in here("settings").stdout


@pytest.mark.parametrize(
    ("name", "word", "shown"),
    [
        ("alerts.sensitivity", "6", "6"),
        ("alerts.delay_s", "7.5", "7.5"),
        ("alerts.bell", "off", "false"),
        ("sensor.name", "TP-3F9A", "TP-3F9A"),
        ("sensor.forward", "-z", "-z"),
    ],
)
def test_what_is_set_is_got(config: Path, here: Here, name: str, word: str, shown: str) -> None:
    done = here("settings", "set", name, word)
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{name} is ")
    assert here("settings", "get", name).stdout == f"{shown}\n"
    assert "# How soon a lean counts" in config.read_text(encoding="utf-8")
    assert here("settings", "unset", name).status == 0
    assert here("settings", "get", name).stdout != f"{shown}\n"
    assert "nothing was changed" in here("settings", "unset", name).stdout


def test_the_path_is_told(config: Path, here: Here) -> None:
    assert here("settings", "path").stdout == f"{config}\n"
    assert not config.exists()


@pytest.mark.parametrize(
    ("arguments", "said", "next_step"),
    [
        (["get", "alerts.sensitivty"], "no setting called alerts.sensitivty", "alerts.sensitivity"),
        (["set", "delay", "3"], "no setting called delay", "alerts.delay_s"),
        (["unset", "x"], "no setting called x", "listed by"),
        (["set", "alerts.delay_s", "61"], 'alerts.delay_s can\'t be "61"', "set alerts.delay_s 15"),
        (["set", "alerts.delay_s", "-1"], "a number from 0 to 60 s", "set alerts.delay_s 15"),
        (["set", "sensor.forward", "up"], "one of", "set sensor.forward ''"),
    ],
)
def test_a_wrong_key_or_value_names_itself(
    config: Path, here: Here, arguments: list[str], said: str, next_step: str
) -> None:
    done = here("settings", *arguments)
    assert (done.status, done.stdout) == (1, "")
    sentence, step = done.stderr.splitlines()
    assert said in sentence
    assert next_step in step
    assert not config.exists()


@pytest.mark.parametrize("arguments", [[], ["get", "alerts.bell"], ["set", "alerts.bell", "no"]])
def test_a_wrong_file_is_said_and_left_as_it_is(
    config: Path, here: Here, arguments: list[str]
) -> None:
    config.parent.mkdir()
    config.write_text("[alerts]\nsensitivity = 9\n", encoding="utf-8")
    done = here("settings", *arguments)
    assert done.status == 1
    assert "settings.toml sets alerts.sensitivity to 9" in done.stderr
    assert config.read_text(encoding="utf-8") == "[alerts]\nsensitivity = 9\n"


def test_whoever_hides_a_value_is_told(
    config: Path, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENSORAPP_ALERTS_SENSITIVITY", "1")
    done = here("settings", "set", "alerts.sensitivity", "5")
    assert "SENSORAPP_ALERTS_SENSITIVITY is set, and decides" in done.stderr
    assert here("settings", "get", "alerts.sensitivity").stdout == "1\n"


def test_an_edit_takes_the_place_of_the_file(config: Path, here: Here, editor: Path) -> None:
    editor.write_text(replaces("# sensitivity = 4", "sensitivity = 5 # mine"), encoding="utf-8")
    assert here("settings", "edit").stdout == "The settings are changed.\n"
    assert here("settings", "get", "alerts.sensitivity").stdout == "5\n"
    assert "sensitivity = 5 # mine" in config.read_text(encoding="utf-8")
    assert [file.name for file in config.parent.iterdir()] == ["settings.toml"]


def test_an_edit_that_changes_nothing_makes_nothing(config: Path, here: Here, editor: Path) -> None:
    editor.write_text("", encoding="utf-8")
    assert here("settings", "edit").stdout.startswith("Nothing was changed.")
    assert list(config.parent.iterdir()) == []


def test_a_wrong_edit_is_kept_and_gone_on_with(config: Path, here: Here, editor: Path) -> None:
    here("settings", "set", "alerts.sensitivity", "2")
    before = config.read_bytes()
    editor.write_text(replaces("sensitivity = 2", "sensitivity = 22"), encoding="utf-8")
    done = here("settings", "edit")
    assert done.status == 1
    assert "alerts.sensitivity to 22" in done.stderr
    assert "Your text is kept" in done.stderr
    assert config.read_bytes() == before
    editor.write_text(replaces("sensitivity = 22", "sensitivity = 3"), encoding="utf-8")
    assert here("settings", "edit").status == 0
    assert here("settings", "get", "alerts.sensitivity").stdout == "3\n"
    assert [file.name for file in config.parent.iterdir()] == ["settings.toml"]


def test_an_editor_that_fails_changes_nothing(config: Path, here: Here, editor: Path) -> None:
    here("settings", "set", "alerts.sensitivity", "2")
    editor.write_text("raise SystemExit(3)", encoding="utf-8")
    done = here("settings", "edit")
    assert done.status == 1
    assert "Editing failed" in done.stderr
    assert here("settings", "get", "alerts.sensitivity").stdout == "2\n"


@pytest.mark.parametrize("choosers", range(4))
def test_the_stronger_chooser_wins(tmp_path: Path, choosers: int) -> None:
    environment = {"SENSORAPP_CONFIG": str(tmp_path)}
    options = {}
    if choosers >= 1:
        (tmp_path / "settings.toml").write_text("alerts.sensitivity = 1\n", encoding="utf-8")
    if choosers >= 2:
        environment[SENSITIVITY.variable] = "2"
    if choosers >= 3:
        options[SENSITIVITY.name] = 3
    chosen = choose(options, environment)
    assert chosen.preferences.alerts.sensitivity == (4, 1, 2, 3)[choosers]
    assert chosen.chosen_by(SENSITIVITY) is list(ChosenBy)[choosers]


@pytest.mark.parametrize(
    ("variable", "word", "said"),
    [
        ("SENSORAPP_ALERTS_SENSITIVTY", "5", "sets alerts.sensitivty, and there is no"),
        ("SENSORAPP_ALERTS_SENSITIVITY", "loud", 'sets alerts.sensitivity to "loud"'),
        ("SENSORAPP_RECORDING_", "1", "sets recording., and there is no"),
    ],
)
def test_a_wrong_variable_names_itself(tmp_path: Path, variable: str, word: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        choose({}, {"SENSORAPP_CONFIG": str(tmp_path), variable: word})
    assert f"{variable} {said}" in caught.value.sentence


def test_other_variables_are_none_of_ours(tmp_path: Path) -> None:
    environment = {"SENSORAPP_CONFIG": str(tmp_path), "SENSORAPP_DATASETS": "x", "SENSOR": "y"}
    assert choose({}, environment).by == {}
