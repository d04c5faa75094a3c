"""A link, a recorder and a sink for a runner's tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable

from firmware_protocol.commands import Request
from firmware_protocol.ids import Op
from sensorapp.model.actions import Action, Write
from sensorapp.model.device import LinkState
from sensorapp.model.inputs import Input, Stored, Tick
from sensorapp.model.outputs import Output, Summary
from tests.unit.session_support import Clip, of


class ListLink:
    """A link that says what it was given, then waits until it is closed."""

    def __init__(self, items: Iterable[Input], *, stays: bool = False) -> None:
        self._items = items
        self._stays = stays
        self._closed = asyncio.Event()
        self.after_stop: list[Input] = []
        self._stop_seen = asyncio.Event()
        self.performed: list[Action] = []
        self.states: list[LinkState] = []
        self.error: Exception | None = None
        self.close_error: Exception | None = None
        self.closings = 0

    async def inputs(self) -> AsyncIterator[Input]:
        for item in self._items:
            yield item
        if self.error is not None:
            raise self.error
        if self.after_stop:
            await self._stop_seen.wait()
            for item in self.after_stop:
                yield item
        if self._stays:
            await self._closed.wait()

    def perform(self, action: Action) -> None:
        self.performed.append(action)
        if isinstance(action, Write) and Request.unpack(action.data).op == Op.STOP:
            self._stop_seen.set()

    def noted(self, state: LinkState) -> None:
        self.states.append(state)

    async def aclose(self) -> None:
        self.closings += 1
        self._closed.set()
        if self.close_error is not None:
            raise self.close_error


class ListRecorder:
    """A recorder in memory; `troubles` is what its syncs say, one after the other."""

    def __init__(self, troubles: Iterable[str | None] = ()) -> None:
        self.written: list[Input] = []
        self.durable = 0
        self.closed = False
        self._troubles = iter(troubles)

    def write(self, item: Input) -> None:
        assert not self.closed
        self.written.append(item)

    def sync(self) -> str | None:
        self.durable = len(self.written)
        return next(self._troubles, None)

    def close(self) -> None:
        self.closed = True


class Witness:
    """A sink that checks at each input what the recorder has by then."""

    def __init__(self, recorder: ListRecorder | None = None) -> None:
        self.inputs: list[Input] = []
        self.outputs: list[Output] = []
        self._recorder = recorder

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        if self._recorder is not None and not any(isinstance(o, Summary) for o in outputs):
            assert self._recorder.written[-1] is item
            if isinstance(item, Stored):
                assert item.inputs == self._recorder.durable
        self.inputs.append(item)
        self.outputs += outputs


async def at_once(call: Callable[[], str | None]) -> str | None:
    return call()


def ticking(clip: Clip) -> list[Input]:
    """The clip's inputs with a tick after each second."""
    items: list[Input] = []
    second = clip.items[0].host_ns // 10**9
    for item in clip.items:
        if item.host_ns // 10**9 > second:
            second = item.host_ns // 10**9
            items.append(Tick(item.host_ns))
        items.append(item)
    return items


def acks(link: ListLink) -> list[Request]:
    writes = [Request.unpack(action.data) for action in of(Write, link.performed)]
    return [request for request in writes if request.op == Op.ACK]
