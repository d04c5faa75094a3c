"""Samples of one stream, laid side by side by index, whatever the order in which they came."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Place = TypeVar("Place", int, float)
"""Where samples were met: seconds within a recording, or the number of a recording."""


@dataclass(slots=True)
class Run(Generic[Place]):
    """Consecutive samples [first, end), and where the first and the last of them were met."""

    first: int
    end: int
    since: Place
    until: Place


@dataclass(frozen=True, slots=True)
class Missing(Generic[Place]):
    """Samples between two runs; `after` is None before the first run, `before` after the last."""

    first_index: int
    count: int
    after: Place | None
    before: Place | None


@dataclass(slots=True)
class SampleRuns(Generic[Place]):
    """What came of one stream, in order of index; `begin` and `end` are claims."""

    begin: int
    end: int = 0
    runs: list[Run[Place]] = field(default_factory=list)

    def add(self, first: int, end: int, place: Place) -> int:
        """Note samples; how many of them are new."""
        at = bisect_right(self.runs, first, key=lambda run: run.first)
        before = self.runs[at - 1] if at else None
        if before is not None and before.end >= first:
            first = max(first, min(before.end, end))
        new = 0
        while first < end:
            after = self.runs[at] if at < len(self.runs) else None
            stop = end if after is None else min(end, after.first)
            if stop > first:
                new += stop - first
                at = self._put(at, first, stop, place)
            if after is None:
                break
            first = max(stop, after.end)
            at += 1
        return new

    def claim(self, begin: int, end: int = 0) -> None:
        """Samples from `begin` on, and up to `end`, are known to have been taken."""
        self.begin, self.end = min(self.begin, begin), max(self.end, end)

    def missing(self) -> Iterator[Missing[Place]]:
        """What is missing, in order."""
        at: int = self.begin
        after: Place | None = None
        for run in self.runs:
            if run.first > at:
                yield Missing(at, run.first - at, after, run.since)
            at, after = max(at, run.end), run.until
        if self.end > at:
            yield Missing(at, self.end - at, after, None)

    def _put(self, at: int, first: int, end: int, place: Place) -> int:
        """Put a run before the one numbered `at`; the number of the next one now."""
        before = self.runs[at - 1] if at else None
        if before is not None and before.end == first:
            before.end, before.until = end, place
            return at
        self.runs.insert(at, Run(first, end, place, place))
        return at + 1
