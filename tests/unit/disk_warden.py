"""Puts a disk of the tests away when they have done with it, or are gone: killed, even.

It is a process of its own, in a session of its own, that waits for the end of its input:

    python tests/unit/disk_warden.py PLACE PID

Each line of the input names a loop device to detach at the end. A process that was killed while
one of its threads writes to a frozen disk can't end, nor does a pipe it holds, before the disk is
thawed; so the death of the process PID, which is to come, counts too.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CHECK_S = 0.2
_KILLED = 1 << 8
"""SIGKILL's bit among the signals that wait for a thread (proc(5))."""


@contextmanager
def looked_after(place: Path) -> Iterator[Callable[[str], None]]:
    """Whatever is mounted at `place` is thawed and unmounted at the end, come what may.

    Gives what to call with each loop device that is to be detached then. Raises
    `subprocess.CalledProcessError` if something couldn't be put away.
    """
    command = [sys.executable, "-I", "-S", __file__, str(place), str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as warden:
        assert warden.stdin is not None
        pipe = warden.stdin.fileno()
        yield lambda device: _all_written(pipe, f"{device}\n".encode())
    if warden.returncode:
        raise subprocess.CalledProcessError(warden.returncode, command)


def _all_written(pipe: int, line: bytes) -> None:
    assert os.write(pipe, line) == len(line)


def _is_dying(pid: int) -> bool:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return True
    status = dict(line.split(":", 1) for line in lines)
    # The first thread of a process is dead before the others are.
    return status["State"].split()[0] in "ZX" or bool(int(status["SigPnd"], 16) & _KILLED)


def _put_away(place: str, devices: list[str]) -> None:
    while os.path.ismount(place):  # what was put in lies above what was broken
        subprocess.run(["fsfreeze", "--unfreeze", place], stderr=subprocess.DEVNULL)
        subprocess.run(["umount", "-l", place], check=True)
    for device in devices:
        subprocess.run(["losetup", "--detach", device], check=True)


def main(place: str, pid: int) -> None:
    """Wait, then put away."""
    devices: list[str] = []
    while not _is_dying(pid):
        if select.select([sys.stdin], [], [], CHECK_S)[0]:
            said = os.read(sys.stdin.fileno(), 4096).decode()
            if not said:
                break
            devices += said.split()
    _put_away(place, devices)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
