"""Hundreds of faults in one stream, on a clock that jumps, against the sensor's own log.

The whole program runs: virtual sensor, air, bleak, link, session, recording on a disk. At the end
every sample that the sensor took is in the recording, or named as lost by the driver, exactly; or
it went with the sensor's memory when that was cut off from power, or with a link that it does not
buffer for, and then the session names the pause.

    python -m tests.long.soak --seed 1 --minutes 40 --faults 500
    python -m tests.long.soak --real-time --faults 20 --minutes 15
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from sensorapp.virtual.jumping_loop import run_jumping
from tests.long.soak_faults import FAULTS
from tests.long.soak_judge import Verdict, judged
from tests.long.soak_world import LONGEST_DROP_S, World

QUIET_S = (2.0, 6.0)
"""Between two faults."""
BACK_LIMIT_S = 60.0


async def soak(
    folder: Path,
    seed: int,
    faults: int,
    until_s: float,
    *,
    buffered: bool,
    longest_drop_s: float = LONGEST_DROP_S,
) -> Verdict:
    """Up to `faults` faults, of every kind before any comes again, until `time.monotonic()`."""
    kept = 8192 if buffered else 0
    world = World(folder, seed, kept, longest_drop_s=longest_drop_s)
    recoveries: dict[str, list[float]] = defaultdict(list)
    kinds = list(FAULTS)
    async with world:
        await world.more_samples(BACK_LIMIT_S)
        done = 0
        while done < faults and time.monotonic() < until_s:
            if done % len(kinds) == 0:
                world.rng.shuffle(kinds)
            kind = kinds[done % len(kinds)]
            await asyncio.sleep(world.rng.uniform(*QUIET_S))
            await FAULTS[kind](world)
            world.mend()
            recoveries[kind].append(await world.more_samples(BACK_LIMIT_S))
            done += 1
            if sys.stderr.isatty():
                print(f"\r{done} of {faults} faults", end="", file=sys.stderr)
        await asyncio.sleep(15.0)
    return judged(world, recoveries)


def run(
    folder: Path,
    seed: int,
    faults: int,
    minutes: float,
    *,
    buffered: bool,
    real_time: bool = False,
    longest_drop_s: float = LONGEST_DROP_S,
) -> Verdict:
    """One soak from its beginning to its verdict."""
    until_s = time.monotonic() + minutes * 60.0
    main = soak(folder, seed, faults, until_s, buffered=buffered, longest_drop_s=longest_drop_s)
    return asyncio.run(main) if real_time else run_jumping(main)


def main() -> int:
    """Run both kinds of sensor and print the figures; status 1 if any sample is unaccounted for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--real-time", action="store_true")
    asked = parser.parse_args()
    good = True
    for buffered in (True, False):
        began_s = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            verdict = run(
                Path(folder),
                asked.seed,
                asked.faults,
                asked.minutes / 2,
                buffered=buffered,
                real_time=asked.real_time,
            )
        good = good and verdict.good
        what = "8192 samples kept" if buffered else "nothing kept"
        print(f"\nseed {asked.seed}, {what}, {time.monotonic() - began_s:.0f} s:")
        print(json.dumps(verdict.figures()))
        print("\n".join(verdict.table()))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
