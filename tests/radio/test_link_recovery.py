"""What the link does when things go wrong, and how soon; on a clock that jumps."""

from __future__ import annotations

import asyncio
import logging
import random
from itertools import pairwise

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.link.backoff import Backoff
from sensorapp.link.inbox import Inbox
from sensorapp.link.watchdog import Silence, Watchdog
from sensorapp.model.actions import Subscribe
from sensorapp.model.device import LinkState
from sensorapp.model.errors import DeviceNotFound, RadioUnavailable
from sensorapp.model.inputs import (
    Connected,
    Disconnected,
    LinkChanged,
    Notification,
    Tick,
)
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from tests.radio.link_support import DATA, ID, Stack, Tape, link_on
from tests.radio.test_link_life import stream, streaming

OFF = BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF)
S = 1_000_000_000


async def feed(stack: Stack, seconds: float, period_s: float = 0.1) -> None:
    for _ in range(round(seconds / period_s)):
        await asyncio.sleep(period_s)
        stack.live.push(b"data")


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_delays_grow_to_half_a_minute_and_no_further(seed: int, failures: int) -> None:
    backoff = Backoff(random.Random(seed))
    delays = [backoff.failed() for _ in range(failures)]
    assert delays[0] == 0.0
    full = [0.25, 0.5, 1, 2, 4, 8, 16, 30] + [30] * failures
    for delay_s, full_s in zip(delays[1:], full, strict=False):
        assert 0.75 * full_s <= delay_s <= full_s
    backoff.reset()
    assert backoff.failed() == 0.0


def test_refused_connections_are_tried_again_and_then_looked_for_again() -> None:
    async def main() -> None:
        stack = Stack(connects=[BleakError("refused")] * 4)
        tape = Tape(link_on(stack, LoopClock()))
        await tape.until(Connected)
        assert stack.called("start", "connect") == [
            "start",
            "connect",
            "connect",
            "connect",
            "start",
            "connect",
            "start",
            "connect",
        ]
        dials = [at_s for at_s, name in stack.calls if name == "connect"]
        gaps = [later - earlier for earlier, later in pairwise(dials)]
        assert gaps[0] < 0.1
        assert 0.18 <= gaps[1] <= 0.35
        assert 0.37 <= gaps[2] <= 0.75
        assert 0.75 <= gaps[3] <= 1.25
        assert all(client.disconnects == 1 for client in stack.clients[:-1])
        assert LinkState.RECOVERING not in tape.states
        await tape.link.aclose()

    run_jumping(main())


