"""The locks agree with pyproject.toml, name no host, and pip refuses what they do not list."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.source_tree import ROOT

USE = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"

Pins = dict[tuple[str, str], frozenset[str]]
"""(name==version, marker) and the hashes that pip accepts for it."""


@cache
def pins(lock: str) -> Pins:
    found: Pins = {}
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if not line or line.lstrip().startswith("#"):
            continue
        head, *hashes = re.split(r"\s+--hash=", line.strip())
        pin, _, marker = head.partition(";")
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", pin.strip()), line
        found[pin.strip(), marker.strip()] = frozenset(hashes)
    return found


def versions(lock: str, name: str) -> list[Version]:
    split = [pin.split("==") for pin, _ in pins(lock)]
    return [Version(version) for pinned, version in split if canonicalize_name(pinned) == name]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", [USE, DEVELOPMENT])
def test_every_pin_has_sha256_hashes_and_nothing_else(lock: str) -> None:
    assert len(pins(lock)) > 10
    for pin, hashes in pins(lock).items():
        assert hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), pin


def test_the_locks_hold_what_the_project_asks_for() -> None:
    asked = project()
    for lock, wanted in (
        (USE, asked["project"]["dependencies"]),
        (DEVELOPMENT, asked["project"]["dependencies"]),
        (DEVELOPMENT, asked["dependency-groups"]["dev"]),
        (DEVELOPMENT, asked["build-system"]["requires"]),
    ):
        for requirement in map(Requirement, wanted):
            locked = versions(lock, canonicalize_name(requirement.name))
            assert locked, f"{requirement} is not in {lock}"
            assert all(version in requirement.specifier for version in locked), requirement


def test_development_uses_what_users_get() -> None:
    in_use = dict(pins(USE))
    in_development = dict(pins(DEVELOPMENT))
    assert {pin for pin, _ in in_use} <= {pin for pin, _ in in_development}
    by_pin = {pin: hashes for (pin, _), hashes in in_development.items()}
    assert all(by_pin[pin] == hashes for (pin, _), hashes in in_use.items())


@pytest.mark.parametrize("lock", [USE, DEVELOPMENT])
def test_no_lock_names_a_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|index-url|find-links|trusted-host", text)


def install(folder: Path, sha256: str) -> subprocess.CompletedProcess[str]:
    (folder / "lock").write_text(f"tinything==1.0 --hash=sha256:{sha256}\n")
    arguments = ["--no-index", "--find-links", ".", "--target", "out", "-q", "-r", "lock"]
    return subprocess.run(
        [sys.executable, "-m", "pip", "install", *arguments],
        cwd=folder,
        env=os.environ | {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_pip_takes_the_listed_hash_and_refuses_another(tmp_path: Path) -> None:
    wheel = tmp_path / "tinything-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        info = "tinything-1.0.dist-info"
        archive.writestr("tinything.py", "ANSWER = 1\n")
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tinything\nVersion: 1.0\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    listed = hashlib.sha256(wheel.read_bytes()).hexdigest()

    refused = install(tmp_path, "0" * 64)
    assert refused.returncode != 0
    assert "HASHES" in refused.stderr
    assert not (tmp_path / "out" / "tinything.py").exists()

    taken = install(tmp_path, listed)
    assert taken.returncode == 0, taken.stderr
    assert (tmp_path / "out" / "tinything.py").exists()
