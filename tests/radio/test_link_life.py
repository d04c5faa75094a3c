"""One link over a scripted stack: order, actions, and leaving."""

from __future__ import annotations

import asyncio
import itertools

from bleak.exc import BleakError, BleakGATTProtocolError

from sensorapp.link.ble import BleConnection
from sensorapp.link.reconnect import BleLink
from sensorapp.link.scan import Wanted, find
from sensorapp.model.actions import Read, Reconnect, Subscribe, Write
from sensorapp.model.device import LinkState
from sensorapp.model.inputs import (
    ActionFailed,
    Connected,
    Disconnected,
    LinkChanged,
    Notification,
    Tick,
    ValueRead,
)
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from tests.radio.link_support import (
    ADDRESS,
    DATA,
    ID,
    MISSING,
    NAME,
    SERVICE,
    ScriptedDriver,
    Stack,
    Tape,
    link_on,
)


async def connected(stack: Stack) -> Tape:
    tape = Tape(link_on(stack, LoopClock()))
    await tape.until(Connected)
    return tape


async def streaming(stack: Stack) -> Tape:
    tape = await connected(stack)
    await stream(tape, stack)
    return tape


async def stream(tape: Tape, stack: Stack) -> None:
    tape.link.perform(Subscribe(ID, DATA))
    await tape.seen(lambda: bool(stack.live.listeners), 5.0)
    stack.live.push(b"first")
    await asyncio.sleep(0)
    tape.link.noted(LinkState.STREAMING)
    await tape.state(LinkState.STREAMING)


def test_a_whole_life_in_order() -> None:
    async def main() -> None:
        stack = Stack()
        tape = await streaming(stack)
        tape.link.perform(Write(ID, DATA, b"stop"))
        await tape.link.aclose()
        await tape.task

        assert tape.states == [
            LinkState.SCANNING,
            LinkState.CONNECTING,
            LinkState.PREPARING,
            LinkState.STREAMING,
            LinkState.STOPPED,
        ]
        kinds = [type(item) for item in tape.inputs if not isinstance(item, LinkChanged | Tick)]
        assert kinds == [Connected, Notification, Disconnected]
        up = tape.of(Connected)[0]
        assert (up.driver, up.name, up.address) == ("scripted", NAME, ADDRESS)
        assert tape.of(Notification)[0].data == b"first"
        assert tape.of(Disconnected)[0].wanted
        assert stack.live.writes == [b"stop"]
        times = [item.host_ns for item in tape.inputs]
        assert times == sorted(times)
        assert tape.failure is None

    run_jumping(main())


def test_scans_name_the_services_and_nothing_runs_beside_them() -> None:
    async def main() -> None:
        stack = Stack(connects=[BleakError("0x3E")] * 7)
        tape = await connected(stack)
        await tape.link.aclose()
        assert stack.scanned_for
        assert all(services == [SERVICE] for services in stack.scanned_for)
        assert stack.most_busy == 1

    run_jumping(main())


def test_two_links_on_one_radio_take_turns() -> None:
    async def main() -> None:
        stack = Stack(connects=[BleakError("0x3E")] * 5)
        radio = stack.radio()
        tapes = [
            Tape(BleLink(radio, [ScriptedDriver()], LoopClock(), sensor_id=name)) for name in "ab"
        ]
        for tape in tapes:
            await tape.until(Connected)
        assert stack.most_busy == 1
        for tape in tapes:
            await tape.link.aclose()

    run_jumping(main())


def test_hanging_up_goes_on_when_its_caller_is_cancelled() -> None:
    async def main() -> None:
        stack = Stack()
        sighting = await find(stack.radio(), [ScriptedDriver()], Wanted(), 5.0)
        connection = BleConnection(stack.radio(), sighting, ID, LoopClock(), lambda _: None)
        await connection.connect()
        hanging_up = asyncio.create_task(connection.hang_up())
        await asyncio.sleep(0.005)
        hanging_up.cancel()
        await asyncio.sleep(0.1)
        assert hanging_up.cancelled()
        assert not stack.live.is_connected

    run_jumping(main())


