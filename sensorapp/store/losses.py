"""Keeps account of what a damaged recording lacks, by time range, and says it in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sensorapp.store.mcap_chunk import Mark, StoredMessage

_SEQUENCES = 2**32
_NS = 1_000_000_000
_HOLES_KEPT = 10_000
_HOLES_SAID = 3
_LEFT_OUT = {Mark.DAMAGED_CHUNK, Mark.PACKED, Mark.SKIPPED}


@dataclass(frozen=True, slots=True)
class Hole:
    """Inputs that are missing between two that were read.

    Times are seconds after the first input that was read; `from_s` None if the hole is before.
    """

    inputs: int
    from_s: float | None
    until_s: float


@dataclass(frozen=True, slots=True)
class Account:
    """What was read of a recording and what is missing.

    `inputs` were read, unknown ones included; `repeated` were there twice or out of order.
    `breaks_off` says that something followed the last input, nobody knows how much; `closed`
    that the file has its end mark and index; `damaged` that bytes are not as they were written.
    """

    inputs: int
    duration_s: float
    missing: int
    repeated: int
    holes: tuple[Hole, ...]
    breaks_off: bool
    closed: bool
    damaged: bool

    @property
    def whole(self) -> bool:
        """Whether the file is as it was written and was closed."""
        return not (self.damaged or self.missing or self.repeated or self.breaks_off) and (
            self.closed
        )


class Losses:
    """Follows the sequence numbers of inputs, which count from 1 without a hole."""

    def __init__(self) -> None:
        self._marks: set[Mark] = set()
        self._inputs = 0
        self._expected = 1
        self._first_ns: int | None = None
        self._last_ns: int | None = None
        self._repeated = 0
        self._holes: list[Hole] = []
        self._left_out_since = False

    def mark(self, mark: Mark) -> None:
        """Note what the walk over the file met."""
        self._marks.add(mark)
        if mark in _LEFT_OUT:
            self._left_out_since = True

    def is_next(self, message: StoredMessage) -> bool:
        """Whether this input comes after the last; False for one that was there already.

        One without a topic is left out and counts as missing.
        """
        if not message.topic:
            self._left_out_since = True
            return False
        ahead = (message.sequence - self._expected) % _SEQUENCES
        if ahead >= _SEQUENCES // 2:
            self._repeated += 1
            return False
        first = self._first_ns is None
        if self._first_ns is None:
            self._first_ns = message.log_time
        if ahead:
            since = None if first else self._seconds(self._last_ns)
            self._add(Hole(ahead, since, self._seconds(message.log_time)))
        self._inputs += 1
        self._expected = (message.sequence + 1) % _SEQUENCES
        self._last_ns = message.log_time
        self._left_out_since = False
        return True

    def account(self) -> Account:
        """All of it, once the file has been read."""
        return Account(
            inputs=self._inputs,
            duration_s=self._seconds(self._last_ns),
            missing=sum(hole.inputs for hole in self._holes),
            repeated=self._repeated,
            holes=tuple(self._holes),
            breaks_off=self._left_out_since or bool(self._marks & {Mark.LOST, Mark.CUT}),
            closed=not self._marks & {Mark.CUT, Mark.TAIL},
            damaged=bool(self._marks - {Mark.CUT}),
        )

    def notice(self, name: str) -> str | None:
        """One plain sentence on all that is not whole, None if everything is."""
        said = [part for part in (self._missing(), self._end(), self._leftovers()) if part]
        if not said:
            return None
        return f"{name} is not whole: {', and '.join(said)}; everything else was read."

    def _add(self, hole: Hole) -> None:
        if len(self._holes) < _HOLES_KEPT:
            self._holes.append(hole)
        else:
            last = self._holes[-1]
            self._holes[-1] = replace(last, inputs=last.inputs + hole.inputs, until_s=hole.until_s)

    def _missing(self) -> str:
        if not self._holes:
            return ""
        first, *others = [_place(hole) for hole in self._holes[:_HOLES_SAID]]
        verb = "input is missing" if self._holes[0].inputs == 1 else "inputs are missing"
        said = ", ".join([first.replace(" ", f" {verb} ", 1), *others])
        if self._holes[-1].from_s is not None:
            said += " after its start"
        rest = self._holes[_HOLES_SAID:]
        if rest:
            said += f", {sum(hole.inputs for hole in rest)} in {len(rest)} later places"
        return said

    def _end(self) -> str:
        last = f"{self._seconds(self._last_ns):.1f} s after its start"
        if Mark.LOST in self._marks:
            return f"nothing can be read later than {last}"
        if Mark.CUT in self._marks or self._left_out_since:
            return f"it breaks off {last}"
        return ""

    def _leftovers(self) -> str:
        if self._repeated:
            return "some inputs are in it twice or out of order and were left out"
        if self._holes or self._left_out_since or self._marks & {Mark.LOST, Mark.CUT}:
            return ""
        if self._marks & _LEFT_OUT:
            return "some bytes in it are damaged, though no input is"
        if Mark.CHECKSUM in self._marks:
            return "its checksum does not fit, so that inputs at its end may be missing"
        return "the index at its end is missing or damaged" if Mark.TAIL in self._marks else ""

    def _seconds(self, t_ns: int | None) -> float:
        if t_ns is None or self._first_ns is None:
            return 0.0
        return (t_ns - self._first_ns) / _NS


def _place(hole: Hole) -> str:
    if hole.from_s is None:
        return f"{hole.inputs} before the first that can be read"
    return f"{hole.inputs} between {hole.from_s:.1f} s and {hole.until_s:.1f} s"
