"""Keeps the desktop's notes as they are wanted, whatever becomes of the service that shows them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from sensorapp.model.notes import Note, NoteAnswer
from sensorapp.notify.line import DesktopLine, LineFailed
from sensorapp.notify.watch import ServiceWatch


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the desktop is waited for."""

    answer_s: float = 3.0
    """Without an answer for so long the wearer is told that nothing is shown; it is still awaited.
    """
    settle_s: float = 2.0
    """A service that is restarted is back within this: no word of it until then."""
    retry_s: float = 30.0
    """While something is to be shown and can't be, it is tried anew after so long."""
    leave_s: float = 0.5
    """Longest wait at the end for notes to be taken away."""


USUAL = Patience()

_AGAIN = "Desktop notifications are shown again."


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """What was asked for once, and the loop's time from when on it is not worth showing."""

    note: Note
    until_s: float | None


class DesktopNotifier:
    """Implements `Notifier`; works while it is entered as a context.

    A task compares what is wanted with what is shown, and works on the difference through one
    line. A line that fails is given up: what was shown and is still wanted comes again through
    the next one, unless the wearer put it away or its time was over.
    """

    def __init__(
        self,
        answered: Callable[[NoteAnswer], None],
        told: Callable[[str], None],
        patience: Patience = USUAL,
    ) -> None:
        """`answered` hears of buttons and notes put away, `told` one sentence at the onset of
        trouble and one at its end.
        """
        self._answered = answered
        self._told = told
        self._patience = patience
        self._wanted: dict[str, _Wanted] = {}
        self._shown: dict[str, _Wanted] = {}
        self._line: DesktopLine | None = None
        self._watch = ServiceWatch(self._service_gone, self._service_came)
        self._lost = asyncio.Event()
        self._wake = asyncio.Event()
        self._not_before_s = 0.0
        self._failed = self._leaving = False
        self._trouble = ""
        self._worker: asyncio.Task[None] | None = None

    @property
    def trouble(self) -> str:
        """Why nothing is shown, as far as somebody was told; empty while there is none."""
        return self._trouble

    def show(self, note: Note) -> None:
        """Show a note, or as soon as that is possible."""
        until_s = None if note.fresh_s is None else _now_s() + note.fresh_s
        self._wanted[note.key] = _Wanted(note, until_s)
        if self._trouble:
            self._not_before_s = 0.0  # worth another look
        self._wake.set()

    def withdraw(self, key: str) -> None:
        """Take a note away."""
        if self._wanted.pop(key, None) is not None:
            self._wake.set()

    async def __aenter__(self) -> Self:
        """Begin; the service is looked for with the first note."""
        self._worker = asyncio.create_task(self._work())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take away what is shown, for nobody hears its buttons any more; bounded in time."""
        del kind, error, trace
        self._leaving = True
        self._wanted.clear()
        self._wake.set()
        if self._worker is not None:
            await asyncio.wait((self._worker,), timeout=self._patience.leave_s)
            self._worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._worker
        if self._line is not None:
            await self._line.close()
        await self._watch.aclose()

    @property
    def _line_now(self) -> DesktopLine:
        assert self._line is not None
        return self._line

    async def _work(self) -> None:
        while not self._leaving or self._shown:
            await self._due()
            self._wake.clear()
            try:
                await self._catch_up()
            except LineFailed as failure:
                await self._give_up(str(failure))
            except Exception:  # no note is worth a session
                logging.getLogger(__name__).exception("notes")
                await self._give_up("something unexpected happened")

    async def _due(self) -> None:
        """Wait until something changed, or it is time to try again."""
        wait_s = self._not_before_s - _now_s() if self._todo() else None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None if wait_s is None else max(0.0, wait_s)):
                await self._wake.wait()

    def _todo(self) -> list[_Wanted]:
        """What is wanted and not shown."""
        now_s = _now_s()
        for key, wanted in list(self._wanted.items()):
            stale = wanted.until_s is not None and wanted.until_s < now_s
            if stale and key not in self._shown:
                del self._wanted[key]
        return [one for key, one in self._wanted.items() if self._shown.get(key) is not one]

    async def _catch_up(self) -> None:
        if self._lost.is_set():
            await self._leave_line()
        todo = self._todo()
        if self._line is None:
            if not todo or _now_s() < self._not_before_s:
                return
            await self._open()
        for key in [key for key in self._shown if key not in self._wanted]:
            await self._in_time(self._line_now.clear(key))
            self._shown.pop(key, None)
        for wanted in todo:
            key = wanted.note.key
            if self._wanted.get(key) is wanted:
                await self._in_time(self._line_now.show(wanted.note))
                self._shown[key] = wanted
        self._failed = False
        self._say("")

    async def _open(self) -> None:
        self._watch.start()
        self._lost.clear()
        line = self._line = DesktopLine(self._heard)
        await line.load()
        await self._in_time(line.open())

    async def _in_time(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it; tell if it takes too long. Raises `LineFailed` if the service goes meanwhile."""
        task = asyncio.create_task(work)
        lost = asyncio.create_task(self._lost.wait())
        try:
            first = asyncio.FIRST_COMPLETED
            await asyncio.wait((task, lost), timeout=self._patience.answer_s, return_when=first)
            if not task.done() and not lost.done():
                self._say("the notification service does not answer")
                await asyncio.wait((task, lost), return_when=first)
            if not task.done():
                raise LineFailed("the notification service ended")
            task.result()
        finally:
            task.cancel()
            lost.cancel()

    async def _leave_line(self) -> None:
        """What the old service had put away or let expire is not shown by the next one."""
        line, self._line = self._line, None
        self._lost.clear()
        if line is None:
            return
        for key in list(self._shown):
            if not await line.is_showing(key):
                self._wanted.pop(key, None)
        self._shown.clear()
        await line.close()

    async def _give_up(self, reason: str) -> None:
        """Try again soon; the second time in a row it is worth a word, and later is soon enough."""
        await self._leave_line()
        again = self._failed
        self._failed = True
        self._not_before_s = _now_s() + (
            self._patience.retry_s if again else self._patience.settle_s
        )
        if again:
            self._say(reason)

    def _say(self, reason: str) -> None:
        if bool(reason) == bool(self._trouble):
            return
        self._trouble = reason
        self._told(
            f"Desktop notifications can't be shown: {reason}. Alerts are told here."
            if reason
            else _AGAIN
        )

    def _heard(self, answer: NoteAnswer) -> None:
        """What was pressed or put away has been seen: it does not come again."""
        self._wanted.pop(answer.key, None)
        self._shown.pop(answer.key, None)
        self._answered(answer)

    def _service_gone(self) -> None:
        self._lost.set()
        self._not_before_s = _now_s() + self._patience.settle_s
        self._wake.set()

    def _service_came(self) -> None:
        self._not_before_s = 0.0
        self._wake.set()


def _now_s() -> float:
    return asyncio.get_running_loop().time()
