"""The program as a script runs it: in a process of its own, or here to save the start."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from sensorapp.cli.main import main

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "sensorapp")
LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    status: int
    stdout: str
    stderr: str
    own_s: float = 0.0
    """How long it took in a process of its own, less the time that its threads stood in line for
    a processor: where others work, that says nothing about the program."""


def ran(
    *arguments: str | Path, env: Mapping[str, str] | None = None, timeout_s: float = 30.0
) -> Ran:
    """Run the program in a process of its own, without a terminal.

    `timeout_s` is of `own_s`; then it is killed, and `subprocess.TimeoutExpired` raised.
    """
    began_s = time.monotonic()
    command = [*COMMAND, *map(str, arguments)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        in_line_s: dict[str, float] = {}

        def own_s() -> float:
            return time.monotonic() - began_s - sum(in_line_s.values())

        printed: tuple[str, str] | None = None
        while printed is None:
            try:
                printed = process.communicate(timeout=LOOK_S)
            except subprocess.TimeoutExpired:
                in_line_s.update(_in_line_s(process.pid))
                if own_s() > timeout_s:
                    process.kill()
                    raise
    return Ran(process.returncode, *printed, own_s())


def _in_line_s(pid: int) -> dict[str, float]:
    """Of each thread, as Linux counts it (sched-stats in its documentation); else nothing."""
    found: dict[str, float] = {}
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, IndexError):  # it may have ended
            found[thread.parent.name] = int(thread.read_text().split()[1]) / 1e9
    return found


class Here:
    """Runs the program in this process, from the arguments to the status."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._capture = capture

    def __call__(self, *arguments: str | Path) -> Ran:
        self._patch.setattr(sys, "argv", ["sensorapp", *map(str, arguments)])
        self._capture.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        printed = self._capture.readouterr()
        assert isinstance(left.value.code, int)
        return Ran(left.value.code, printed.out, printed.err)


def write_imu(
    path: Path, seconds: float = 3.0, other: Mapping[str, npt.ArrayLike | None] | None = None
) -> Path:
    """An IMU file of somebody who sits still, 100 Hz; `other` arrays replace, None leaves out."""
    count = round(100 * seconds)
    noise = np.random.default_rng(1)
    arrays: dict[str, npt.ArrayLike | None] = {
        "acc": np.array([0.0, 9.81, 0.0]) + noise.normal(0.0, 0.02, (count, 3)),
        "gyr": noise.normal(0.0, 0.002, (count, 3)),
        "fs": 100.0,
    }
    arrays.update(other or {})
    kept = {name: np.asarray(array) for name, array in arrays.items() if array is not None}
    np.savez(path, allow_pickle=False, **kept)
    return path
