"""How a link is left: in time, in order, whatever the stack does."""

from __future__ import annotations

import asyncio

import pytest

from sensorapp.model.actions import Write
from sensorapp.model.device import LinkState
from sensorapp.model.inputs import (
    Disconnected,
    LinkChanged,
)
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from tests.radio.link_support import (
    DATA,
    ID,
    Stack,
    Tape,
    link_on,
)


@pytest.mark.parametrize("hanging", ["start", "connect", "disconnect", "write"])
def test_leaving_is_bounded_when_the_stack_hangs(hanging: str) -> None:
    async def main() -> None:
        stack = Stack(hang={hanging})
        tape = Tape(link_on(stack, LoopClock()))
        await asyncio.sleep(1.0)
        tape.link.perform(Write(ID, DATA, b"1"))
        await asyncio.sleep(0.1)
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        await tape.link.aclose()
        assert loop.time() - began_s <= 8.0
        await tape.task
        assert tape.states[-1] is LinkState.STOPPED
        assert tape.failure is None

    run_jumping(main())


def test_leaving_while_connecting_hangs_up_the_half_made_connection() -> None:
    async def main() -> None:
        stack = Stack(hang={"connect"})
        tape = Tape(link_on(stack, LoopClock()))
        await tape.state(LinkState.CONNECTING)
        await asyncio.sleep(0.5)
        await asyncio.gather(tape.link.aclose(), tape.link.aclose())
        await tape.task
        assert stack.live.disconnects == 1
        assert not tape.of(Disconnected)

    run_jumping(main())


def test_a_link_closed_before_it_was_read_has_nothing_to_say_but_that() -> None:
    async def main() -> None:
        stack = Stack()
        link = link_on(stack, LoopClock())
        await link.aclose()
        rest = [item async for item in link.inputs()]
        assert [item.state for item in rest if isinstance(item, LinkChanged)] == [LinkState.STOPPED]
        assert stack.calls == []

    run_jumping(main())
