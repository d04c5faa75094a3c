"""Damages a recording in every way that one flipped bit or one cut can, and reads it each time.

In full, beside the share of it that the tests run:

    python -m tests.unit.damage flip --count 100000 --seed 1
    python -m tests.unit.damage cut --every 1
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from sensorapp.model.errors import RecordingError
from sensorapp.model.inputs import Input, Tick
from sensorapp.model.recording import RecordingHeader
from sensorapp.store.losses import Account
from sensorapp.store.recording_reader import open_recording
from tests.unit.store_samples import HEADER, session_inputs, write_recording

CUT_BYTES = 64 * 1024


@dataclass(slots=True)
class Found:
    """What a run of damage found; the lists hold the places that broke a promise."""

    tried: int = 0
    refused: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    wrong_count: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """What a damaged recording gave."""

    header: RecordingHeader
    items: list[Input]
    account: Account
    seconds: float


def read(path: Path) -> Result | None:
    """What a recording gives, None if it is refused with a typed error."""
    began = time.process_time()
    try:
        recording = open_recording(path)
        items = list(recording)
    except RecordingError:
        return None
    account = recording.account
    assert account is not None
    assert (recording.notice is None) == account.whole
    return Result(recording.header, items, account, time.process_time() - began)


def chunks_of(items: list[Input]) -> list[int]:
    """Index of the first item of each chunk but the first: the writer syncs after each tick."""
    return [at + 1 for at, item in enumerate(items) if isinstance(item, Tick)]


def flip_bits(folder: Path, count: int, seed: int) -> Found:
    """Flip one random bit of a closed recording, `count` times.

    Every whole chunk has to be read, before and after: no more than one chunk may be missing.
    """
    items = session_inputs(12)
    path = folder / "flipped.mcap"
    write_recording(path, items)
    data = path.read_bytes()
    order = {item: at for at, item in enumerate(items)}
    starts = chunks_of(items)
    chance = random.Random(seed)
    found = Found()
    with path.open("r+b", buffering=0) as stream:
        for _ in range(count):
            bit = chance.randrange(8 * len(data))
            at = bit // 8
            stream.seek(at)
            stream.write(bytes([data[at] ^ 1 << bit % 8]))
            judge_flip(found, f"byte {at}, bit {bit % 8}", read(path), order, starts)
            stream.seek(at)
            stream.write(data[at : at + 1])
    return found


def judge_flip(
    found: Found, place: str, result: Result | None, order: dict[Input, int], starts: list[int]
) -> None:
    """Hold what was read against what was written."""
    found.tried += 1
    if result is None:
        found.refused.append(place)
        return
    found.slowest_s = max(found.slowest_s, result.seconds)
    got = [order.get(item, -1) for item in result.items]
    if result.header != HEADER or -1 in got or got != sorted(set(got)):
        found.altered.append(place)
    if result.account.whole:
        found.silent.append(place)
    lost = sorted(set(range(len(order))) - set(got))
    if len({bisect_right(starts, at) for at in lost}) > 1:
        found.unread.append(place)
    # At the end of a file nobody can count what followed.
    if not result.account.breaks_off and result.account.missing != len(lost):
        found.wrong_count.append(place)


def cut_bytes(folder: Path, every: int, seed: int) -> Found:
    """Cut a recording's first 64 KiB at every place, or at one in `every`, by chance."""
    items = session_inputs(60)
    path = folder / "cut.mcap"
    sizes = write_recording(path, items, close=False)
    assert sizes[-1] > CUT_BYTES
    ends = dict(zip(sizes, chunks_of(items), strict=True))
    offset = random.Random(seed).randrange(every)
    found = Found()
    for size in range(CUT_BYTES - offset, -1, -every):
        os.truncate(path, size)
        result = read(path)
        found.tried += 1
        least = max((count for end, count in ends.items() if end <= size), default=0)
        place = f"{size} bytes"
        if result is None:
            if least:
                found.refused.append(place)
            continue
        found.slowest_s = max(found.slowest_s, result.seconds)
        if result.header != HEADER or result.items != items[: len(result.items)]:
            found.altered.append(place)
        if len(result.items) != least:
            found.unread.append(place)
        if result.account.whole:
            found.silent.append(place)
    return found


def main() -> None:
    """Run one kind of damage and print what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["flip", "cut"])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        if asked.kind == "flip":
            found = flip_bits(Path(folder), asked.count, asked.seed)
        else:
            found = cut_bytes(Path(folder), asked.every, asked.seed)
    print(f"{found.tried} tried in {time.perf_counter() - began:.0f} s")
    print(f"slowest read: {found.slowest_s:.3f} s")
    for name in ("refused", "altered", "silent", "unread", "wrong_count"):
        places: list[str] = getattr(found, name)
        print(f"{name}: {len(places)} {sorted(set(places))[:12]}")


if __name__ == "__main__":
    main()
