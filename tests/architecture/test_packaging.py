"""A built wheel holds both packages whole, data files included; the sdist holds the tests too."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source_tree import PACKAGES, ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a wheel and an sdist, made by hatchling itself: no network, no isolation."""
    folder = tmp_path_factory.mktemp("built")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return folder


def in_wheel(built: Path) -> set[str]:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def on_disk() -> set[str]:
    return {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_the_wheel_holds_both_packages_and_nothing_else(built: Path) -> None:
    names = {name for name in in_wheel(built) if ".dist-info/" not in name}
    assert names == on_disk()


@pytest.mark.parametrize(
    "pattern",
    [
        "sensorapp/py.typed",
        "firmware_protocol/py.typed",
        "firmware_protocol/SPEC.md",
        "firmware_protocol/spec.toml",
        "sensorapp/tui/theme.tcss",
        "sensorapp/virtual/scenarios/*.toml",
    ],
)
def test_the_wheel_holds_the_data_files(built: Path, pattern: str) -> None:
    assert any(Path(name).match(pattern) for name in in_wheel(built))


def test_the_wheel_offers_the_command_and_the_licence(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        files = {name.partition(".dist-info/")[2]: name for name in archive.namelist()}
        commands = archive.read(files["entry_points.txt"]).decode()
        metadata = archive.read(files["METADATA"]).decode()
    assert "sensorapp = sensorapp.__main__:main" in commands
    assert "licenses/LICENSE" in files
    assert "License-Expression: MIT" in metadata


def test_the_sdist_can_be_tested(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert on_disk() <= names
    assert {"pyproject.toml", "README.md", "requirements-dev.lock", "tests/conftest.py"} <= names
