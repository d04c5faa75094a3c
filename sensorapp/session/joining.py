"""Packets whose samples follow each other, as one block, and apart again.

Most of what a session does with samples costs the same for ten of them as for thousands. So
whoever has many inputs at once joins what one packet brought to what the next one did, as far
as nothing happened in between that a packet tells of as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sensorapp.model.imu import ImuBlock
from sensorapp.signal.flags import any_true
from sensorapp.signal.timebase import SPAN


def joins(last: ImuBlock, block: ImuBlock) -> bool:
    """Whether `block` goes on where `last` ended, with nothing to tell by itself."""
    return (
        block.epoch == last.epoch
        and block.first_index == last.first_index + len(last.accel_mps2)
        and block.rate_mhz == last.rate_mhz
        and block.lost_before == last.lost_before == 0
        and block.has_gyro
        and last.has_gyro
        and not block.motor
        and block.motor is last.motor
        and not (block.clock_step or last.clock_step)
        and not any_true(block.clipped)
        and not any_true(last.clipped)  # for long blocks, too: bytes are searched quickly
    )


def joined(blocks: Sequence[ImuBlock]) -> ImuBlock:
    """One block of several of which each joins the one before."""
    first, last = blocks[0], blocks[-1]
    if len(blocks) == 1:
        return first
    arrivals: list[tuple[int, int, int | None]] = []
    for block in blocks:
        if block.arrivals:
            arrivals += block.arrivals
        else:
            ticks = block.ticks if block.first_index % SPAN == 0 else None
            arrivals.append((block.first_index + len(block.accel_mps2), block.host_ns, ticks))
    return ImuBlock(
        first.sensor_id,
        last.host_ns,
        first.epoch,
        first.first_index,
        first.ticks,
        first.rate_mhz,
        np.concatenate([block.accel_mps2 for block in blocks]),
        np.concatenate([block.gyro_rads for block in blocks]),
        np.concatenate([block.clipped for block in blocks]),
        first.lost_before,
        first.clock_step,
        first.has_gyro,
        first.motor,
        tuple(arrivals),
    )


def apart(block: ImuBlock) -> list[ImuBlock]:
    """The blocks that were joined, but for ticks that say nothing."""
    if not block.arrivals:
        return [block]
    parts, begin = [], 0
    for end_index, host_ns, ticks in block.arrivals:
        end = end_index - block.first_index
        parts.append(
            ImuBlock(
                block.sensor_id,
                host_ns,
                block.epoch,
                block.first_index + begin,
                ticks if begin else block.ticks,
                block.rate_mhz,
                block.accel_mps2[begin:end],
                block.gyro_rads[begin:end],
                block.clipped[begin:end],
                0 if begin else block.lost_before,
                False if begin else block.clock_step,
                block.has_gyro,
                block.motor,
            )
        )
        begin = end
    return parts
