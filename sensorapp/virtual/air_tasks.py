"""Work that must not be stopped half-way.

Bumble can't withdraw an HCI command or a GATT request: if its caller is cancelled while the
answer is under way, that answer is taken for the answer to the next one. So such work goes
on in a task of its own, whatever becomes of the caller.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")

_running: set[asyncio.Task[Any]] = set()
"""The event loop keeps only weak references to tasks."""


def in_background(work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
    """Start `work` and keep it alive until it ends."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def in_one_piece(work: Coroutine[Any, Any, _T]) -> _T:
    """Wait for `work`; if the caller is cancelled, `work` still goes on to its end."""
    return await asyncio.shield(in_background(work))
