"""The clock of this computer.

Inputs are stamped on a clock that never steps and goes on counting while the computer
sleeps: after an hour with the lid closed an hour must have passed, or a silence would be
taken for seconds. Python's `time.monotonic` gives no such promise, so each system is asked
for the clock that does.
"""

from __future__ import annotations

import asyncio
import sys
import time

_LONGEST_SLEEP_S = 1.0
"""Event loops don't count suspend, so long waits are taken in steps and checked again."""

_NS_PER_S = 1_000_000_000


def system_now_ns() -> int:
    """Nanoseconds since the system started, suspend included.

    Linux: CLOCK_BOOTTIME; its CLOCK_MONOTONIC stops during suspend. macOS:
    CLOCK_MONOTONIC_RAW, which reads mach_continuous_time and counts through sleep, whereas
    `time.monotonic` reads mach_absolute_time and does not, and CLOCK_MONOTONIC there is
    made from the wall clock in microseconds. Windows: QueryPerformanceCounter, which
    includes sleep, through `time.perf_counter_ns`; `time.monotonic` of Python before 3.13
    moves in steps of 15.6 ms there, a packet and a half. Other systems get `time.monotonic`.
    """
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":  # noqa: RET505 the type checker follows elif, one system each
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)
    elif sys.platform == "win32":
        return time.perf_counter_ns()
    else:
        return time.monotonic_ns()


class HostClock:
    """The clock of this computer; implements `sensorapp.ports.Clock`."""

    def now_ns(self) -> int:
        """Nanoseconds since the system started, suspend included."""
        return system_now_ns()

    async def sleep_until(self, t_ns: int) -> None:
        """Return once `now_ns()` has reached `t_ns`, within a second after a suspend."""
        while (left_ns := t_ns - self.now_ns()) > 0:  # noqa: ASYNC110 time is the event
            await asyncio.sleep(min(left_ns / _NS_PER_S, _LONGEST_SLEEP_S))
