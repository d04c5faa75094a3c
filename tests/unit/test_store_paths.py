"""Data lie in one private folder, under names that lead nowhere else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.model.errors import RecordingError, SensorAppError
from sensorapp.store.paths import (
    data_folder,
    new_recording_path,
    path_inside,
    recordings_folder,
)
from sensorapp.store.private_file import create_private_folder

POSIX = pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX systems")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_variable_decides(tmp_path: Path) -> None:
    assert data_folder({"SENSORAPP_DATA": str(tmp_path / "x")}) == tmp_path / "x"
    assert data_folder({"SENSORAPP_DATA": "~/x"}) == Path.home() / "x"
    assert data_folder({"SENSORAPP_DATA": "x"}).is_absolute()
    default = platformdirs.user_data_path("sensorapp", appauthor=False)
    assert data_folder({}) == data_folder({"SENSORAPP_DATA": ""}) == default


@POSIX
def test_new_folders_are_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = recordings_folder({"SENSORAPP_DATA": str(tmp_path / "a" / "b")})
    finally:
        os.umask(before)
    assert folder == tmp_path / "a" / "b" / "recordings"
    assert [mode(one) for one in (folder, folder.parent, folder.parent.parent)] == [0o700] * 3


@POSIX
def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    recordings_folder({"SENSORAPP_DATA": str(tmp_path)})
    assert mode(tmp_path) == 0o755
    assert mode(tmp_path / "recordings") == 0o700


def test_a_file_in_the_way_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SensorAppError, match="can't be created") as caught:
            create_private_folder(place)
        assert "SENSORAPP_DATA" in caught.value.next_step


def test_names_count_up(tmp_path: Path) -> None:
    started = "2026-11-23T04:35:12Z"
    names = []
    for _ in range(3):
        path = new_recording_path(tmp_path, started)
        path.write_bytes(b"")
        names.append(path.name)
    assert names == [
        "2026-11-23T04-35-12Z.mcap",
        "2026-11-23T04-35-12Z-2.mcap",
        "2026-11-23T04-35-12Z-3.mcap",
    ]


@POSIX
def test_a_dangling_link_counts_as_taken(tmp_path: Path) -> None:
    (tmp_path / "2026-11-23T04-35-12Z.mcap").symlink_to(tmp_path / "nowhere")
    assert new_recording_path(tmp_path, "2026-11-23T04:35:12.25+00:00").name.endswith("-2.mcap")


@pytest.mark.parametrize(
    "instant", ["", "now", "2026-11-23", "2026-11-23T04:35:12+01:00", "../../2026-11-23T04:35:12Z"]
)
def test_only_an_instant_in_utc_names_a_recording(tmp_path: Path, instant: str) -> None:
    with pytest.raises(ValueError, match="RFC 3339"):
        new_recording_path(tmp_path, instant)


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../a.mcap", "a/b.mcap", "/etc/passwd", "a\\b.mcap", "C:a.mcap", "a\0b",
        "a\nb", "a\x1b[2J", "a.", " a", "x" * 256, "\u202egpj.mcap", "a*b", "a?b",
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordingError) as caught:
        path_inside(tmp_path, name)
    assert caught.value.sentence.isprintable()


@given(st.text(max_size=40))
def test_any_accepted_name_lies_inside(name: str) -> None:
    folder = Path(__file__).parent
    try:
        path = path_inside(folder, name)
    except RecordingError:
        return
    assert path.parent == folder
    assert path.resolve().parent == folder.resolve()


@POSIX
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "data"
    inside.mkdir()
    (tmp_path / "secret").write_bytes(b"")
    (inside / "out").symlink_to(tmp_path / "secret")
    (inside / "loop").symlink_to(inside / "loop")
    for name in ("out", "loop"):
        with pytest.raises(RecordingError):
            path_inside(inside, name)
    assert path_inside(inside, "2026-11-23T04-35-12Z.mcap").parent == inside
