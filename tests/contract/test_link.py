"""What every link owes to the runner: a live one, a replay, one in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from sensorapp.link.replay import ReplayLink
from sensorapp.model.actions import Action, Read, Reconnect, Subscribe, Write
from sensorapp.model.device import LinkState
from sensorapp.model.inputs import Connected, Disconnected, Input, LinkChanged, Notification, Tick
from sensorapp.ports import Clock, Link
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from tests.radio.link_support import DATA, Stack, link_on

ID = "sensor"
S = 1_000_000_000
RECORDED: list[Input] = [
    LinkChanged(1 * S, ID, LinkState.PREPARING),
    Connected(1 * S, ID, "scripted", "TP", "C2"),
    *(Notification(2 * S + number * S // 10, ID, DATA, b"data") for number in range(600)),
]


class MemoryLink:
    """The least that is a link: a connection that carries a packet each 0.1 s."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open = True

    async def inputs(self) -> AsyncIterator[Input]:
        yield Connected(self._clock.now_ns(), ID, "memory", "TP", "C2")
        while self._open:
            await self._clock.sleep_until(self._clock.now_ns() + S // 10)
            yield Notification(self._clock.now_ns(), ID, DATA, b"data")
        yield Disconnected(self._clock.now_ns(), ID, wanted=True)

    def perform(self, action: Action) -> None:
        pass

    def noted(self, state: LinkState) -> None:
        pass

    async def aclose(self) -> None:
        self._open = False


def ble() -> Link:
    return link_on(Stack(), LoopClock())


def ble_without_a_sensor() -> Link:
    return link_on(Stack(present=False), LoopClock())


def ble_that_hangs() -> Link:
    return link_on(Stack(hang={"connect", "disconnect"}), LoopClock())


def replay() -> Link:
    return ReplayLink(RECORDED, LoopClock(), 1.0)


def memory() -> Link:
    return MemoryLink(LoopClock())


every_link = pytest.mark.parametrize(
    "make", [ble, ble_without_a_sensor, ble_that_hangs, replay, memory]
)
ACTIONS = (
    Subscribe(ID, DATA),
    Read(ID, DATA),
    Write(ID, DATA, b"1"),
    Write("another", "nowhere", b""),
    Reconnect(ID, "why not"),
)


async def read(link: Link, inputs: list[Input]) -> None:
    inputs.extend([item async for item in link.inputs()])


def play(make: Callable[[], Link], *, then: float, act: Callable[[Link], None]) -> list[Input]:
    """Read a link for a while, act on it, close it, and read what is left."""
    inputs: list[Input] = []

    async def main() -> None:
        link = make()
        reading = asyncio.create_task(read(link, inputs))
        await asyncio.sleep(then)
        act(link)
        await asyncio.sleep(then)
        async with asyncio.timeout(10.0):
            await link.aclose()
            await link.aclose()
            await reading

    run_jumping(main())
    return inputs


@every_link
def test_inputs_come_in_the_order_of_their_times(make: Callable[[], Link]) -> None:
    inputs = play(make, then=3.0, act=lambda link: None)
    times = [item.host_ns for item in inputs]
    assert times == sorted(times)
    assert inputs


@every_link
def test_closing_ends_the_inputs_soon_and_twice_is_once(make: Callable[[], Link]) -> None:
    inputs = play(make, then=0.0, act=lambda link: None)
    again = play(make, then=30.0, act=lambda link: None)
    assert len(inputs) <= len(again)


@every_link
def test_actions_and_notes_never_raise_nor_end_anything(make: Callable[[], Link]) -> None:
    def act(link: Link) -> None:
        for action in ACTIONS:
            link.perform(action)
        for state in LinkState:
            link.noted(state)

    inputs = play(make, then=2.0, act=act)
    assert inputs


@every_link
def test_actions_after_the_end_are_harmless(make: Callable[[], Link]) -> None:
    async def main() -> None:
        link = make()
        await link.aclose()
        for action in ACTIONS:
            link.perform(action)
        link.noted(LinkState.STREAMING)
        async with asyncio.timeout(10.0):
            rest = [item async for item in link.inputs()]
        assert all(isinstance(item, LinkChanged | Connected | Disconnected) for item in rest)

    run_jumping(main())


@every_link
def test_between_two_connections_there_is_an_end(make: Callable[[], Link]) -> None:
    inputs = play(make, then=40.0, act=lambda link: link.perform(Reconnect(ID, "again")))
    up = False
    for item in inputs:
        if isinstance(item, Connected):
            assert not up
            up = True
        elif isinstance(item, Disconnected):
            assert up
            up = False
        elif not isinstance(item, LinkChanged | Tick):
            assert up
