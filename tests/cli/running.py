"""The program as a script runs it: in a process of its own, or here to save the start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from sensorapp.cli.main import main

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "sensorapp")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    status: int
    stdout: str
    stderr: str


def ran(
    *arguments: str | Path, env: Mapping[str, str] | None = None, timeout_s: float = 30.0
) -> Ran:
    """Run the program in a process of its own, without a terminal."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_s,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


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
