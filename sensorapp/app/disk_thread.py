"""A thread for a disk that may never answer."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable


async def in_disk_thread(call: Callable[[], str | None]) -> str | None:
    """Run a call that may block, as `asyncio.to_thread` does, in a thread that nobody waits for.

    asyncio waits for its own threads before it ends, and so would the program, for as long as a
    disk is silent. This one ends with the program.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str | None] = loop.create_future()

    def settle(said: str | None, error: Exception | None) -> None:
        if answer.done():
            return  # nobody waits any more
        if error is None:
            answer.set_result(said)
        else:
            answer.set_exception(error)

    def work() -> None:
        said, failed = None, None
        try:
            said = call()
        except Exception as error:  # noqa: BLE001 raised again where it is waited for
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, said, failed)

    threading.Thread(target=work, name="disk", daemon=True).start()
    return await answer
