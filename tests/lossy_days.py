"""Days on which everything goes wrong that can, between a clip and its driver: see `lossy_pipe`."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, replace

from tests.lossy_pipe import Pipe, Weather

GENTLE = ("cut", "fade", "freeze", "change")
HARSH = (*GENTLE, "kill", "kill", "reboot")
RING_SAMPLES = 16384
"""More than a day of these takes between two acknowledgements."""


@dataclass(frozen=True)
class Kind:
    """A day: what may happen to a sensor with this much memory."""

    buffer_samples: int
    events: Collection[str]
    weather: Weather


def lived(seed: int, kind: Kind, *, events: int) -> Pipe:
    """What came of such a day."""
    pipe = Pipe(seed, kind.buffer_samples, kind.weather)
    live(pipe, random.Random(seed), kind, events=events)
    return pipe


def live(pipe: Pipe, rng: random.Random, kind: Kind, *, events: int) -> None:
    """Live the day; each sample is checked as it comes."""
    choices = sorted(kind.events)
    for _ in range(events):
        pipe.connect()
        pipe.passes(rng.choice((0.05, 0.5, 2.0, 6.0)) * rng.uniform(0.2, 1.0))
        match rng.choice(choices):
            case "cut":
                pipe.cut()
                pipe.passes(rng.choice((0.05, 0.5, 3.0)))
            case "fade":
                pipe.freezes(rng.uniform(0.1, 4.0), host=False)
            case "freeze":
                pipe.freezes(rng.uniform(0.1, 9.0), host=True)
            case "change":
                drop = rng.choice((0.0, kind.weather.drop))
                pipe.weather = replace(kind.weather, drop=drop)
            case "kill":
                pipe.kill_host()
                pipe.passes(rng.choice((0.05, 0.5, 3.0)))
            case "reboot":
                pipe.reboot()
    pipe.stop()


def wrong(pipe: Pipe, kind: Kind) -> list[str]:
    """What is not as promised, empty if all is.

    The last stream ends with STOP: each of its samples is here or named. So is each of the streams
    before it, but the end of one that was cut off where nobody can tell it any more: by a reboot,
    or by a dropped Status of a sensor without a memory.
    """
    found = [f"a fault: {fault.message}" for fault in pipe.faults if fault.kind != "packet_epoch"]
    lossless = "reboot" not in kind.events and (kind.buffer_samples or not kind.weather.drop)
    for stream, end in pipe.wanted.items():
        came = pipe.came.ends.get(stream, 0)
        if came != end and (lossless or stream == pipe.came.begun[-1] or came > end):
            found.append(f"{came} of {end} samples of stream {stream} are accounted for")
    named = sum(pipe.came.named.values())
    if pipe.came.samples + named != sum(pipe.came.ends.values()):
        found.append("the sums differ")
    if named and kind.buffer_samples == RING_SAMPLES and lossless:
        found.append(f"{named} samples named lost, that the sensor held")
    return found
