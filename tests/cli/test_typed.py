"""Words typed into `--plain`, in a terminal of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty")


def test_a_word_and_enter_reach_the_session_and_the_end_of_input_ends_nothing(
    tmp_path: Path,
) -> None:
    ours, theirs = pty.openpty()
    words = "demo", "--plain", "--seconds", "4"
    demo = subprocess.Popen(
        [sys.executable, "-m", "sensorapp", *words],
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "SENSORAPP_DATA": str(tmp_path)},
    )
    os.close(theirs)
    assert demo.stdout is not None
    lines: list[str] = []
    for line in demo.stdout:
        lines.append(line)
        if "streaming" in line:
            os.write(ours, b"m\n\x04")
    demo.stdout.close()
    assert demo.wait(30) == 0
    os.close(ours)
    assert any("Marker set." in line for line in lines)
    assert lines[-1].split("s  ")[-1].startswith("Summary: 4.0 s")
