"""The loop that jumps: its clock, and the cases where it must wait after all."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

import pytest

from sensorapp.virtual.jumping_loop import JumpingLoop, LoopClock, run_jumping


def test_an_hour_of_sleeping_takes_no_time_and_exactly_an_hour() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        for _ in range(3600):
            await asyncio.sleep(1.0)
        return loop.time() - started_s

    started_s = time.monotonic()
    assert run_jumping(main()) == pytest.approx(3600.0, abs=1e-6)
    assert time.monotonic() - started_s < 10.0


def test_timers_fire_in_order_and_not_before_their_time() -> None:
    async def main() -> list[tuple[str, float]]:
        loop = asyncio.get_running_loop()
        zero_s = loop.time()
        fired: list[tuple[str, float]] = []

        def note(name: str) -> None:
            fired.append((name, loop.time() - zero_s))

        for name, delay_s in (("c", 3.0), ("a", 0.1), ("b", 0.1 + 1e-7)):
            loop.call_later(delay_s, note, name)
        await asyncio.sleep(5.0)
        return fired

    fired = run_jumping(main())
    assert [name for name, _ in fired] == ["a", "b", "c"]
    assert [t_s for _, t_s in fired] == pytest.approx([0.1, 0.1 + 1e-7, 3.0], abs=2e-9)


def test_computing_takes_no_time_on_the_loops_clock() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        sum(range(200_000))
        await asyncio.sleep(0)
        return loop.time() - started_s

    assert run_jumping(main()) == 0.0


def test_a_job_in_a_thread_is_waited_for_although_a_timer_is_set() -> None:
    async def main() -> str:
        async with asyncio.timeout(5.0):
            return await asyncio.to_thread(_slow_answer)

    assert run_jumping(main()) == "done"


def test_a_socket_is_waited_for_although_a_timer_is_set() -> None:
    async def main() -> bytes:
        loop = asyncio.get_running_loop()
        here, there = socket.socketpair()
        sender = threading.Timer(0.05, there.sendall, (b"late",))
        here.setblocking(False)
        try:
            async with asyncio.timeout(5.0):
                reading = asyncio.ensure_future(loop.sock_recv(here, 16))
                await asyncio.sleep(0)
                sender.start()
                return await reading
        finally:
            sender.join()
            here.close()
            there.close()

    assert run_jumping(main()) == b"late"


def test_after_the_job_the_clock_jumps_again() -> None:
    async def main() -> None:
        await asyncio.to_thread(_slow_answer)
        await asyncio.sleep(1000.0)

    started_s = time.monotonic()
    run_jumping(main())
    assert time.monotonic() - started_s < 10.0


def test_what_never_ends_ends_at_the_limit() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()

        def again() -> None:
            loop.call_later(1.0, again)

        again()
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        run_jumping(main(), limit_s=60.0)


def test_the_loop_clock_sleeps_until_an_instant_and_returns_at_once_if_it_is_past() -> None:
    async def main() -> tuple[int, int]:
        clock = LoopClock()
        target_ns = clock.now_ns() + 1_234_567_891
        await clock.sleep_until(target_ns)
        reached_ns = clock.now_ns()
        await clock.sleep_until(target_ns - 1)
        assert clock.now_ns() == reached_ns
        return target_ns, reached_ns

    target_ns, reached_ns = run_jumping(main())
    assert 0 <= reached_ns - target_ns <= 2


def test_two_runs_read_the_same_times() -> None:
    async def main() -> list[float]:
        loop = asyncio.get_running_loop()
        times = []
        for step in range(50):
            await asyncio.sleep(0.001 * step)
            times.append(loop.time())
        return times

    assert run_jumping(main()) == run_jumping(main())


def test_it_is_a_loop_that_asyncio_runner_can_make_anywhere() -> None:
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        assert isinstance(runner.get_loop(), asyncio.SelectorEventLoop)


def _slow_answer() -> str:
    end_s = time.monotonic() + 0.05
    while time.monotonic() < end_s:
        sum(range(1000))
    return "done"
