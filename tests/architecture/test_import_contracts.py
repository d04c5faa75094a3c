"""The import contracts hold, and each refuses what it is there to refuse."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import (
    PACKAGES,
    ROOT,
    Source,
    imported_modules,
    sources,
)

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(tree: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    only = [] if contract is None else ["--contract", contract]
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo", *only],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources alone, to be spoiled."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_keeps_every_contract() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("contract", "file", "line", "named"),
    [
        ("pure-middle", "sensorapp/signal", "import time", "signal"),
        ("pure-middle", "sensorapp/session", "def late() -> None:\n    import asyncio", "asyncio"),
        ("pure-middle", "sensorapp/coach", "from random import random", "random"),
        ("bluetooth-users", "sensorapp/tui", "import bleak", "bleak"),
        ("screen-sees-state", "sensorapp/tui", "from sensorapp.store import planted", "store"),
        ("protocol-alone", "firmware_protocol", "import numpy", "numpy"),
        ("protocol-users", "sensorapp/store", "import firmware_protocol", "store"),
        ("virtual-is-no-judge", "sensorapp/virtual", "import sensorapp.signal", "signal"),
        ("layers", "sensorapp/model", "import sensorapp.session.state", "session"),
        ("layers", "sensorapp/link", "import sensorapp.virtual", "virtual"),
        ("layers", "sensorapp/unheard_of", "", "unheard_of"),
        ("no-cycles", "sensorapp/model", "import sensorapp.ports", "ports"),
    ],
)
def test_a_planted_violation_is_refused(
    copy: Path, contract: str, file: str, line: str, named: str
) -> None:
    (copy / "sensorapp" / "store" / "planted.py").write_text('"""Nothing."""\n')
    plant(copy / file, line)
    result = lint(copy, contract)
    assert result.returncode != 0
    assert "BROKEN" in result.stdout, result.stdout + result.stderr
    assert named in result.stdout.split("Broken contracts")[-1]


def plant(package: Path, line: str) -> None:
    package.mkdir(exist_ok=True)
    if not (package / "__init__.py").exists():
        (package / "__init__.py").touch()
    (package / "planted_violation.py").write_text(f'"""Breaks a rule."""\n\n{line}\n')


def test_the_protocol_imports_the_standard_library_and_itself_only() -> None:
    allowed = sys.stdlib_module_names | {"firmware_protocol"}
    foreign = [
        f"{source.path}:{line} {name}"
        for source in protocol()
        for line, name in imported_modules(source.tree)
        if name.partition(".")[0] not in allowed
    ]
    assert protocol()
    assert foreign == []


def test_nothing_of_the_protocol_needs_its_generator() -> None:
    users = [
        source.path
        for source in sources()
        for _, name in imported_modules(source.tree)
        if name.startswith("firmware_protocol.generate_ids")
    ]
    assert users == []


def protocol() -> list[Source]:
    return [source for source in sources() if source.path.startswith("firmware_protocol/")]
