"""An event loop that does not wait: when nothing is ready its clock jumps to the next timer.

A minute of a virtual sensor then takes about a second of processor time and, because
computing takes no time on the loop's clock, every run with the same seeds is the same.
Whatever tells time by `loop.time()` (asyncio, bleak, Bumble, `LoopClock`) is in step.

Limits, stated plainly:

* What tells time by other clocks (`time.monotonic`, `time.sleep`, the kernel) is not in
  step.
* While a job of `run_in_executor` or `to_thread` is pending, or a socket, pipe or child
  process is registered with the loop, the loop waits really, because nobody can know when
  that will answer. Its clock then advances by the time that passed, and runs are no longer
  repeatable.
* A thread that nobody announced (one that only calls `call_soon_threadsafe`) is not
  waited for while a timer is set; with no timer at all the loop waits really.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import selectors
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")

_START_S = 1000.0
"""Where the loop's clock begins: not at 0, which is too easily taken for "unknown"."""


class JumpingLoop(asyncio.SelectorEventLoop):
    """A selector event loop on a clock of its own; works on every platform."""

    def __init__(self) -> None:
        self._now_s = _START_S
        self._jobs: set[asyncio.Future[Any]] = set()
        self._own_files = 0
        selector = _JumpingSelector(self)
        super().__init__(selector)
        self._own_files = len(selector.get_map())

    def time(self) -> float:
        """Seconds on the jumping clock."""
        return self._now_s

    def advance(self, dt_s: float) -> None:
        """Move the clock on; for the selector."""
        self._now_s += dt_s

    def must_wait(self, files: int) -> bool:
        """Whether something outside this loop may still answer; `files` are registered."""
        return bool(self._jobs) or files > self._own_files

    def run_in_executor(
        self,
        executor: concurrent.futures.Executor | None,
        func: Callable[[*_Ts], _T],
        *args: *_Ts,
    ) -> asyncio.Future[_T]:
        """Like the base class's, but remembered, so that the clock does not jump over it."""
        job: asyncio.Future[_T] = super().run_in_executor(executor, func, *args)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        return job

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109, ARG002  # the base class's
        """Wait really for the threads to end; no timeout, for it would be over in a jump."""
        ending = self.create_future()
        self._jobs.add(ending)
        try:
            await super().shutdown_default_executor()
        finally:
            self._jobs.discard(ending)


class _JumpingSelector(selectors.BaseSelector):
    """Passes everything on to the platform's selector, except waiting."""

    def __init__(self, loop: JumpingLoop) -> None:
        self._loop = loop
        self._real = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None:
            return self._real.select(None)
        if self._loop.must_wait(len(self._real.get_map())):
            started_s = time.monotonic()
            ready = self._real.select(timeout)
            waited_s = time.monotonic() - started_s
            self._loop.advance(min(waited_s, timeout) if ready else timeout)
            return ready
        self._loop.advance(timeout)
        return []

    def register(
        self, fileobj: FileDescriptorLike, events: int, data: Any = None
    ) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: FileDescriptorLike) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(
        self, fileobj: FileDescriptorLike, events: int, data: Any = None
    ) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[FileDescriptorLike, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()


class LoopClock:
    """The running loop's time as a `Clock`; on a jumping loop it jumps, else it is real."""

    def now_ns(self) -> int:
        """Nanoseconds on the running loop's clock."""
        return round(asyncio.get_running_loop().time() * 1e9)

    async def sleep_until(self, t_ns: int) -> None:
        """Return once `now_ns()` has reached `t_ns`."""
        # A loop's timers may fire early by the resolution of its clock (16 ms on Windows).
        while (left_ns := t_ns - self.now_ns()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left_ns / 1e9)


def run_jumping(main: Coroutine[Any, Any, _T], *, limit_s: float | None = None) -> _T:
    """Run `main` to its end on a new `JumpingLoop` and return its result, as asyncio.run.

    Raises `TimeoutError` if it has not ended by `limit_s` on the loop's clock: where nothing
    waits, waiting for ever is a busy loop.
    """
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(_limited(main, limit_s))


async def _limited(main: Coroutine[Any, Any, _T], limit_s: float | None) -> _T:
    async with asyncio.timeout(limit_s):
        return await main
