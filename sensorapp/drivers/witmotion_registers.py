"""Registers of WitMotion BLE 5.0 sensors: how they are written and read, and what they hold."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

_REPLY = 0x71

_BATTERY = (
    (3.40, 0.0),
    (3.50, 5.0),
    (3.68, 10.0),
    (3.70, 15.0),
    (3.73, 20.0),
    (3.77, 30.0),
    (3.79, 40.0),
    (3.82, 50.0),
    (3.87, 60.0),
    (3.93, 75.0),
    (3.96, 90.0),
    (3.99, 100.0),
)
"""Volts and percent between which the maker's own program interpolates for one cell."""


class Register(IntEnum):
    """Addresses that are read or written here."""

    RATE = 0x03
    ALGORITHM = 0x24
    READ = 0x27
    BATTERY = 0x64
    UNLOCK = 0x69


RATE_CODES = {0x06: 10_000, 0x07: 20_000, 0x08: 50_000, 0x09: 100_000, 0x0A: 200_000}
"""Values of the rate register, in thousandths of a hertz; 0x06 when it leaves the factory."""

SIX_AXES = 1
"""Value of the algorithm register: angles without the magnetometer."""

UNLOCK_KEY = 0xB588


@dataclass(frozen=True, slots=True)
class RegisterReply:
    """Four words from `register` on, as they are in the sensor."""

    register: int
    words: tuple[int, int, int, int]


def command(register: int, value: int) -> bytes:
    """Write a register: five bytes."""
    return struct.pack("<BBBH", 0xFF, 0xAA, register, value)


def parse_reply(frame: bytes) -> RegisterReply | None:
    """What a frame says of a register; None if it is a sample."""
    if frame[1] != _REPLY:
        return None
    register, *words = struct.unpack("<5H", frame[2:12])
    first, second, third, fourth = words
    return RegisterReply(register, (first, second, third, fourth))


def battery_pct(centivolts: int) -> int | None:
    """Charge, 0 to 100, from the battery register; None where that holds nothing."""
    if centivolts <= 0:
        return None
    volts = centivolts / 100.0
    below, share = _BATTERY[0]
    for above, full in _BATTERY:
        if volts < above:
            if above == below:
                return 0
            return round(share + (full - share) * (volts - below) / (above - below))
        below, share = above, full
    return 100
