"""Blocks of one sensor that follow each other, until they are digested together."""

from __future__ import annotations

from sensorapp.model.imu import ImuBlock
from sensorapp.session.frames import Told
from sensorapp.session.joining import joined, joins
from sensorapp.session.sensor import Sensor


class Row:
    """Gathers blocks, and knows to which inputs what they lead to belongs."""

    def __init__(self, told: list[list[Told]]) -> None:
        """`told` has a list for each input, to which its outputs are added."""
        self._told = told
        self._sensor: Sensor | None = None
        self._blocks: list[ImuBlock] = []
        self._places: list[int] = []
        self._put_off: list[int] = []

    def add(self, sensor: Sensor, block: ImuBlock, place: int) -> None:
        """A block that the input at this place brought."""
        self._gather()
        self._append(block, [place])
        self._sensor = sensor

    def took(self, sensor: Sensor, place: int) -> None:
        """The input at this place brought samples that the driver has put off."""
        self._sensor = sensor
        self._put_off.append(place)

    def is_before(self, place: int) -> bool:
        """Whether all blocks were brought by inputs before this place."""
        return bool(self._put_off) or not self._places or self._places[-1] < place

    def end(self) -> None:
        """Digest the blocks."""
        self._gather()
        self._digest()

    def _gather(self) -> None:
        if self._put_off and self._sensor is not None:
            places, self._put_off = self._put_off, []
            block = self._sensor.taken()
            assert block is not None
            self._append(block, places)

    def _append(self, block: ImuBlock, places: list[int]) -> None:
        if self._blocks and not joins(self._blocks[-1], block):
            self._digest()
        self._blocks.append(block)
        self._places += places

    def _digest(self) -> None:
        blocks, places = self._blocks, self._places
        self._blocks, self._places = [], []
        if self._sensor is None or not blocks:
            return
        if len(places) == 1:
            self._told[places[0]] += self._sensor.add(blocks[0])
            return
        many = self._sensor.add_many(joined(blocks))
        for place, outputs in zip(places, many, strict=True):
            self._told[place] += outputs
