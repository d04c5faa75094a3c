"""Frames of a stretch as columns, each made when somebody looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import overload

from sensorapp.model.activity import Activity
from sensorapp.model.outputs import Output
from sensorapp.model.posture import PostureFrame, PostureState, Quality
from sensorapp.model.record import record


@record
class Frames:
    """Frames in a row, with the fields of `PostureFrame`.

    The first `doubtful` of them have the first of both `qualities`, the others the second.
    """

    sensor_id: str
    t_ns: list[int]
    flexion_deg: list[float]
    side_bend_deg: list[float]
    twist_deg: list[float]
    states: list[PostureState]
    doubtful: int
    qualities: tuple[tuple[Quality, ...], tuple[Quality, ...]]
    tilt_sigma_deg: list[float]
    activities: list[Activity]

    def frame(self, place: int) -> PostureFrame:
        """The one at this place, 0 or more."""
        return PostureFrame(
            self.sensor_id,
            self.t_ns[place],
            self.flexion_deg[place],
            self.side_bend_deg[place],
            self.twist_deg[place],
            self.states[place],
            self.qualities[place >= self.doubtful],
            self.tilt_sigma_deg[place],
            self.activities[place],
        )

    def each(self) -> list[Later]:
        """All of them, to be made later."""
        return list(zip(repeat(self), range(len(self.t_ns))))


Later = tuple[Frames, int]
"""One of many frames, by its place."""

Told = Output | Later
"""An output, or a frame that is one when somebody looks."""


def made(told: Sequence[Told]) -> list[Output]:
    """What was told, with every frame made."""
    return [one[0].frame(one[1]) if isinstance(one, tuple) else one for one in told]


def frames_of(told: Sequence[PostureFrame | Later]) -> tuple[PostureFrame, ...]:
    """The same, of frames alone."""
    return tuple([one[0].frame(one[1]) if isinstance(one, tuple) else one for one in told])


class ToldEach(Sequence[list[Output]]):
    """What each of many inputs led to."""

    def __init__(self, told: Sequence[Sequence[Told]]) -> None:
        self._told = told

    def __len__(self) -> int:
        return len(self._told)

    def __iter__(self) -> Iterator[list[Output]]:
        return map(made, self._told)

    @overload
    def __getitem__(self, place: int) -> list[Output]: ...

    @overload
    def __getitem__(self, place: slice) -> ToldEach: ...

    def __getitem__(self, place: int | slice) -> list[Output] | ToldEach:
        return ToldEach(self._told[place]) if isinstance(place, slice) else made(self._told[place])
