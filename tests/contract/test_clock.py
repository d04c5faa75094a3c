"""What every clock owes to those who read it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine

import pytest

from sensorapp.link.host_clock import HostClock
from sensorapp.ports import Clock
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping

MS = 1_000_000

Main = Coroutine[object, object, None]
Play = Callable[[Main], None]

CLOCKS = [
    pytest.param(HostClock, asyncio.run, 5 * MS, id="host"),
    pytest.param(LoopClock, asyncio.run, 5 * MS, id="loop"),
    pytest.param(LoopClock, run_jumping, 86_400_000 * MS, id="jumping"),
]
every_clock = pytest.mark.parametrize(("make", "play", "span_ns"), CLOCKS)


@every_clock
def test_time_is_whole_and_never_goes_back(
    make: Callable[[], Clock], play: Play, span_ns: int
) -> None:
    async def main() -> None:
        clock = make()
        times = [clock.now_ns() for _ in range(100)]
        assert all(type(t_ns) is int for t_ns in times)
        assert times == sorted(times)
        assert times[0] > 0

    play(main())


@every_clock
def test_sleeping_ends_at_its_time_and_not_before(
    make: Callable[[], Clock], play: Play, span_ns: int
) -> None:
    async def main() -> None:
        clock = make()
        due_ns = clock.now_ns() + span_ns
        await clock.sleep_until(due_ns)
        assert due_ns <= clock.now_ns() <= due_ns + 2_000 * MS

    play(main())


@every_clock
def test_a_time_gone_by_costs_no_sleep(make: Callable[[], Clock], play: Play, span_ns: int) -> None:
    async def main() -> None:
        clock = make()
        before_ns = clock.now_ns()
        for past_ns in (before_ns, before_ns - span_ns, 0, -1):
            await clock.sleep_until(past_ns)
        assert clock.now_ns() - before_ns < 1_000 * MS

    play(main())


@every_clock
def test_a_sleep_can_be_cancelled(make: Callable[[], Clock], play: Play, span_ns: int) -> None:
    async def main() -> None:
        clock = make()
        sleeping = asyncio.create_task(clock.sleep_until(clock.now_ns() + 10**18))
        await asyncio.sleep(0)
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping

    play(main())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other clocks")
def test_the_host_clock_counts_through_suspend() -> None:
    if sys.platform == "linux":
        before_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        now_ns = HostClock().now_ns()
        assert before_ns <= now_ns <= time.clock_gettime_ns(time.CLOCK_BOOTTIME)
