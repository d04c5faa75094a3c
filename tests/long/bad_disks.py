"""Breaks the disk under a live session, again and again, and mends it; counts what is missing.

A virtual sensor in one process, `sensorapp live` in another, in a data folder on an ext4 disk of
its own. At times drawn by chance that disk is filled up, reports faults, turns read-only, freezes
or is pulled out, for a while drawn by chance. Each time it must be told within 2 s, once, and
recording must go on within 5 s of the disk being well; at the end every sample in the sensor's log
has to be in the one recording. Needs root, to mount the disk.

    python -m tests.long.bad_disks --seed 1 --minutes 20 --outages 50
"""

from __future__ import annotations

import argparse
import queue
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sensorapp.virtual.send_log import read_send_log
from tests.long.kills import PATIENCE_S, Found, judged, sensor, started
from tests.unit.real_disks import StickDisk, fill, stick_disk

Act = Callable[[], object]

FULL = "the disk is full"
TOLD_S = 2.0
"""And a second more for a full disk: the recording's last block takes that much yet."""
BACK_S = 5.0
LONGEST_S = 20.0
"""Of an outage, and of the time between two."""


@dataclass
class Outages:
    """Seconds from each event to its line by what was said, and what the recording holds."""

    told_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    back_s: list[float] = field(default_factory=list)
    lines: int = 0
    status: int | None = None
    found: Found = field(default_factory=Found)

    @property
    def good(self) -> bool:
        told = all(max(late) <= TOLD_S + (kind == FULL) for kind, late in self.told_s.items())
        once = self.lines == 1 + 2 * len(self.back_s)
        return told and max(self.back_s) <= BACK_S and once and self.status == 0 and self.found.good

    def __str__(self) -> str:
        kinds = [f"{len(s)} {kind} {max(s):.2f} s" for kind, s in sorted(self.told_s.items())]
        return (
            f"{len(self.back_s)} outages told within ({', '.join(kinds)}), back within "
            f"{max(self.back_s):.2f} s, {self.lines} lines about them, status {self.status}; "
            f"{self.found}"
        )


class Lines:
    """What the program prints about its recording, as it comes."""

    def __init__(self, stream: IO[str]) -> None:
        self._lines: queue.SimpleQueue[tuple[float, str]] = queue.SimpleQueue()
        self._stream = stream
        self.count = 0
        threading.Thread(target=self._read, daemon=True).start()

    def next(self, words: str) -> float:
        """When the next line about the recording came; it has to hold `words`."""
        at_s, line = self._lines.get(timeout=PATIENCE_S)
        assert words in line, f"{words!r} was expected, not {line!r}"
        return at_s

    def _read(self) -> None:
        for line in self._stream:
            if "ecording" in line:
                self.count += 1
                self._lines.put((time.monotonic(), line))


def break_again_and_again(
    folder: Path, seed: int, outages: int, minutes: float, longest_s: float = LONGEST_S
) -> Outages:
    """Up to `outages` within `minutes`, then a stop in good order."""
    rng = random.Random(seed)
    until_s = time.monotonic() + minutes * 60.0
    log, socket = folder / "sensor.log", folder / "clip.hci"
    seen = Outages()
    with sensor(socket, log), stick_disk(folder, megabytes=64) as disk:
        live = ["live", "--hci", f"unix-client:{socket}", "--plain"]
        with started(live, disk.place / "data") as program:
            assert program.stdout is not None
            lines = Lines(program.stdout)
            lines.next("Recording to ")
            time.sleep(
                2.0
            )  # until something is safe: a disk that has lost the file has no more of it
            kinds = list(kinds_of(disk))
            rng.shuffle(kinds)
            while len(seen.back_s) < outages and time.monotonic() < until_s:
                time.sleep(rng.uniform(0.0, longest_s))
                breaks, mends, words = kinds[len(seen.back_s) % len(kinds)]
                breaks()
                since_s = time.monotonic()
                seen.told_s[words].append(lines.next(words) - since_s)
                time.sleep(rng.uniform(0.0, longest_s))
                mends()
                since_s = time.monotonic()
                seen.back_s.append(lines.next("Recording to ") - since_s)
            time.sleep(1.0)
            program.terminate()
            seen.status = program.wait(PATIENCE_S)
        seen.lines = lines.count
        seen.found = judged(list(read_send_log(log)), disk.place / "data" / "recordings", 0)
    return seen


def kinds_of(disk: StickDisk) -> Iterator[tuple[Act, Act, str]]:
    """Ways to break it, how to mend it then, and what has to be said of it."""
    rest = disk.place / "others"
    yield lambda: fill(rest), rest.unlink, FULL
    yield disk.break_down, disk.put_in, "the disk reports a fault"
    yield disk.turn_read_only, disk.put_in, "the disk is read-only"
    yield disk.pull_out, disk.put_in, "is gone"
    yield disk.freeze, disk.thaw, "the disk does not answer"


def main() -> int:
    """Run it and print the figures; status 1 if anything was late, missing or altered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--outages", type=int, default=50)
    asked = parser.parse_args()
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        seen = break_again_and_again(Path(folder), asked.seed, asked.outages, asked.minutes)
    print(f"{seen}; seed {asked.seed}, {time.monotonic() - began_s:.0f} s")
    return 0 if seen.good else 1


if __name__ == "__main__":
    sys.exit(main())
