"""The repository's own sources as syntax trees: what the tests of this folder look at."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("sensorapp", "firmware_protocol")
NOT_OURS_TO_IMPORT = ("firmware_protocol/firmware/",)
"""Sources that run on a microcontroller: no part of either package."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """A module: its path from the root with forward slashes, its lines and its tree."""

    path: str
    lines: int
    tree: ast.Module

    @property
    def generated(self) -> bool:
        """Whether a program wrote it and another checks it: its size is nobody's choice."""
        docstring = ast.get_docstring(self.tree) or ""
        return "generated" in docstring.lower().split("\n", 1)[0]


@cache
def sources() -> tuple[Source, ...]:
    """Every module of both packages, in order of path."""
    found: list[Source] = []
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            path = file.relative_to(ROOT).as_posix()
            if path.startswith(NOT_OURS_TO_IMPORT):
                continue
            text = file.read_text(encoding="utf-8")
            found.append(Source(path, len(text.splitlines()), ast.parse(text, path)))
    return tuple(found)


def functions(tree: ast.Module) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: Function) -> int:
    """Lines from `def` to the end, docstring included."""
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def public_names(tree: ast.Module) -> list[str]:
    """Names that a module defines at its top level for others: no underscore in front."""
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.append(node.target.id)
    return [name for name in names if not name.startswith("_")]


def imported_modules(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything imported, lazily or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module


def string_literals(tree: ast.Module, *, docstrings: bool) -> Iterator[tuple[int, str]]:
    """Line and text of every string; the fixed parts of an f-string count one by one."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and not docstrings:
            skipped.add(id(node.value))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in skipped:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def tracked_files() -> tuple[Path, ...] | None:
    """Every file under version control; None without git or outside a clone."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return None
    listing = subprocess.run(
        [git, "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    files = (ROOT / name for name in listing.stdout.split("\0") if name)
    return tuple(file for file in files if file.is_file())
