"""Inside the guest: what the link has to live through on a real BlueZ, one program each.

Each returns its figures and raises `AssertionError` where they are not good enough.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from itertools import pairwise

from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.link.host_clock import HostClock
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.model.device import LinkState
from sensorapp.model.errors import LinkError, RadioUnavailable
from tests.bluez.bench import Receiver, percentile, streaming
from tests.bluez.system import (
    adapter_is_on,
    end_bluetoothd,
    start_bluetoothd,
    switch_adapter,
)

Figures = dict[str, object]

BACK_S = 3.0
"""Longest time from a sensor's return to its first sample."""

RADIO_BACK_S = 10.0
"""Longest time from the start of bluetoothd to the first sample."""


def exact(receiver: Receiver) -> Figures:
    """Every sample came, once, as it was; the figures."""
    counts = receiver.counts()
    assert counts["sent"] > 0, counts
    wrong = ("missing", "twice", "made_up", "faults")
    assert not any(counts[name] for name in wrong), counts
    assert counts["decoded"] == counts["sent"], counts
    return dict(counts)


def once(counts: dict[str, float]) -> None:
    """One copy of each packet on each connection, and each sample handed on once.

    A sensor that buffers may send again, on another connection, what was not acknowledged.
    """
    assert counts["packet_copies_max"] == 1, counts
    assert counts["made_up"] == 0, counts
    assert counts["decoded"] == counts["received"] - counts["twice"], counts


async def steady() -> Figures:
    """60 s without a gap."""
    async with streaming() as (receiver,):
        await asyncio.sleep(60.0)
        link = receiver.air.link(receiver.sensor.address)
        assert link is not None
        await receiver.stop()
        times_s = [arrival[0] for arrival in receiver.arrivals]
        pauses_s = [b - a for a, b in pairwise(times_s)]
        figures = exact(receiver)
        assert receiver.connections == 1
        assert len(receiver.taken) >= 6000
        return figures | {
            "pause_p50_ms": round(percentile(pauses_s, 0.5) * 1e3, 1),
            "pause_p95_ms": round(percentile(pauses_s, 0.95) * 1e3, 1),
            "pause_max_ms": round(max(pauses_s) * 1e3, 1),
            "interval_ms": round(link.interval_s * 1e3, 2),
            "supervision_s": link.supervision_timeout_s,
        }


async def copies() -> Figures:
    """Exactly one copy of each packet after three link losses."""
    async with streaming() as (receiver,):
        backs_s = []
        for _ in range(3):
            await asyncio.sleep(5.0)
            receiver.in_range(False)
            await receiver.reaches(LinkState.RECOVERING, 10.0)
            receiver.in_range(True)
            backs_s.append(round(await receiver.hears_more(20.0), 2))
            await receiver.reaches(LinkState.STREAMING, 5.0)
        await asyncio.sleep(5.0)
        await receiver.stop()
        counts = receiver.counts()
        assert counts["connections"] == 4, counts
        once(counts)
        # what was waiting in the sensor when a link ended can be missing, and nothing else
        assert counts["missing"] <= len(backs_s) * 500, counts
        assert max(backs_s) <= BACK_S, backs_s
        dropped = receiver.sensor.packets_dropped
        return dict(counts) | {"back_s": backs_s, "packets_lost_with_links": dropped}


async def back() -> Figures:
    """Back within 3 s of the sensor's return, however long it was away."""
    figures: Figures = {}
    async with streaming() as (receiver,):
        for away_s in (5.0, 12.0, 20.0, 31.0, 45.0):
            await asyncio.sleep(3.0)
            receiver.in_range(False)
            await asyncio.sleep(away_s)
            assert receiver.states[-1][1] is LinkState.RECOVERING, receiver.states[-3:]
            receiver.in_range(True)
            figures[f"back_after_{away_s:.0f}_s"] = round(await receiver.hears_more(60.0), 2)
            await receiver.reaches(LinkState.STREAMING, 5.0)
    assert all(isinstance(took, float) and took <= BACK_S for took in figures.values()), figures
    return figures


