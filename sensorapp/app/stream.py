"""A running session as screens and the command line see it, and how it is brought to an end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from sensorapp.app.channels import Channels
from sensorapp.app.logs import logs
from sensorapp.app.plain_keys import PlainKeys
from sensorapp.app.plain_setup import PlainSetup
from sensorapp.app.settings_book import SettingsFileBook
from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Output
from sensorapp.runner import Runner
from sensorapp.session.state import SessionState
from sensorapp.signal.filters import load_scipy
from sensorapp.tui.source import ProfileDesk, Setup


class Stream:
    """Implements the screen's `LiveSource` over a runner.

    `ended` is awaited beside the pump: when it returns, the stream is left as if the user
    had asked. `around` (a virtual sensor, say) and `channels` are entered
    while the stream runs.
    """

    def __init__(
        self,
        runner: Runner,
        *,
        leave: Callable[[], Awaitable[None]] | None = None,
        ended: Callable[[], Awaitable[object]] | None = None,
        around: AbstractAsyncContextManager[object] | None = None,
        takes_commands: bool = True,
        rings: Callable[[], bool] = lambda: True,
        channels: Channels | None = None,
        setup: Setup | None = None,
        plain_setup: PlainSetup | None = None,
        keys: PlainKeys | None = None,
        profiles: ProfileDesk | None = None,
    ) -> None:
        self._runner = runner
        self._leave = leave or runner.stop
        self._ended = ended
        self._around = around or contextlib.nullcontext()
        self._channels = channels or contextlib.nullcontext()
        if channels is not None:
            channels.join(runner)
        self._takes_commands = takes_commands
        self._rings = rings
        self.setup = setup
        self._plain_setup = plain_setup
        self._keys = keys
        self.profiles = profiles
        self._closing: tuple[Output, ...] = ()
        self._finished = False

    @property
    def finished(self) -> bool:
        """True once nothing more will come."""
        return self._finished

    @property
    def takes_commands(self) -> bool:
        """False for a replay: what was pressed then is among its inputs."""
        return self._takes_commands

    @property
    def rings(self) -> bool:
        """Whether an alert or a reminder rings the bell now."""
        return self._rings()

    @property
    def closing(self) -> tuple[Output, ...]:
        """What the session said at its end, summary last."""
        return self._closing

    def state(self) -> SessionState:
        """What is known now; a replay does not record, whatever was done on its day."""
        state = self._runner.session.state
        if self._takes_commands:
            return state
        return replace(state, recording=None, recording_trouble="")

    def send(self, command: Command, value: float | None) -> None:
        """Pass on what the user pressed; a replay has its own user."""
        if self._takes_commands and not self._finished:
            self._runner.send(command, value)

    async def run(self) -> None:
        """Pump until the stream ends by itself, is ended, or this is cancelled.

        A cancellation (Ctrl-C, quitting the screen) leaves cleanly and then returns: it is
        how a user ends a stream, not a failure.
        """
        if self._plain_setup is not None and self.setup is not None:
            self._plain_setup.begin(self, self.setup.desk)
        if self._keys is not None:
            self._keys.begin(self, self.profiles)
        async with self._channels, self._around:
            pump = asyncio.create_task(self._pump())
            end = asyncio.ensure_future(self._ended() if self._ended else _never())
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait((pump, end), return_when=asyncio.FIRST_COMPLETED)
            end.cancel()
            try:
                if not pump.done():
                    await self._leave()
                self._closing = await pump
            finally:
                self._finished = True

    async def _pump(self) -> tuple[Output, ...]:
        """The filters are loaded first: with the first samples it would hold up the screen."""
        await asyncio.to_thread(load_scipy)
        return await self._runner.run()


async def _never() -> object:
    return await asyncio.Event().wait()


def run_stream(
    make: Callable[[], Stream], screen_title: str | None, book: SettingsFileBook | None = None
) -> tuple[Output, ...]:
    """Run a stream to its end, on the live screen if it has a title; the closing outputs.

    `book` are the settings that the screen offers.
    `make` is called inside the event loop. Raises what ended the stream early.
    """
    with logs(screen=screen_title is not None):
        if screen_title is not None:
            return _run_on_screen(make, screen_title, book)
        return asyncio.run(_run_plain(make))


async def _run_plain(make: Callable[[], Stream]) -> tuple[Output, ...]:
    stream = make()
    async with _ended_by_signals():
        await stream.run()
    return stream.closing


def _run_on_screen(
    make: Callable[[], Stream], title: str, book: SettingsFileBook | None
) -> tuple[Output, ...]:
    from sensorapp.tui.app import LiveApp

    async def run() -> tuple[tuple[Output, ...], BaseException | None]:
        stream = make()
        app = LiveApp(stream, title, setup=stream.setup, book=book, profiles=stream.profiles)
        await app.run_async()
        return stream.closing, app.error

    closing, error = asyncio.run(run())
    if error is not None:
        raise error
    return closing


@asynccontextmanager
async def _ended_by_signals() -> AsyncIterator[None]:
    """SIGTERM ends a stream like Ctrl-C (which asyncio turns into a cancellation itself)."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError, ValueError):  # Windows; not the main thread
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    yield
