"""Samples that a sensor keeps until the host has stored them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(slots=True)
class HeldSample:
    """A sample in its wire form; `flags`, of `MotionFlag`, are those of a packet of it alone.

    `sent` is whether it was handed to a link since the host last said that it lacks it.
    """

    row: bytes
    ticks: int
    flags: int
    sent: bool = False


class Ring:
    """The newest `capacity` samples of an epoch, from `oldest_index` on.

    A full ring overwrites its oldest sample. One that was never sent is lost for good and
    counted at once. One that was sent may have arrived: it is counted as soon as the host says
    that it lacks it.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.oldest_index = 0
        self.acked_index = 0
        self.lost_samples = 0
        self._held: deque[HeldSample] = deque()
        self._doubtful: list[tuple[int, int]] = []

    @property
    def held(self) -> int:
        """How many samples are kept."""
        return len(self._held)

    def take(self, sample: HeldSample) -> None:
        """Keep the next sample."""
        if len(self._held) >= self.capacity:
            self._overwrite()
        self._held.append(sample)

    def free(self, below_index: int) -> None:
        """The host has stored everything below this index."""
        self.acked_index = below_index
        while self.oldest_index < below_index:
            self._held.popleft()
            self.oldest_index += 1
        self._doubtful = [
            (max(start, below_index), end) for start, end in self._doubtful if end > below_index
        ]

    def samples(self, first_index: int, count: int) -> list[HeldSample]:
        """Held samples, which count as sent from now on."""
        first = first_index - self.oldest_index
        found = [self._held[first + number] for number in range(count)]
        for sample in found:
            sample.sent = True
        return found

    def lacking(self, next_index: int) -> None:
        """The host has nothing from `next_index` on: what is not held of it is lost."""
        for start, end in self._doubtful:
            self.lost_samples += max(0, end - max(start, next_index))
        self._doubtful.clear()
        for number, sample in enumerate(self._held):
            if self.oldest_index + number >= next_index:
                sample.sent = False

    def _overwrite(self) -> None:
        index = self.oldest_index
        self.oldest_index += 1
        if not self._held.popleft().sent:
            self.lost_samples += 1
        elif self._doubtful and self._doubtful[-1][1] == index:
            self._doubtful[-1] = (self._doubtful[-1][0], index + 1)
        else:
            self._doubtful.append((index, index + 1))