async def many() -> Figures:
    """Eight sensors at once, 30 s."""
    async with streaming(8) as receivers:
        loop = asyncio.get_running_loop()
        began_s, before = loop.time(), sum(len(one.taken) for one in receivers)
        await asyncio.sleep(30.0)
        rate = (sum(len(one.taken) for one in receivers) - before) / (loop.time() - began_s)
        for receiver in receivers:
            await receiver.stop()
        each = [exact(receiver) for receiver in receivers]
        assert all(receiver.connections == 1 for receiver in receivers)
        return {
            "sensors": len(each),
            "samples_per_s": round(rate),
            "sent": [one["sent"] for one in each],
            "received": [one["received"] for one in each],
            "pause_max_ms": [round(one.longest_pause_s() * 1e3) for one in receivers],
        }


async def fade() -> Figures:
    """2 s in which nothing gets through; the sensor asked for 4 s of patience."""
    async with streaming() as (receiver,):
        await asyncio.sleep(5.0)
        for _ in range(3):
            receiver.in_range(False)
            await asyncio.sleep(2.0)
            receiver.in_range(True)
            await asyncio.sleep(5.0)
        await receiver.stop()
        figures = exact(receiver)
        assert receiver.connections == 1
        pause_s = receiver.longest_pause_s()
        assert pause_s >= 2.0, pause_s
        return figures | {"fades": 3, "pause_max_s": round(pause_s, 2)}


async def outage() -> Figures:
    """The adapter is switched off, bluetoothd is stopped, bluetoothd crashes: said, and back."""
    figures: Figures = {}
    async with streaming() as (receiver,):

        async def stopped() -> None:
            await end_bluetoothd(signal.SIGTERM)

        async def crashed() -> None:
            await end_bluetoothd(signal.SIGKILL)

        async def switched_off() -> None:
            await switch_adapter(on=False)

        async def started() -> None:
            start_bluetoothd()

        async def switched_on() -> None:
            await switch_adapter(on=True)

        faults = (
            ("adapter_off", switched_off, switched_on, "switched off"),
            # in an orderly end bluetoothd takes its adapters away first, and bleak asks no further
            ("bluetoothd_stopped", stopped, started, "No Bluetooth adapter"),
            ("bluetoothd_crashed", crashed, started, "not running"),
        )
        for name, break_it, mend_it, said in faults:
            figures[name] = await _outage(receiver, break_it, mend_it, said)
            print(name, figures[name], flush=True)
        await receiver.stop()
        counts = receiver.counts()
        once(counts)
        return figures | dict(counts)


async def _outage(
    receiver: Receiver,
    break_it: Callable[[], Awaitable[None]],
    mend_it: Callable[[], Awaitable[None]],
    said: str,
) -> Figures:
    await asyncio.sleep(12.0)
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    await break_it()
    await receiver.reaches(LinkState.UNAVAILABLE, 30.0)
    told_s = loop.time() - began_s
    reason = receiver.states[-1][2]
    assert said in reason, reason
    await asyncio.sleep(5.0)
    began_s = loop.time()
    await mend_it()
    await receiver.hears_more(40.0)
    back_s = loop.time() - began_s
    await receiver.reaches(LinkState.STREAMING, 5.0)
    assert adapter_is_on()
    assert back_s <= RADIO_BACK_S, (reason, told_s, back_s)
    return {"reason": reason, "told_s": round(told_s, 2), "back_s": round(back_s, 2)}


async def absent() -> Figures:
    """No bluetoothd from the start: the link ends with the reason."""
    await end_bluetoothd(signal.SIGTERM)
    began_s = asyncio.get_running_loop().time()
    error = await _first_error(BleLink(Radio(), [DRIVER], HostClock()))
    took_s = asyncio.get_running_loop().time() - began_s
    assert isinstance(error, RadioUnavailable), error
    assert error.reason == "no_service", error.reason
    return {"reason": error.reason, "said": error.sentence, "took_s": round(took_s, 2)}


async def _first_error(link: BleLink) -> LinkError | None:
    try:
        async for _ in link.inputs():
            pass
    except LinkError as error:
        return error
    finally:
        await link.aclose()
    return None
