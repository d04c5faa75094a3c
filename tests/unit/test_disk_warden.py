"""A test run that is killed leaves no disk behind, not even a frozen one that it writes to."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.real_disks import stick_disk

WRITES_TO_A_FROZEN_DISK = """
import sys, threading
from pathlib import Path
from tests.unit.real_disks import stick_disk

def writes():
    (disk.place / "file").write_bytes(bytes(4096))

with stick_disk(Path(sys.argv[1])) as disk:
    disk.freeze()
    print("frozen", flush=True)
    if sys.argv[2] == "thread":
        threading.Thread(target=writes).start()
        threading.Event().wait()
    writes()
"""
PATIENCE_S = 20.0


@pytest.mark.parametrize("writer", ["thread", "first thread"])
def test_who_is_killed_while_writing_to_a_frozen_disk_leaves_none(
    tmp_path: Path, writer: str
) -> None:
    (tmp_path / "here").mkdir()
    with stick_disk(tmp_path / "here") as disk:  # skips where there are none
        disk.freeze()
        disk.thaw()
    command = [sys.executable, "-c", WRITES_TO_A_FROZEN_DISK, str(tmp_path), writer]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "frozen\n"
        stuck_s = time.monotonic() + 0.3  # the writer is in the kernel then
        while time.monotonic() < stuck_s:
            assert program.poll() is None
            time.sleep(0.05)
        program.kill()
        program.wait(PATIENCE_S)
    until_s = time.monotonic() + PATIENCE_S
    image = str(tmp_path / "image")
    while (tmp_path / "stick").is_mount() or _attached(image):
        assert time.monotonic() < until_s
        time.sleep(0.05)


def _attached(image: str) -> bool:
    command = ["losetup", "--associated", image]
    return subprocess.run(command, capture_output=True, check=True).stdout != b""