def test_a_dead_client_that_never_hangs_up_holds_nobody_back() -> None:
    async def main() -> None:
        stack = Stack(hang={"disconnect"})
        tape = await streaming(stack)
        stack.live.drop()
        await tape.until(Disconnected, within_s=0.1)
        await tape.until(Connected, 2, within_s=6.0)
        await tape.link.aclose()

    run_jumping(main())


def test_ticks_come_each_second_whatever_the_link_does() -> None:
    async def main() -> None:
        tape = Tape(link_on(Stack(present=False), LoopClock()))
        await asyncio.sleep(30.5)
        ticks = [item.host_ns for item in tape.of(Tick)]
        assert len(ticks) == 30
        assert all(
            abs(later - earlier - 10**9) < 10**6 for earlier, later in itertools.pairwise(ticks)
        )
        await tape.link.aclose()

    run_jumping(main())


def test_actions_are_carried_out_in_their_order() -> None:
    async def main() -> None:
        stack = Stack()
        tape = await connected(stack)
        for action in (
            Subscribe(ID, DATA),
            Read(ID, DATA),
            Write(ID, DATA, b"1"),
            Write(ID, DATA, b"2", response=False),
        ):
            tape.link.perform(action)
        await tape.link.aclose()
        await tape.task
        assert stack.called("subscribe", "read", "write", "disconnect") == [
            "subscribe",
            "read",
            "write",
            "write",
            "disconnect",
        ]
        assert stack.live.writes == [b"1", b"2"]
        assert tape.of(ValueRead)[0].data == b"value"

    run_jumping(main())


def test_a_refused_action_is_reported_and_the_connection_goes_on() -> None:
    async def main() -> None:
        stack = Stack(ask_error=BleakGATTProtocolError(0xFD))
        tape = await connected(stack)
        tape.link.perform(Write(ID, DATA, b"1"))
        await tape.until(ActionFailed)
        stack.ask_error = None
        tape.link.perform(Read(ID, DATA))
        await tape.until(ValueRead)
        failed = tape.of(ActionFailed)
        assert [(item.action, item.channel) for item in failed] == [("Write", DATA)]
        assert "0xFD" in failed[0].message
        await tape.link.aclose()

    run_jumping(main())


def test_a_cancellation_that_nobody_asked_for_is_a_lost_link() -> None:
    async def main() -> None:
        stack = Stack()
        tape = await streaming(stack)
        stack.ask_error = asyncio.CancelledError()
        tape.link.perform(Write(ID, DATA, b"1"))
        await tape.until(Disconnected, within_s=0.5)
        assert not tape.of(Disconnected)[0].wanted
        assert tape.of(ActionFailed)
        stack.ask_error = None
        await tape.until(Connected, 2)
        await tape.link.aclose()
        assert tape.failure is None

    run_jumping(main())


def test_an_action_that_never_returns_ends_the_connection() -> None:
    async def main() -> None:
        stack = Stack(hang={"write"})
        tape = await connected(stack)
        tape.link.perform(Write(ID, DATA, b"1"))
        tape.link.perform(Write(ID, DATA, b"2"))
        await tape.until(Disconnected)
        assert len(tape.of(ActionFailed)) == 2
        await tape.link.aclose()

    run_jumping(main())


def test_actions_under_way_and_queued_at_a_loss_are_reported() -> None:
    async def main() -> None:
        stack = Stack(hang={"write"})
        tape = await connected(stack)
        tape.link.perform(Write(ID, DATA, b"1"))
        tape.link.perform(Read(ID, DATA))
        await asyncio.sleep(0.5)
        stack.live.drop()
        await tape.until(Disconnected)
        assert [item.action for item in tape.of(ActionFailed)] == ["Write", "Read"]
        await tape.link.aclose()

    run_jumping(main())


