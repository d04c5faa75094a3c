"""A link to one sensor over as many connections as it takes.

idle -> scanning -> connecting -> preparing -> streaming -> recovering -> stopped, and
unavailable. Scanning and connecting are said only before the first connection; later the
wearer sees `recovering` until the sensor is back. How a stream is started, and that it
runs, is the session's knowledge: it is told back through `noted`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Sequence

from sensorapp.drivers.base import SensorDriver
from sensorapp.link.backoff import Backoff
from sensorapp.link.ble import BleConnection
from sensorapp.link.errors import not_found
from sensorapp.link.inbox import Inbox
from sensorapp.link.radio import Radio
from sensorapp.link.scan import Sighting, Wanted, find
from sensorapp.link.watchdog import STEP_S, Silence, Watchdog
from sensorapp.model.actions import Action, Reconnect
from sensorapp.model.device import LinkState
from sensorapp.model.errors import DeviceNotFound, LinkError, RadioUnavailable
from sensorapp.model.inputs import (
    ActionFailed,
    Connected,
    Disconnected,
    Input,
    LinkChanged,
    Tick,
)
from sensorapp.ports import Clock

SCAN_WINDOW_S = 10.0
"""One scan; after it others have their turn, and BlueZ ends a scan of its own after 10 s."""

DIALS = 2
"""Attempts with what the last scan found; then it is looked for again."""

STEADY_S = 10.0
"""A stream that held this long starts the next recovery at once."""

AWAY_S = 3.0
"""A sensor that no scan heard for so long was away: what failed before says nothing now."""

RADIO_RETRY_S = 2.0
"""How often to look for an adapter that went away."""

FINISH_S = 2.0
"""Longest wait for queued actions when leaving."""

LEAVE_S = 6.0
"""Longest wait for the radio when leaving; a scanner or a client is given 5 s."""

_TICK_NS = 1_000_000_000
_log = logging.getLogger(__name__)


class BleLink:
    """Implements `sensorapp.ports.Link` with bleak; make it inside a running event loop."""

    def __init__(
        self,
        radio: Radio,
        drivers: Sequence[SensorDriver],
        clock: Clock,
        *,
        sensor_id: str = "sensor",
        wanted: Wanted | None = None,
        give_up_after_s: float | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """`give_up_after_s` ends the link with `DeviceNotFound` if no sensor was ever found."""
        self._radio = radio
        self._drivers = drivers
        self._clock = clock
        self._sensor_id = sensor_id
        self._wanted = wanted or Wanted()
        self._give_up_after_s = give_up_after_s
        self._backoff = Backoff(rng or random.Random())  # noqa: S311 only spreads retries
        self._inbox = Inbox()
        self._said: tuple[LinkState, str] = (LinkState.IDLE, "")
        self._connection: BleConnection | None = None
        self._addressee: BleConnection | None = None
        self._streaming_since_ns: int | None = None
        self._lost_ns: int | None = None
        self._was_connected = False
        self._radio_worked = False
        self._may_rediscover = True
        self._task: asyncio.Task[None] | None = None
        self._leaving: asyncio.Task[None] | None = None

    async def inputs(self) -> AsyncIterator[Input]:
        """All that happens, in order; the first call starts the link.

        Ends after `aclose`. Raises `RadioUnavailable` if there was no Bluetooth to begin
        with, after saying so; one that goes away later is waited for.
        """
        if self._task is None and self._leaving is None:
            self._task = asyncio.create_task(self._run())
        while (entry := await self._inbox.get()) is not None:
            item, connection = entry
            if isinstance(item, Connected):
                self._addressee = connection
            yield item

    def perform(self, action: Action) -> None:
        """Queue an action for the connection whose `Connected` was read last.

        So an answer to what an old connection said never reaches a new one. Never blocks,
        never raises; what can't be done comes back as `ActionFailed`.
        """
        if self._addressee is not None:
            self._addressee.perform(action)
        elif not isinstance(action, Reconnect):
            now_ns = self._clock.now_ns()
            name = type(action).__name__
            why = "No sensor is connected."
            self._inbox.put(ActionFailed(now_ns, self._sensor_id, name, action.channel, why))

    def noted(self, state: LinkState) -> None:
        """The session's view of the link; only that samples arrive is news here."""
        connection = self._connection
        if state is not LinkState.STREAMING or connection is not self._addressee:
            return
        if connection is None or connection.ended or self._streaming_since_ns is not None:
            return
        self._streaming_since_ns = self._clock.now_ns()
        if self._lost_ns is not None:
            away_s = (self._streaming_since_ns - self._lost_ns) / 1e9
            _log.info("%s is back after %.1f s", self._sensor_id, away_s)
            self._lost_ns = None
        self._say(LinkState.STREAMING)

    async def aclose(self) -> None:
        """Finish queued actions, hang up, end `inputs`; a few seconds at most."""
        if self._leaving is None:
            self._leaving = asyncio.create_task(self._leave())
        await asyncio.shield(self._leaving)

    async def _leave(self) -> None:
        connection = self._connection
        if connection is not None and connection.busy and not connection.ended:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FINISH_S):
                    await connection.finish_actions()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=LEAVE_S)
        self._say(LinkState.STOPPED)
        self._inbox.close()

    async def _run(self) -> None:
        ticking = asyncio.create_task(self._tick())
        try:
            await self._stay_connected()
        except Exception as error:  # noqa: BLE001 it is raised again where inputs are read
            self._inbox.close(error)
        finally:
            ticking.cancel()

    async def _tick(self) -> None:
        due_ns = self._clock.now_ns() + _TICK_NS
        while True:
            await self._clock.sleep_until(due_ns)
            now_ns = self._clock.now_ns()
            self._inbox.put(Tick(now_ns))
            due_ns = max(due_ns, now_ns - _TICK_NS // 2) + _TICK_NS  # no burst after a suspend

    async def _stay_connected(self) -> None:
        sighting: Sighting | None = None
        while True:
            try:
                if sighting is None:
                    sighting = await self._look()
                await self._one_connection(sighting)
            except RadioUnavailable as error:
                self._say(LinkState.UNAVAILABLE, _text(error))
                if not self._radio_worked:
                    raise
                sighting = None
                await asyncio.sleep(RADIO_RETRY_S)
                continue
            except LinkError as error:
                if not error.retryable:
                    raise
                if isinstance(error, DeviceNotFound):
                    sighting = None  # the system forgot what it had heard
                self._say(self._before(LinkState.CONNECTING), _text(error))
            delay_s = self._backoff.failed(heard=sighting is not None)
            if self._backoff.failures > DIALS:
                sighting = None
            await asyncio.sleep(delay_s)
            await self._inbox.room()

    async def _look(self) -> Sighting:
        """Scan until the sensor is heard, in windows."""
        began_ns = self._clock.now_ns()
        while True:
            try:
                sighting = await find(
                    self._radio, self._drivers, self._wanted, SCAN_WINDOW_S, self._scanning
                )
            except DeviceNotFound as error:
                looked_s = (self._clock.now_ns() - began_ns) / 1e9
                patience_s = self._give_up_after_s
                if not self._was_connected and patience_s is not None and looked_s >= patience_s:
                    raise not_found(retryable=False) from error
                self._say(self._before(LinkState.SCANNING), _text(error))
            else:
                if self._clock.now_ns() - began_ns >= AWAY_S * 1e9:
                    self._backoff.reset()
                return sighting

    def _scanning(self) -> None:
        self._radio_worked = True
        state = self._before(LinkState.SCANNING)
        if self._said[0] is not state:
            self._say(state)

    async def _one_connection(self, sighting: Sighting) -> None:
        if not self._was_connected:
            self._say(LinkState.CONNECTING)

        def emit(item: Input) -> None:
            if not self._inbox.put(item, connection):
                connection.end("This computer can't keep up; the sensor keeps what it can.")

        connection = BleConnection(
            self._radio,
            sighting,
            self._sensor_id,
            self._clock,
            emit,
            may_rediscover=self._may_rediscover,
        )
        reason: str | None = None
        try:
            await connection.connect()
            self._came_up(connection)
            reason = await self._until_over(connection)
        finally:
            connection.end(reason or "")
            if self._connection is connection:
                self._went_down(connection, reason)
            await connection.hang_up()

    async def _until_over(self, connection: BleConnection) -> str:
        async with asyncio.TaskGroup() as tasks:
            helpers = (
                tasks.create_task(connection.work()),
                tasks.create_task(self._watch(connection)),
            )
            reason = await connection.until_ended()
            for helper in helpers:
                helper.cancel()
        return reason

    async def _watch(self, connection: BleConnection) -> None:
        watchdog = Watchdog(self._clock.now_ns())
        while True:
            await asyncio.sleep(STEP_S)
            streaming = self._streaming_since_ns is not None
            silence = watchdog.look(
                self._clock.now_ns(),
                connection.heard_ns,
                connection.notifications,
                streaming=streaming,
            )
            if silence is Silence.OVER:
                connection.end("The sensor is connected but silent.")
            elif streaming:
                weak = silence is Silence.WEAK
                self._say(LinkState.STREAMING, "Weak signal: come closer." if weak else "")

    def _came_up(self, connection: BleConnection) -> None:
        heard = connection.sighting.advertisement
        self._connection = connection
        self._radio_worked = self._was_connected = True
        self._wanted = Wanted.called(heard.name, heard.address)
        self._say(LinkState.PREPARING)
        self._inbox.put(
            Connected(
                self._clock.now_ns(),
                self._sensor_id,
                connection.sighting.driver.key,
                heard.name,
                heard.address,
            ),
            connection,
        )

    def _went_down(self, connection: BleConnection, reason: str | None) -> None:
        """Report the end of a connection; no reason means that this program is leaving."""
        now_ns = self._clock.now_ns()
        wanted = reason is None
        self._connection = None
        connection.drop_actions()
        self._inbox.put(Disconnected(now_ns, self._sensor_id, wanted, reason or ""), connection)
        since_ns, self._streaming_since_ns = self._streaming_since_ns, None
        if since_ns is not None and now_ns - since_ns >= STEADY_S * 1e9:
            self._backoff.reset()
        self._may_rediscover = not connection.lacks_channel
        if reason is None:
            return
        self._say(LinkState.RECOVERING, reason)
        if self._lost_ns is None:
            self._lost_ns = now_ns
            _log.warning("%s is lost: %s", self._sensor_id, reason)

    def _before(self, state: LinkState) -> LinkState:
        """`state` before the first connection; later a wearer waits for one thing only."""
        return LinkState.RECOVERING if self._was_connected else state

    def _say(self, state: LinkState, reason: str = "") -> None:
        if self._said != (state, reason):
            self._said = (state, reason)
            self._inbox.put(LinkChanged(self._clock.now_ns(), self._sensor_id, state, reason))


def _text(error: LinkError) -> str:
    return f"{error.sentence} {error.next_step}"
