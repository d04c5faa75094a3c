"""A recording as a link: the inputs of then, at the pace of then, faster, or at once."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterable

from sensorapp.model.actions import Action
from sensorapp.model.device import LinkState
from sensorapp.model.inputs import Input
from sensorapp.ports import Clock

_BREATH = 64
"""At full speed, inputs between two turns of the loop: about 6 s of samples, some milliseconds."""


class ReplayLink:
    """Implements `Link` over inputs that were recorded; actions go nowhere.

    `speed` is how many times faster than it happened; infinity waits for nothing. Spacing
    follows `host_ns`; a host clock that stood still or went back costs no wait.
    """

    def __init__(self, items: Iterable[Input], clock: Clock, speed: float) -> None:
        self._items = items
        self._clock = clock
        self._speed = speed
        self._closed = False

    async def inputs(self) -> AsyncIterator[Input]:
        """The recorded inputs in their order."""
        first_ns: int | None = None
        began_ns = self._clock.now_ns()
        for number, item in enumerate(self._items):
            if self._closed:
                return
            if math.isinf(self._speed):
                if number % _BREATH == 0:
                    await asyncio.sleep(0)
            else:
                first_ns = item.host_ns if first_ns is None else first_ns
                due_ns = began_ns + round((item.host_ns - first_ns) / self._speed)
                await self._clock.sleep_until(due_ns)
            yield item

    def perform(self, action: Action) -> None:
        """Nothing to do: what the sensor answered is in the recording."""

    def noted(self, state: LinkState) -> None:
        """Nothing to do: there is no link to guard."""

    async def aclose(self) -> None:
        """End the replay before its next input."""
        self._closed = True