class LidClock(LoopClock):
    """A clock of a computer that was asleep: time went on, the loop's did not."""

    asleep_ns = 0

    def now_ns(self) -> int:
        return super().now_ns() + self.asleep_ns


def test_an_hour_of_sleep_makes_no_burst_of_ticks() -> None:
    async def main() -> None:
        clock = LidClock()
        tape = Tape(link_on(Stack(present=False), clock))
        await asyncio.sleep(5.5)
        clock.asleep_ns = 3_600 * 10**9
        await asyncio.sleep(5.5)
        ticks = [item.host_ns for item in tape.of(Tick)]
        assert 10 <= len(ticks) <= 12
        assert ticks[-1] - ticks[0] > 3_600 * 10**9
        await tape.link.aclose()

    run_jumping(main())


def test_an_answer_to_an_old_connection_never_reaches_a_new_one() -> None:
    async def main() -> None:
        stack = Stack()
        link = link_on(stack, LoopClock())
        inputs = link.inputs()
        async for item in inputs:
            if isinstance(item, Connected):
                break
        stack.live.drop()
        await asyncio.sleep(5.0)  # meanwhile there is a new connection that nobody read of
        assert len(stack.clients) == 2
        async for item in link.inputs():
            if isinstance(item, Disconnected):
                break
        link.noted(LinkState.STREAMING)
        link.perform(Write(ID, DATA, b"late"))
        link.perform(Reconnect(ID, "late"))
        await asyncio.sleep(1.0)
        assert stack.live.writes == []
        assert len(stack.clients) == 2
        await link.aclose()
        rest = [item async for item in link.inputs()]
        assert any(isinstance(item, ActionFailed) for item in rest)
        states = [item.state for item in rest if isinstance(item, LinkChanged)]
        assert LinkState.STREAMING not in states

    run_jumping(main())


def test_before_any_connection_an_action_fails_politely() -> None:
    async def main() -> None:
        tape = Tape(link_on(Stack(present=False), LoopClock()))
        tape.link.perform(Read(ID, DATA))
        tape.link.perform(Reconnect(ID, "why not"))
        await tape.until(ActionFailed)
        assert len(tape.of(ActionFailed)) == 1
        await tape.link.aclose()

    run_jumping(main())


def test_a_missing_characteristic_is_looked_for_once_more_then_said() -> None:
    async def main() -> None:
        stack = Stack()
        tape = await connected(stack)
        tape.link.perform(Subscribe(ID, MISSING))
        await tape.until(Connected, 2)
        assert len(tape.of(ActionFailed)) == 1
        tape.link.perform(Subscribe(ID, MISSING))
        await tape.until(ActionFailed, 2)
        await asyncio.sleep(5.0)
        assert len(stack.clients) == 2
        assert "does not offer" in tape.of(ActionFailed)[1].message
        await tape.link.aclose()

    run_jumping(main())


def test_reconnect_makes_a_new_connection_for_the_reason_given() -> None:
    async def main() -> None:
        stack = Stack()
        tape = await streaming(stack)
        tape.link.perform(Reconnect(ID, "The sensor asked for it."))
        await tape.until(Connected, 2)
        gone = tape.of(Disconnected)[0]
        assert (gone.wanted, gone.reason) == (False, "The sensor asked for it.")
        assert stack.clients[0].disconnects == 1
        await tape.link.aclose()

    run_jumping(main())


def test_nothing_of_a_connection_comes_after_its_end() -> None:
    async def main() -> None:
        stack = Stack()
        tape = await streaming(stack)
        old = stack.live
        old.drop()
        old.push(b"ghost")
        await tape.until(Connected, 2)
        old.push(b"ghost")
        await asyncio.sleep(0.1)
        assert [item.data for item in tape.of(Notification)] == [b"first"]
        await tape.link.aclose()

    run_jumping(main())
