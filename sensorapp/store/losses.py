"""Keeps account of what a damaged recording lacks, and says it in one sentence."""

from __future__ import annotations

from sensorapp.store.mcap_walk import Mark, StoredMessage

_SEQUENCES = 2**32
_NS = 1_000_000_000


class Losses:
    """Follows the sequence numbers of inputs, which count from 1 without a hole."""

    def __init__(self) -> None:
        self._marks: set[Mark] = set()
        self._expected = 1
        self._first_ns: int | None = None
        self._last_ns: int | None = None
        self._missing = 0
        self._repeated = 0
        self._hole_from_ns: int | None = None
        self._hole_until_ns: int | None = None

    def mark(self, mark: Mark) -> None:
        """Note what the walk over the file met."""
        self._marks.add(mark)

    def is_next(self, message: StoredMessage) -> bool:
        """Whether this input comes after the last; False for one that was there already."""
        ahead = (message.sequence - self._expected) % _SEQUENCES
        if ahead >= _SEQUENCES // 2:
            self._repeated += 1
            return False
        if self._first_ns is None:
            self._first_ns = message.log_time
        if ahead:
            self._missing += ahead
            if self._hole_from_ns is None:
                self._hole_from_ns = self._first_ns if self._last_ns is None else self._last_ns
            self._hole_until_ns = message.log_time
        self._expected = (message.sequence + 1) % _SEQUENCES
        self._last_ns = message.log_time
        return True

    def notice(self, name: str) -> str | None:
        """One plain sentence on all that is not whole, None if everything is."""
        said = [part for part in (self._hole(), self._end(), self._leftovers()) if part]
        if not said:
            return None
        return f"{name} is not whole: {', and '.join(said)}; everything else was read."

    def _hole(self) -> str:
        if not self._missing:
            return ""
        inputs = "1 input is" if self._missing == 1 else f"{self._missing} inputs are"
        since, until = self._seconds(self._hole_from_ns), self._seconds(self._hole_until_ns)
        return f"{inputs} missing between {since} and {until} after its start"

    def _end(self) -> str:
        if Mark.LOST in self._marks:
            return f"nothing can be read later than {self._seconds(self._last_ns)} after its start"
        left_out = self._marks & {Mark.DAMAGED_CHUNK, Mark.PACKED}
        if Mark.CUT in self._marks or (left_out and not self._missing):
            return f"it breaks off {self._seconds(self._last_ns)} after its start"
        return ""

    def _leftovers(self) -> str:
        if self._repeated:
            return "some inputs are in it twice or out of order and were left out"
        if self._missing or self._marks & {Mark.LOST, Mark.CUT, Mark.DAMAGED_CHUNK, Mark.PACKED}:
            return ""
        if Mark.CHECKSUM in self._marks:
            return "its checksum does not fit, so that inputs at its end may be missing"
        if Mark.TAIL in self._marks:
            return "the index at its end is missing"
        return ""

    def _seconds(self, t_ns: int | None) -> str:
        if t_ns is None or self._first_ns is None:
            return "0.0 s"
        return f"{(t_ns - self._first_ns) / _NS:.1f} s"