def test_a_lost_link_is_dialled_at_once_and_logged_once_each_way(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        stack = Stack()
        tape = await streaming(stack)
        await feed(stack, 11.0)
        stack.connects = [BleakError("0x3E")]
        lost_s = asyncio.get_running_loop().time()
        stack.live.drop()
        await tape.until(Connected, 2)
        assert asyncio.get_running_loop().time() - lost_s < 1.0
        await stream(tape, stack)
        assert tape.states[-3:] == [
            LinkState.RECOVERING,
            LinkState.PREPARING,
            LinkState.STREAMING,
        ]
        assert stack.clients[0].disconnects == 1
        assert stack.called("start") == ["start"]
        await tape.link.aclose()

    with caplog.at_level(logging.INFO, "sensorapp.link"):
        run_jumping(main())
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert "lost" in lines[0]
    assert "back after 0." in lines[1]


def test_short_lived_streams_are_retried_ever_later_and_steady_ones_at_once() -> None:
    async def main() -> None:
        stack = Stack()
        tape = await streaming(stack)
        waits = []
        for lived_s in (1.0, 1.0, 1.0, 1.0, 12.0):
            await feed(stack, lived_s)
            count = len(tape.of(Connected))
            lost_s = asyncio.get_running_loop().time()
            stack.live.drop()
            waits.append(await tape.until(Connected, count + 1) - lost_s)
            await stream(tape, stack)
        assert waits[0] < 0.1
        assert waits[3] > waits[2] > waits[1] > waits[0]
        assert waits[4] < 0.1
        await tape.link.aclose()

    run_jumping(main())


@pytest.mark.parametrize("away_s", [3.0, 60.0, 3600.0])
def test_a_sensor_that_was_away_is_back_within_two_seconds(away_s: float) -> None:
    async def main() -> None:
        stack = Stack()
        tape = await streaming(stack)
        await feed(stack, 12.0)
        stack.present = False
        stack.connects = [BleakError("out of range")] * 2
        stack.live.drop()
        await asyncio.sleep(away_s)
        stack.present = True
        back_s = asyncio.get_running_loop().time()
        assert await tape.until(Connected, 2) - back_s < 2.0
        assert stack.most_busy == 1
        await tape.link.aclose()

    run_jumping(main())


def test_old_failures_do_not_slow_down_a_sensor_that_comes_back() -> None:
    async def main() -> None:
        stack = Stack(connects=[BleakError("0x3E")] * 7)
        tape = Tape(link_on(stack, LoopClock()))
        await tape.seen(lambda: len(stack.clients) == 7, 60.0)
        stack.present = False
        await asyncio.sleep(60.0)
        stack.connects = [BleakError("0x3E")] * 2
        stack.present = True
        back_s = asyncio.get_running_loop().time()
        assert await tape.until(Connected) - back_s < 1.0
        await tape.link.aclose()

    run_jumping(main())


def test_without_bluetooth_at_the_start_the_link_says_so_and_ends() -> None:
    async def main() -> None:
        stack = Stack(scan_error=OFF)
        tape = Tape(link_on(stack, LoopClock()))
        await tape.task
        assert isinstance(tape.failure, RadioUnavailable)
        assert tape.failure.reason == "powered_off"
        assert tape.states == [LinkState.UNAVAILABLE]
        assert "switched off" in tape.of(LinkChanged)[0].reason
        assert stack.called("start") == ["start"]
        await tape.link.aclose()

    run_jumping(main())


def test_an_adapter_that_goes_away_later_is_waited_for() -> None:
    async def main() -> None:
        stack = Stack()
        tape = await streaming(stack)
        await feed(stack, 12.0)
        loop = asyncio.get_running_loop()
        stack.scan_error = OFF
        stack.connects = [BleakDBusError("org.bluez.Error.NotReady", [])]
        gone_s = loop.time()
        stack.live.drop()
        await tape.state(LinkState.UNAVAILABLE)
        assert loop.time() - gone_s <= 3.0
        await asyncio.sleep(600.0)
        assert tape.states.count(LinkState.UNAVAILABLE) == 1
        stack.scan_error = None
        back_s = loop.time()
        assert await tape.until(Connected, 2) - back_s <= 10.0
        assert tape.failure is None
        await tape.link.aclose()

    run_jumping(main())


def test_no_sensor_is_said_and_looked_for_until_patience_ends() -> None:
    async def main() -> None:
        stack = Stack(present=False)
        patient = Tape(link_on(stack, LoopClock()))
        await asyncio.sleep(100.0)
        assert patient.states == [LinkState.SCANNING, LinkState.SCANNING]
        assert "No sensor was found" in patient.of(LinkChanged)[-1].reason
        await patient.link.aclose()

        loop = asyncio.get_running_loop()
        began_s = loop.time()
        hasty = Tape(link_on(stack, LoopClock(), give_up_after_s=15.0))
        await hasty.task
        assert isinstance(hasty.failure, DeviceNotFound)
        assert 15.0 <= loop.time() - began_s <= 25.0
        await hasty.link.aclose()

    run_jumping(main())


def test_silence_is_noted_and_then_ends_the_connection() -> None:
    async def main() -> None:
        stack = Stack()
        tape = await streaming(stack)
        await feed(stack, 3.0)
        silent_s = asyncio.get_running_loop().time()
        await tape.seen(lambda: "Weak" in tape.of(LinkChanged)[-1].reason, 5.0)
        weak_s = asyncio.get_running_loop().time() - silent_s
        await tape.until(Disconnected)
        ended_s = asyncio.get_running_loop().time() - silent_s
        assert 1.0 <= weak_s <= 1.5
        assert 5.0 <= ended_s <= 5.5
        assert "silent" in tape.of(Disconnected)[0].reason
        await tape.until(Connected, 2)
        await tape.link.aclose()

    run_jumping(main())


def test_data_after_a_weak_moment_takes_the_note_away() -> None:
    async def main() -> None:
        stack = Stack()
        tape = await streaming(stack)
        await feed(stack, 3.0)
        await asyncio.sleep(2.0)
        await feed(stack, 2.0)
        assert [item.reason for item in tape.of(LinkChanged)][-3:] == [
            "",
            "Weak signal: come closer.",
            "",
        ]
        assert set(tape.states[-3:]) == {LinkState.STREAMING}
        await tape.link.aclose()

    run_jumping(main())


def test_a_connection_that_never_streams_is_made_again() -> None:
    async def main() -> None:
        stack = Stack()
        tape = Tape(link_on(stack, LoopClock()))
        began_s = await tape.until(Connected)
        assert 10.0 <= await tape.until(Connected, 2) - began_s <= 15.0
        await tape.link.aclose()

    run_jumping(main())


def looks(watchdog: Watchdog, times_s: list[float], heard_s: float) -> list[Silence]:
    return [
        watchdog.look(round(at_s * S), round(heard_s * S), 1, streaming=True) for at_s in times_s
    ]


def test_a_suspended_program_is_no_silent_sensor() -> None:
    watchdog = Watchdog(0)
    assert looks(watchdog, [0.25, 0.5, 3600.0, 3600.25, 3600.9], 0.4) == [Silence.NONE] * 5
    later = [3601.0 + 0.25 * step for step in range(20)]
    assert looks(watchdog, later, 0.4)[-1] is Silence.OVER


def test_a_slow_sensor_is_weak_after_five_of_its_own_periods() -> None:
    watchdog = Watchdog(0)
    now_s = 0.0
    heard = 0
    while now_s < 10.0:
        now_s += 0.25
        heard = int(now_s // 0.5)
        silence = watchdog.look(round(now_s * S), round(heard * 0.5 * S), heard, streaming=True)
        assert silence is Silence.NONE
    quiet = [
        watchdog.look(round((10.0 + step * 0.25) * S), 10 * S, heard, streaming=True)
        for step in range(1, 25)
    ]
    assert quiet.index(Silence.WEAK) * 0.25 == pytest.approx(2.5, abs=0.3)
    assert quiet[-1] is Silence.OVER


def test_a_reader_that_stalls_makes_the_link_hang_up_and_loses_nothing_taken() -> None:
    async def main() -> None:
        inbox = Inbox(limit=10)
        taken = [inbox.put(Notification(number, ID, DATA, bytes([number]))) for number in range(15)]
        assert taken == [True] * 10 + [False] * 5
        assert not inbox.put(Tick(20))
        assert inbox.put(Disconnected(21, ID, wanted=False))
        waiting = asyncio.create_task(inbox.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        got = []
        for _ in range(6):
            entry = await inbox.get()
            assert entry is not None
            got.append(entry[0])
        await asyncio.wait_for(waiting, 1.0)
        assert inbox.put(Tick(22))
        inbox.close()
        while (entry := await inbox.get()) is not None:
            got.append(entry[0])
        assert [item.data[0] for item in got if isinstance(item, Notification)] == list(range(10))
        assert [type(item) for item in got[10:]] == [Disconnected, Tick]
        assert not inbox.put(Tick(23))

    run_jumping(main())


def test_a_flood_that_nobody_reads_ends_the_connection_until_there_is_room() -> None:
    async def main() -> None:
        stack = Stack()
        link = link_on(stack, LoopClock())
        inputs = link.inputs()
        async for item in inputs:
            if isinstance(item, Connected):
                break
        await asyncio.sleep(0.1)
        link.perform(Subscribe(ID, DATA))
        await asyncio.sleep(0.5)
        for number in range(20_000):
            stack.live.push(number.to_bytes(4, "little"))
        await asyncio.sleep(30.0)
        assert len(stack.clients) == 1
        assert stack.live.disconnects == 1
        numbers: list[int] = []
        async with asyncio.timeout(60.0):
            async for item in link.inputs():
                if isinstance(item, Notification):
                    numbers.append(int.from_bytes(item.data, "little"))
                elif isinstance(item, Connected):
                    break
        assert numbers == list(range(len(numbers)))
        assert 8000 <= len(numbers) <= 8192
        await link.aclose()

    run_jumping(main())
