"""One timeline over many epochs: where each stream begins in session time.

Within an epoch time follows from index and ticks alone. Between epochs the sensor's own
clock measures the pause if the sensor did not reboot; host time then only tells how often
that clock wrapped (every 36.4 h). That clock is read at anchors alone, which stay where they
are however samples are packed. After a reboot there is nothing but host time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensorapp.model.imu import ImuBlock, IntArray
from sensorapp.signal.timebase import SPAN, TICKS_HZ, Timebase

_WRAP = 1 << 32
_FARTHEST_NS = 1 << 61
"""73 years: what claims to be later is damaged, and int64 has room beyond."""

_CLOCKS_AGREE_NS = 10_000_000_000
"""Sensor and host pause may differ by this much (delays, drift); more means a reset clock."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A packet's first sample on all three clocks."""

    t_ns: int
    host_ns: int
    ticks: int
    boot_id: int | None


class Timeline:
    """Session time of every sample of one sensor, rising over epochs."""

    def __init__(self) -> None:
        self._epoch: int | None = None
        self._timebase: Timebase | None = None
        self._offset_ns = 0
        self._anchor: _Seen | None = None
        self._newest: tuple[int, int] | None = None
        self._t_ns: int | None = None
        self.boot_id: int | None = None
        """Boot of the sensor that is connected, if it tells."""

    @property
    def t_ns(self) -> int | None:
        """Instant of the newest sample."""
        return self._t_ns

    def begins(self, block: ImuBlock) -> bool:
        """Whether this block is the first of an epoch."""
        return block.epoch != self._epoch

    @property
    def epoch_began_ns(self) -> int:
        """Instant of index 0 of the newest epoch."""
        return self._offset_ns

    def stamp(self, block: ImuBlock) -> IntArray | None:
        """Instants (n,) int64 ns of the block's samples; opens a new epoch where one begins.

        None, with nothing changed, for samples that claim to be decades after the start.
        """
        begins = self.begins(block)
        offset_ns = self._start_of(block) if begins else self._offset_ns
        if not _can_be(offset_ns, block):
            return None
        if begins or self._timebase is None:
            self._epoch = block.epoch
            self._timebase = Timebase(block.rate_mhz)
            self._offset_ns = offset_ns
            self._anchor = None
        if block.arrivals:
            t_ns, first_ns = self._stamp_many(block, self._timebase)
        else:
            t_ns = self._timebase.stamp(
                block.first_index,
                block.count,
                block.ticks,
                clock_step=block.clock_step,
                begins_ns=self._offset_ns,
            )
            first_ns = t_ns.item(0)
            if block.ticks is not None and (begins or block.first_index % SPAN == 0):
                self._anchor = _Seen(first_ns, block.host_ns, block.ticks, self.boot_id)
        self._newest = first_ns, block.host_ns
        self._t_ns = t_ns.item(-1)
        return t_ns

    def _stamp_many(self, block: ImuBlock, timebase: Timebase) -> tuple[IntArray, int]:
        """Instants of packets that were joined, and that of the last one's first sample."""
        arrivals, pieces = block.arrivals, []
        begins = [block.first_index, *(end_index for end_index, _, _ in arrivals[:-1])]
        clocks = [block.ticks, *(ticks for _, _, ticks in arrivals[1:])]
        places = [0, *(place for place, ticks in enumerate(clocks) if place and ticks is not None)]
        for place, after in zip(places, [*places[1:], len(arrivals)], strict=True):
            index, ticks, host_ns = begins[place], clocks[place], arrivals[place][1]
            count = arrivals[after - 1][0] - index
            t_ns = timebase.stamp(index, count, ticks, begins_ns=self._offset_ns)
            if ticks is not None and index % SPAN == 0:
                self._anchor = _Seen(t_ns.item(0), host_ns, ticks, self.boot_id)
            pieces.append(t_ns)
        every_ns = np.concatenate(pieces)
        return every_ns, every_ns.item(begins[-1] - block.first_index)

    def goes_on(self, block: ImuBlock) -> bool:
        """Whether `stamp` has an answer for a block that begins no epoch."""
        return not self.begins(block) and _can_be(self._offset_ns, block)

    def instant_of(self, ticks: int) -> int | None:
        """Session time at this reading of the sensor's clock, None before the first anchor."""
        anchor = self._anchor
        if anchor is None or anchor.boot_id != self.boot_id:
            return None
        ahead = (ticks - anchor.ticks + _WRAP // 2) % _WRAP - _WRAP // 2
        return anchor.t_ns + ahead * 1_000_000_000 // TICKS_HZ

    def _start_of(self, block: ImuBlock) -> int:
        """Session time of index 0 of the epoch that `block` opens."""
        into_epoch_ns = _nominal_ns(block.first_index, block)
        if self._newest is None or self._t_ns is None:
            # A stream that an earlier session began: here it begins with what that one lacks.
            begin = Timebase(block.rate_mhz).stamp(block.first_index - block.lost_before, 1, None)
            return -int(begin[0])
        start_ns = self._by_sensor(block)
        if start_ns is None:
            newest_ns, host_ns = self._newest
            start_ns = newest_ns + max(0, block.host_ns - host_ns)
        earliest_ns = self._t_ns + _nominal_ns(1, block)
        return max(earliest_ns, start_ns) - into_epoch_ns

    def _by_sensor(self, block: ImuBlock) -> int | None:
        """Session time of the block by the sensor's own clock, None if that can't tell."""
        anchor = self._anchor
        if anchor is None or block.ticks is None:
            return None
        if self.boot_id is None or self.boot_id != anchor.boot_id:
            return None
        host_ns = max(0, block.host_ns - anchor.host_ns)
        passed = (block.ticks - anchor.ticks) % _WRAP
        wraps = max(0, round((host_ns * TICKS_HZ / 1e9 - passed) / _WRAP))
        sensor_ns = (passed + wraps * _WRAP) * 1_000_000_000 // TICKS_HZ
        return anchor.t_ns + sensor_ns if abs(sensor_ns - host_ns) < _CLOCKS_AGREE_NS else None


def _can_be(offset_ns: int, block: ImuBlock) -> bool:
    end_ns = offset_ns + _nominal_ns(block.first_index + block.count, block)
    return end_ns <= _FARTHEST_NS


def _nominal_ns(samples: int, block: ImuBlock) -> int:
    """How long so many samples last at the declared rate."""
    return samples * 1_000_000_000_000 // block.rate_mhz
