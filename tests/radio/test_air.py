"""The air itself: connection events, credits, the filter, and figures that are refused."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextvars import Context
from itertools import pairwise
from typing import Any, TypeVarTuple

import pytest
from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.virtual.air import CENTRAL_ADDRESS, Air
from sensorapp.virtual.air_conditions import CONTROLLER_BUFFERS, Conditions
from sensorapp.virtual.bleak_backend import VirtualClient
from sensorapp.virtual.jumping_loop import JumpingLoop
from tests.radio.gatt_peer import ADDRESS, ECHO, NOTES, GattPeer, play

_Ts = TypeVarTuple("_Ts")


async def _linked(air: Air, peer: GattPeer) -> BleakClient:
    await peer.start()
    options: dict[str, Any] = {"backend": VirtualClient, "air": air}
    client = BleakClient(peer.address, **options)
    await client.connect()
    return client


def test_a_request_takes_one_to_two_connection_events_whatever_the_interval() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        client = await _linked(air, GattPeer(air))
        loop = asyncio.get_running_loop()
        for interval_ms in (7.5, 30.0, 100.0):
            air.set_conditions(ADDRESS, Conditions(interval_ms=interval_ms))
            await asyncio.sleep(0.317)
            times_s = []
            for _ in range(5):
                started_s = loop.time()
                await client.read_gatt_char(ECHO)
                times_s.append(loop.time() - started_s)
            # Out at the next event, the answer back at the one after it.
            assert interval_ms / 1000.0 <= times_s[0] <= 2.0001 * interval_ms / 1000.0
            assert times_s[1:] == pytest.approx([2 * interval_ms / 1000.0] * 4, abs=1e-6)
        await client.disconnect()

    play(main())


def test_one_event_carries_several_packets_but_not_any_number() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        peer = GattPeer(air)
        client = await _linked(air, peer)
        loop = asyncio.get_running_loop()
        arrivals: list[float] = []

        def note(_: BleakGATTCharacteristic, data: bytearray) -> None:
            assert data[0] == len(arrivals)
            arrivals.append(loop.time())

        await client.start_notify(NOTES, note)
        for number in range(20):
            await peer.device.notify_subscribers(peer.notes, bytes([number]) * 100)
        await asyncio.sleep(1.0)
        in_events = [arrivals.count(instant) for instant in sorted(set(arrivals))]
        assert sum(in_events) == 20
        assert max(in_events) == CONTROLLER_BUFFERS
        gaps_s = [b - a for a, b in pairwise(arrivals) if b > a]
        assert gaps_s == pytest.approx([0.03] * len(gaps_s), abs=1e-6)
        await client.disconnect()

    play(main())


def test_credits_come_back_only_when_packets_have_arrived() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        peer = GattPeer(air)
        client = await _linked(air, peer)
        air.set_conditions(ADDRESS, Conditions(supervision_timeout_s=30.0))
        await client.start_notify(NOTES, lambda *_: None)
        packets = peer.device.host.le_acl_packet_queue
        assert packets is not None
        await asyncio.sleep(0.2)
        assert packets.pending == 0
        air.set_conditions(ADDRESS, Conditions(in_range=False, supervision_timeout_s=30.0))
        for _ in range(50):
            await peer.device.notify_subscribers(peer.notes, b"x")
        await asyncio.sleep(5.0)
        assert packets.pending == 50
        air.set_conditions(ADDRESS, Conditions())
        await asyncio.sleep(1.0)
        assert packets.pending == 0
        await client.disconnect()

    play(main())


def test_a_value_longer_than_a_link_layer_packet_gets_through_at_the_shortest_interval() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        peer = GattPeer(air)
        client = await _linked(air, peer)
        air.set_conditions(ADDRESS, Conditions(interval_ms=5.0))
        await client.write_gatt_char(ECHO, bytes(512), response=True)
        assert peer.written == [bytes(512)]
        await client.disconnect()

    play(main())


def test_the_filter_can_swallow_and_double_what_passes() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        peer = GattPeer(air)
        client = await _linked(air, peer)
        got: list[bytes] = []
        await client.start_notify(NOTES, lambda _, data: got.append(bytes(data)))

        def mute(to_central: bool, pdu: bytes) -> tuple[bytes, ...]:
            return () if to_central and b"mute" in pdu else (pdu,)

        def double(to_central: bool, pdu: bytes) -> tuple[bytes, ...]:
            return (pdu, pdu) if to_central and b"twice" in pdu else (pdu,)

        air.set_conditions(ADDRESS, Conditions(pdu_filter=mute))
        await peer.device.notify_subscribers(peer.notes, b"mute")
        await peer.device.notify_subscribers(peer.notes, b"heard")
        await asyncio.sleep(10.0)
        assert client.is_connected
        air.set_conditions(ADDRESS, Conditions(pdu_filter=double))
        await peer.device.notify_subscribers(peer.notes, b"twice")
        await asyncio.sleep(0.2)
        assert got == [b"heard", b"twice", b"twice"]
        await client.disconnect()

    play(main())


def test_a_heavy_loss_ends_an_idle_link_and_a_light_one_does_not() -> None:
    async def main(loss: float) -> tuple[bool, list[int]]:
        air = Air(random.Random(2))
        peer = GattPeer(air)
        client = await _linked(air, peer)
        air.set_conditions(ADDRESS, Conditions(event_loss=loss))
        await asyncio.sleep(60.0)
        return client.is_connected, peer.reasons

    # 14 events fit into the default timeout of 0.42 s: 0.95^14 = 0.49, 0.1^14 = 1e-14.
    assert play(main(0.95)) == (False, [0x08])
    assert play(main(0.1)) == (True, [])


class _CountingLoop(JumpingLoop):
    """Counts the timers that are set."""

    timers = 0

    def call_at(
        self,
        when: float,
        callback: Callable[[*_Ts], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        self.timers += 1
        return super().call_at(when, callback, *args, context=context)


def test_an_idle_link_in_good_air_sets_no_timer() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        client = await _linked(air, GattPeer(air))
        await asyncio.sleep(1.0)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, _CountingLoop)
        before = loop.timers
        await asyncio.sleep(3600.0)
        assert loop.timers == before + 1  # the sleep itself
        assert client.is_connected
        await client.disconnect()

    with asyncio.Runner(loop_factory=_CountingLoop) as runner:
        runner.run(main())


def test_two_radios_cannot_share_an_address() -> None:
    async def main() -> None:
        air = Air(random.Random(1))
        await air.central()
        for taken in (CENTRAL_ADDRESS, CENTRAL_ADDRESS.lower()):
            with pytest.raises(ValueError, match="already"):
                air.new_controller("other", taken)

    play(main())


@pytest.mark.parametrize(
    "figures",
    [
        {"event_loss": 1.01},
        {"event_loss": -0.1},
        {"event_loss": float("nan")},
        {"interval_ms": 4.0},
        {"supervision_timeout_s": 0.0},
        {"rssi_dbm": -200},
    ],
)
def test_impossible_conditions_are_refused(figures: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(figures))):
        Conditions(**figures)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    losses=st.lists(st.tuples(st.floats(0.0, 0.9), st.floats(0.01, 0.5)), max_size=8),
    sizes=st.lists(st.integers(1, 500), min_size=1, max_size=40),
)
def test_whatever_the_losses_a_living_link_delivers_all_in_order(
    seed: int, losses: list[tuple[float, float]], sizes: list[int]
) -> None:
    async def main() -> None:
        air = Air(random.Random(seed))
        peer = GattPeer(air)
        client = await _linked(air, peer)
        got: list[bytes] = []
        await client.start_notify(NOTES, lambda _, data: got.append(bytes(data)))
        sent = [bytes([number]) * size for number, size in enumerate(sizes)]
        for value in sent:
            await peer.device.notify_subscribers(peer.notes, value)
        for loss, for_s in losses:
            air.set_conditions(ADDRESS, Conditions(event_loss=loss, supervision_timeout_s=60.0))
            await asyncio.sleep(for_s)
        air.set_conditions(ADDRESS, Conditions(supervision_timeout_s=60.0))
        await asyncio.sleep(5.0)
        assert got == sent
        await client.disconnect()

    play(main())
