"""What can be done to packets on their way, one by one."""

from __future__ import annotations

import random

import pytest

from sensorapp.virtual.packet_faults import PacketFaults

HANDLE = 0x0021


def notification(value: bytes, handle: int = HANDLE) -> bytes:
    att = bytes((0x1B,)) + handle.to_bytes(2, "little") + value
    return len(att).to_bytes(2, "little") + bytes((4, 0)) + att


ONE, TWO = notification(b"\x30one"), notification(b"\x30two")


def faults(**chances: float) -> PacketFaults:
    return PacketFaults(random.Random(1), **chances)  # type: ignore[arg-type]


def test_without_any_everything_passes() -> None:
    assert faults()(True, ONE) == (ONE,)


def test_what_goes_to_the_sensor_and_what_is_no_notification_is_left_alone() -> None:
    every = faults(drop=1.0)
    indication = ONE[:4] + b"\x1d" + ONE[5:]
    assert every(False, ONE) == (ONE,)
    assert every(True, indication) == (indication,)
    assert every(True, b"") == (b"",)
    assert every(True, ONE) == ()


def test_one_characteristic_alone() -> None:
    only = PacketFaults(random.Random(1), drop=1.0, only_handle=HANDLE)
    other = notification(b"x", HANDLE + 1)
    assert (only(True, ONE), only(True, other)) == ((), (other,))


def test_copies() -> None:
    assert faults(double=1.0)(True, ONE) == (ONE, ONE)
    assert PacketFaults(random.Random(1), flood=500)(True, ONE) == (ONE,) * 500


def test_swapped_with_the_next_one() -> None:
    swap = faults(swap=1.0)
    assert swap(True, ONE) == ()
    assert swap(True, TWO) == (TWO, ONE)


def test_the_next_major_version_is_a_copy_that_says_so() -> None:
    real, newer = faults(newer=1.0)(True, ONE)
    assert real == ONE
    assert newer == notification(b"\x50one")


@pytest.mark.parametrize("seed", range(20))
def test_garbage_of_any_length_beside_the_real_one(seed: int) -> None:
    real, made_up = PacketFaults(random.Random(seed), garbage=1.0)(True, ONE)
    assert real == ONE
    assert int.from_bytes(made_up[:2], "little") == len(made_up) - 4
    assert 0 <= len(made_up) - 7 <= 513
