"""The settings file: read and refused, written privately, changed with its comments kept."""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.app.settings_changes import set_value, unset_value
from sensorapp.model.errors import SettingsError
from sensorapp.model.preferences import KEYS
from sensorapp.model.setting_key import Key, Value
from sensorapp.store.settings_edit import fresh_text, with_value, without_value
from sensorapp.store.settings_file import read_settings, settings_in, settings_path
from tests.unit.test_preferences import BY_NAME, values

POSIX = pytest.mark.skipif(os.name != "posix", reason="modes and links are POSIX's")
SENSITIVITY = BY_NAME["alerts.sensitivity"]
NAME = "settings.toml"

ONE = st.sampled_from(KEYS).flatmap(lambda key: st.tuples(st.just(key), values(key)))


@pytest.mark.parametrize(
    ("text", "sentence", "next_step"),
    [
        ("[alerts]\nsensitivty = 5", "sets alerts.sensitivty", "mean alerts.sensitivity?"),
        ("[allerts]\nsensitivity = 5", "sets allerts.sensitivity", "mean alerts.sensitivity?"),
        ("sensitivity = 5", "sets sensitivity, and", "mean alerts.sensitivity?"),
        ("delay = 5", "sets delay, and", "mean alerts.delay_s?"),
        ("[zzz]\nqqq = 5", "sets zzz.qqq", "listed by"),
        ("[zzz]", "sets zzz, and", "listed by"),
        ("alerts = 5", "sets alerts, and", "listed by"),
        ("[alerts.more]\nx = 5", "sets alerts.more", "listed by"),
        ("[alerts]\nsensitivity = 9", "to 9; it takes a whole number from 1 to 6.", "unset"),
        ("[alerts]\ndelay_s = nan", "to nan; it takes a number from 0 to 60 s.", "unset"),
        ("[alerts]\nbell = 1", "to 1; it takes true or false.", "unset"),
        ("[sensor]\nforward = 'up'", 'to "up"; it takes one of "", x, -x', "unset"),
        ("[sensor]\nname = ['a']", "to a list; it takes a text", "unset"),
        ("[sensor]\nrate_hz = 2026-11-28", "to a date or a time", "unset"),
        ("[sensor]\nrate_hz = {a = 1}", "to a table", "unset"),
        (f"[sensor]\nrate_hz = 0x{'f' * 9000}", "to a very large number", "unset"),
        ('[sensor]\nname = "\\u001b[2J"', 'sensor.name to "[2J"', "unset"),
        ("alerts", "can't be understood", "settings edit"),
        (f"x = {'[' * 20_000}", "can't be understood", "settings edit"),
    ],
)
def test_what_is_wrong_names_itself(text: str, sentence: str, next_step: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_in(text, NAME)
    error = caught.value
    assert error.sentence.startswith(NAME)
    assert sentence in error.sentence
    assert next_step in error.next_step
    assert error.sentence.isprintable()
    assert error.next_step.isprintable()
    assert len(error.sentence) < 250


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert read_settings(tmp_path / NAME) == {}
    (tmp_path / "file").write_bytes(b"")
    assert read_settings(tmp_path / "file" / NAME) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe", "UTF-8"), (b"#" * (2 << 20), "can't be read")],
    ids=["no text", "huge"],
)
def test_what_is_no_settings_file_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(SettingsError, match=said):
        read_settings(tmp_path / NAME)


@POSIX
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    if sys.platform != "win32":
        os.mkfifo(tmp_path / NAME)
    with pytest.raises(SettingsError, match="can't be read"):
        read_settings(tmp_path / NAME)


def test_a_mark_of_byte_order_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xef\xbb\xbf[alerts]\r\nsensitivity = 5\r\n")
    assert read_settings(tmp_path / NAME) == {"alerts.sensitivity": 5}


def test_the_variable_decides_where_it_lies(tmp_path: Path) -> None:
    assert settings_path({"SENSORAPP_CONFIG": str(tmp_path)}) == tmp_path / NAME
    assert settings_path({}).name == NAME
    assert settings_path({}).is_absolute()


