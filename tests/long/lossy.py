"""Many bad days between a clip and its driver, without a radio: is every sample accounted for?

A day is a chain of links that drop, double and swap packets, fade, and break; of programs that
sleep and are killed; of sensors that reboot. Sensors keep enough, too little, or nothing.

    python -m tests.long.lossy --seed 1 --minutes 10
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from dataclasses import asdict

from tests.lossy_days import GENTLE, HARSH, RING_SAMPLES, Kind, live, wrong
from tests.lossy_pipe import Pipe, Weather


def kind_of(rng: random.Random) -> Kind:
    """Some kind of day."""
    weather = Weather(
        drop=rng.choice((0.0, 0.02, 0.2, 0.5)),
        double=rng.choice((0.0, 0.1, 0.5)),
        swap=rng.choice((0.0, 0.1, 0.5)),
        reach=rng.choice((1, 3, 8)),
        mtu=rng.choice((23, 27, 100, 185, 247)),
    )
    buffer_samples = rng.choice((RING_SAMPLES, RING_SAMPLES, 1024, 256, 128, 0))
    events = rng.choice((GENTLE, HARSH)) if buffer_samples else GENTLE
    return Kind(buffer_samples, events, weather)


def main() -> int:
    """Live days until the time is over; status 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10.0)
    asked = parser.parse_args()
    until_s = time.monotonic() + asked.minutes * 60.0
    sums = dict.fromkeys(("days", "wrong", "taken", "handed_on", "named_lost", "links_given_up"), 0)
    seed = asked.seed * 1_000_000
    while time.monotonic() < until_s:
        seed += 1
        kind = kind_of(random.Random(seed))
        pipe = Pipe(seed, kind.buffer_samples, kind.weather)
        try:
            live(pipe, random.Random(seed), kind, events=8)
            found = wrong(pipe, kind)
        except AssertionError as error:
            found = [f"a sample was handed on wrongly: {error}"]
        sums["days"] += 1
        sums["wrong"] += bool(found)
        if found:
            print(f"day {seed}: {found} {asdict(kind)}")
            continue
        sums["taken"] += sum(pipe.wanted.values())
        sums["handed_on"] += pipe.came.samples
        sums["named_lost"] += sum(pipe.came.named.values())
        sums["links_given_up"] += len(pipe.reconnects)
    print(json.dumps({"seed": asked.seed, **sums}))
    return 1 if sums["wrong"] or not sums["days"] else 0


if __name__ == "__main__":
    sys.exit(main())
