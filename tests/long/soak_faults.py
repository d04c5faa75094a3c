"""The faults of a soak: each breaks the world in its way for a while; the caller mends it."""

from __future__ import annotations

import asyncio
import math
import random
import sys
from collections.abc import Awaitable, Callable

from firmware_protocol.ids import Characteristic
from sensorapp.virtual.jumping_loop import JumpingLoop
from sensorapp.virtual.packet_faults import PacketFaults
from tests.long.soak_world import World

Fault = Callable[[World], Awaitable[None]]


def _long(rng: random.Random, low_s: float, high_s: float) -> float:
    """Between the two, short ones as likely as long ones on a scale of ratios."""
    if not isinstance(asyncio.get_running_loop(), JumpingLoop):
        high_s = min(high_s, 20.0)  # in real time hours are left out
    return math.exp(rng.uniform(math.log(low_s), math.log(high_s)))


async def drop(world: World) -> None:
    world.conditions(in_range=False)
    await asyncio.sleep(_long(world.rng, 0.1, world.longest_drop_s))


async def short_drop(world: World) -> None:
    world.conditions(in_range=False)
    await asyncio.sleep(_long(world.rng, 0.1, 10.0))


async def fade(world: World) -> None:
    world.conditions(event_loss=world.rng.uniform(0.5, 0.97))
    await asyncio.sleep(_long(world.rng, 1.0, 60.0))


async def refusals(world: World) -> None:
    world.conditions(in_range=False)
    await asyncio.sleep(6.0)
    world.conditions(refuse_connections=True)
    await asyncio.sleep(_long(world.rng, 1.0, 60.0))


async def no_samples(world: World) -> None:
    """The stack is alive, Status comes, samples do not."""
    await _packets(world, _long(world.rng, 1.0, 30.0), drop=1.0, only_motion=True)


async def silence(world: World) -> None:
    """The link is up and carries nothing."""
    await _packets(world, _long(world.rng, 1.0, 30.0), drop=1.0)


async def reboot(world: World) -> None:
    await world.reboot()


async def dropped(world: World) -> None:
    await _packets(world, 6.0, drop=world.rng.choice((0.05, 0.3, 0.7)), only_motion=True)


async def duplicates(world: World) -> None:
    await _packets(world, 5.0, double=0.5)


async def reordering(world: World) -> None:
    await _packets(world, 5.0, swap=0.4, only_motion=True)


async def garbage(world: World) -> None:
    await _packets(world, 5.0, garbage=0.7)


async def newer_version(world: World) -> None:
    await _packets(world, 5.0, newer=0.7)


async def flood(world: World) -> None:
    await _packets(world, 1.0, flood=500)


async def slow_link(world: World) -> None:
    world.conditions(interval_ms=world.rng.uniform(100.0, 400.0))
    await asyncio.sleep(5.0)


async def everything(world: World) -> None:
    await _packets(world, 5.0, drop=0.1, double=0.1, swap=0.1, garbage=0.2, newer=0.2)


async def disk_full(world: World) -> None:
    """The recording's file may not grow for a while."""
    if sys.platform == "win32":
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        await asyncio.sleep(_long(world.rng, 1.0, 60.0))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def suspend(world: World) -> None:
    """The computer sleeps: its clock has moved when it is back, and the link is gone."""
    loop = asyncio.get_running_loop()
    if isinstance(loop, JumpingLoop):
        world.conditions(in_range=False)
        loop.advance(_long(world.rng, 5.0, 3600.0))
        await asyncio.sleep(0.1)


async def _packets(
    world: World,
    seconds: float,
    *,
    only_motion: bool = False,
    flood: int = 1,
    drop: float = 0.0,
    double: float = 0.0,
    swap: float = 0.0,
    garbage: float = 0.0,
    newer: float = 0.0,
) -> None:
    handle = world.sensor.handle_of(Characteristic.MOTION) if only_motion else None
    faults = PacketFaults(world.rng, drop, double, swap, garbage, newer, flood, handle)
    world.conditions(pdu_filter=faults)
    await asyncio.sleep(seconds)


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        drop,
        short_drop,
        fade,
        refusals,
        no_samples,
        silence,
        reboot,
        dropped,
        duplicates,
        reordering,
        garbage,
        newer_version,
        flood,
        slow_link,
        everything,
        disk_full,
        suspend,
    )
}
"""By name; every kind comes once before any comes again."""