def test_a_fresh_file_sets_nothing_and_tells_of_every_key() -> None:
    text = fresh_text()
    assert settings_in(text, NAME) == {}
    flat = " ".join(text.replace("#", " ").split())
    for key in KEYS:
        assert f"\n# {key.field} = " in text
        assert key.help in flat
        assert key.allowed in flat
    uncommented = "\n".join(
        line[2:] if line.startswith("# ") and " = " in line else line for line in text.splitlines()
    )
    assert settings_in(uncommented, NAME) == {key.name: key.default for key in KEYS}


@POSIX
def test_folder_and_file_are_private(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / NAME
    before = os.umask(0)
    try:
        set_value(path, SENSITIVITY, 5)
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent, path.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]
    assert [one.name for one in path.parent.iterdir()] == [NAME]


@POSIX
def test_a_link_is_kept(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    real = tmp_path / "dotfiles" / "mine.toml"
    real.write_text("# mine\n", encoding="utf-8")
    (tmp_path / NAME).symlink_to(real)
    set_value(tmp_path / NAME, SENSITIVITY, 5)
    assert (tmp_path / NAME).is_symlink()
    assert read_settings(real) == {"alerts.sensitivity": 5}


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SettingsError) as caught:
        set_value(tmp_path / "file" / NAME, SENSITIVITY, 5)
    assert "SENSORAPP_CONFIG" in caught.value.next_step


@given(st.lists(ONE, max_size=6))
def test_what_is_set_is_got_and_unset_is_gone(changes: list[tuple[Key, Value]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        expected: dict[str, Value] = {}
        for key, value in changes:
            set_value(path, key, value)
            expected[key.name] = value
            assert read_settings(path) == expected
        for key, _ in changes:
            assert unset_value(path, key) == (key.name in expected)
            expected.pop(key.name, None)
            assert read_settings(path) == expected
        if changes:
            assert path.read_text(encoding="utf-8") == fresh_text()


WRITTEN = [
    "# top\n\n[alerts] # here\nsensitivity = 5 # mine\n# end\n",
    "# sensitivity = 3 was too rare\nalerts.sensitivity = 5 # mine\n",
    "alerts = {sensitivity = 5, bell = true} # mine\n",
    "[alerts]\r\n# why\r\n'sensitivity'=5 # q\r\n[sensor] # s\r\n",
    "[alerts]\n# sensitivity = 3 # too rare\n",
    "sensor.name = '[alerts]' # a\n",
    "[sensor]\n# only\nname = '''a # b''' # c\n",
    "",
]


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_comments_survive(text: str, key: Key) -> None:
    comments = re.findall(r"#[^#'\r\n]*$", text, re.MULTILINE)
    before = settings_in(text, NAME)
    value = 2 if key is SENSITIVITY else key.default
    set_text = with_value(text, key, value, NAME)
    assert settings_in(set_text, NAME) == before | {key.name: value}
    gone = without_value(set_text, key, NAME)
    assert settings_in(gone, NAME) == {k: v for k, v in before.items() if k != key.name}
    for comment in comments:
        assert comment in set_text
        assert comment in gone


@pytest.mark.parametrize("text", ["alerts = 3", "[alerts", "alerts = []"])
def test_what_has_no_place_for_a_key_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        with_value(text, SENSITIVITY, 5, NAME)
    with pytest.raises(SettingsError):
        without_value(text, SENSITIVITY, NAME)


def test_a_wrong_value_can_be_put_right_and_another_keeps_it_out(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text("[alerts]\nsensitivity = 9 # loud\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"alerts\.sensitivity to 9"):
        set_value(path, BY_NAME["alerts.bell"], False)
    set_value(path, SENSITIVITY, 6)
    assert path.read_text(encoding="utf-8") == "[alerts]\nsensitivity = 6 # loud\n"
