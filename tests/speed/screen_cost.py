"""What the demo with its screen on costs of one core: `python -m tests.speed.screen_cost`.

A measurement for people, not a test: it takes real time. The demo runs in a terminal of its
own (a pty of 100x30) at 100 Hz; what counts is the processor time of its process after the
start, when imports are over.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_S = 8.0
"""Imports, the first scan and the calibration are over by then."""


def cpu_s(pid: int) -> float:
    """User and system time of a process so far, from Linux's /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def drained(screen: int, seconds: float) -> int:
    """Read what the program draws for a while; the number of bytes."""
    end_s = time.monotonic() + seconds
    count = 0
    while (left_s := end_s - time.monotonic()) > 0:
        if select.select([screen], [], [], left_s)[0]:
            count += len(os.read(screen, 65536))
    return count


def main() -> None:
    """Run, measure, print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--columns", type=int, default=100)
    parser.add_argument("--rows", type=int, default=30)
    options = parser.parse_args()
    pid, screen = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [sys.executable, "-m", "sensorapp", "demo"])
    size = struct.pack("HHHH", options.rows, options.columns, 0, 0)
    fcntl.ioctl(screen, termios.TIOCSWINSZ, size)
    drained(screen, START_S)
    before_s, begin_s = cpu_s(pid), time.monotonic()
    drawn = drained(screen, options.seconds)
    share = (cpu_s(pid) - before_s) / (time.monotonic() - begin_s)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    print(
        f"demo at {options.columns}x{options.rows}, 100 Hz: {100 * share:.1f} % of one core, "
        f"{drawn / options.seconds / 1000:.1f} kB/s drawn, over {options.seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
