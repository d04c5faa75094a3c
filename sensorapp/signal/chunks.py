"""Chunks: the samples that lead to one frame of the 10 Hz grid.

Everything after the time base works on chunks. A chunk ends with the sample that makes a
frame, so its borders depend on sample times alone and no result can depend on how samples
were grouped into packets. Bad samples are refused here, before any filter: they count as
missing, like samples that were lost on the way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sensorapp.model.imu import BoolArray, FloatArray, ImuBlock, IntArray
from sensorapp.model.record import record
from sensorapp.signal.bad_samples import BadSamples
from sensorapp.signal.flags import any_true
from sensorapp.signal.grid import FrameGrid

_ROOM = 2048
"""Samples copied into one array: 20 s at 100 Hz, 130 kB."""


@record
class Chunk:
    """The samples up to and including the one that makes a frame, n >= 1.

    `index` (n,) int64 is the samples' own counter: a jump means missing samples; `t_ns`
    (n,), `accel_mps2` (n, 3), `gyro_rads` (n, 3; all NaN without a gyroscope), `clipped` (n,).
    `first_index`, `next_index` (one more than the last) and `frame_t_ns`, the instant of the
    sample that makes the frame, say in plain numbers what every step asks for.
    """

    index: IntArray
    t_ns: IntArray
    accel_mps2: FloatArray
    gyro_rads: FloatArray
    clipped: BoolArray
    first_index: int
    next_index: int
    frame_t_ns: int


@record
class Stretch:
    """Many chunks in a row with nothing amiss, for whoever has much to go through.

    No sample is missing inside or before it, and none clipped: fields are those of `Chunk`, with
    the end of each chunk's rows in `ends` and its frame's instant in `frame_t_ns`.
    """

    index: IntArray
    t_ns: IntArray
    accel_mps2: FloatArray
    gyro_rads: FloatArray
    clipped: BoolArray
    ends: list[int]
    frame_t_ns: list[int]

    def chunk(self, place: int) -> Chunk:
        """The chunk at this place, 0 or more."""
        rows = slice(self.ends[place - 1] if place else 0, self.ends[place])
        return chunk_of(
            self.index[rows],
            self.t_ns[rows],
            self.accel_mps2[rows],
            self.gyro_rads[rows],
            self.clipped[rows],
        )


class _Rows(NamedTuple):
    """The arrays of a chunk, with any number of rows."""

    counters: IntArray
    t_ns: IntArray
    accel_mps2: FloatArray
    gyro_rads: FloatArray
    clipped: BoolArray


def chunk_of(
    index: IntArray,
    t_ns: IntArray,
    accel_mps2: FloatArray,
    gyro_rads: FloatArray,
    clipped: BoolArray,
) -> Chunk:
    """A chunk of these samples, at least one."""
    first, last, frame_t_ns = index.item(0), index.item(-1), t_ns.item(-1)
    return Chunk(index, t_ns, accel_mps2, gyro_rads, clipped, first, last + 1, frame_t_ns)


class Chunker:
    """Gathers the blocks of one epoch and hands out chunks as they become whole.

    Samples are copied once into long arrays, of which chunks are views; a full
    array is left to the chunks that look at it and a new one begun. Counters are written there
    ahead of their samples, and that none of them clips: mostly both come true.
    """

    def __init__(self) -> None:
        self._grid = FrameGrid()
        self._room = _new_room(_ROOM)
        self._begin = 0  # of the samples that wait for their frame
        self._end = 0
        self._ahead: int | None = None  # counter minus row, of the rows that are still free
        self._bad = BadSamples()
        self._clipped_before = False  # a clipped sample was refused right before
        self.not_finite = 0
        """Samples refused so far because they were not finite."""
        self.impossible = 0
        """Samples refused so far because they were frozen or a leap to the end of the range."""

    def push(self, block: ImuBlock, t_ns: IntArray) -> list[Chunk]:
        """Chunks that `block`, stamped `t_ns` (n,), completes; often one, often none."""
        good = self._bad.good(block)
        if good is None and not self._clipped_before:
            begin = self._append(
                block.first_index, t_ns, block.accel_mps2, block.gyro_rads, block.clipped
            )
        else:
            rows = self._without(block, t_ns, good)
            t_ns = rows.t_ns
            begin = self._append(None, t_ns, rows.accel_mps2, rows.gyro_rads, rows.clipped)
            self._room.counters[begin : self._end] = rows.counters
        chunks = []
        for end in self._grid.cut(t_ns):
            chunks.append(chunk_of(*_taken(self._room, slice(self._begin, begin + end))))
            self._begin = begin + end
        return chunks

    def is_good(self, block: ImuBlock) -> bool:
        """Whether `push_many` can take a long block of six axes.

        If not, there are clipped or bad samples in it, and `push` has to see its packets.
        """
        clips = self._clipped_before or any_true(block.clipped)
        return not clips and self._bad.are_none(block)

    def push_many(self, block: ImuBlock, t_ns: IntArray) -> tuple[Chunk | None, Stretch | None]:
        """What `push` gives for a block that `is_good`.

        The first chunk by itself, for it may begin with samples that waited, and the others.
        """
        begin = self._append(
            block.first_index, t_ns, block.accel_mps2, block.gyro_rads, block.clipped
        )
        ends = [begin + end for end in self._grid.cut(t_ns)]
        if not ends:
            return None, None
        first = chunk_of(*_taken(self._room, slice(self._begin, ends[0])))
        self._begin = ends[-1]
        if len(ends) == 1:
            return first, None
        begin = ends[0]
        rows = _taken(self._room, slice(begin, ends[-1]))
        ends = [end - begin for end in ends[1:]]
        return first, Stretch(*rows, ends, rows.t_ns[np.array(ends) - 1].tolist())

    def _without(self, block: ImuBlock, t_ns: IntArray, good: BoolArray | None) -> _Rows:
        """`block` without the bad samples, of which the next good one tells if they clipped."""
        if good is None:
            good = np.ones(block.count, dtype=np.bool_)
        clipped = block.clipped.copy()
        for row, is_good in enumerate(good.tolist()):
            clipped[row] |= self._clipped_before
            self._clipped_before = bool(clipped[row]) and not is_good
        index = np.arange(block.first_index, block.first_index + block.count)
        every = _Rows(index, t_ns, block.accel_mps2, block.gyro_rads, clipped)
        bad = _taken(every, ~good)
        values = bad.accel_mps2 + bad.gyro_rads if block.has_gyro else bad.accel_mps2
        finite = int(np.isfinite(values).all(axis=1).sum())
        self.impossible += finite
        self.not_finite += len(bad.t_ns) - finite
        return _taken(every, good)

    def _append(
        self,
        first_index: int | None,
        t_ns: IntArray,
        accel_mps2: FloatArray,
        gyro_rads: FloatArray,
        clipped: BoolArray,
    ) -> int:
        """Where in the room these samples begin now; None for counters that the caller writes."""
        begin, room = self._end, self._room
        end = begin + len(t_ns)
        if end > len(room.t_ns):
            begin, end = self._move(len(t_ns))
            room = self._room
        self._end = end
        if first_index is None:
            self._ahead = None
        elif first_index - begin != self._ahead:
            room.counters[begin:] = np.arange(len(room.t_ns) - begin) + first_index
            self._ahead = first_index - begin
        rows = slice(begin, end)
        room.t_ns[rows] = t_ns
        room.accel_mps2[rows] = accel_mps2
        room.gyro_rads[rows] = gyro_rads
        if any_true(clipped):
            room.clipped[rows] = clipped
        return begin

    def _move(self, count: int) -> tuple[int, int]:
        """Take the waiting samples to a new room; rows of it for `count` more."""
        waiting = _taken(self._room, slice(self._begin, self._end))
        begin = len(waiting.t_ns)
        self._room = _new_room(max(_ROOM, begin + count))
        for column, values in zip(self._room, waiting, strict=True):
            column[:begin] = values
        self._begin, self._ahead = 0, None
        return begin, begin + count


def _new_room(count: int) -> _Rows:
    return _Rows(
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64),
        np.empty((count, 3)),
        np.empty((count, 3)),
        np.zeros(count, dtype=np.bool_),
    )


def _taken(of: _Rows, rows: slice | BoolArray) -> _Rows:
    return _Rows(
        of.counters[rows],
        of.t_ns[rows],
        of.accel_mps2[rows],
        of.gyro_rads[rows],
        of.clipped[rows],
    )
