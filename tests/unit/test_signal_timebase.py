"""Instants follow the protocol's time rule to the nanosecond."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorapp.signal.timebase import Timebase

VECTORS = Path(__file__).parents[2] / "firmware_protocol" / "vectors" / "time_rule.json"
CASES: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]


def stamped(case: dict[str, Any], longest: int = 4096) -> dict[int, int]:
    """Instants by index, with packets cut into at most `longest` samples."""
    timebase = Timebase(case["rate_mhz"])
    found: dict[int, int] = {}
    for packet in case["packets"]:
        first, ticks, step = packet["index"], packet["ticks"], packet["clock_step"]
        for begin in range(first, first + packet["count"], longest):
            count = min(longest, first + packet["count"] - begin)
            t_ns = timebase.stamp(begin, count, ticks, clock_step=step)
            found.update(zip(range(begin, begin + count), t_ns.tolist(), strict=True))
            ticks, step = None, False
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("longest", [4096, 512, 64])
def test_the_worked_examples_of_the_protocol(case: dict[str, Any], longest: int) -> None:
    found = stamped(case, longest)
    assert {index: found[index] for index, _ in case["times"]} == dict(case["times"])


def test_without_ticks_time_is_the_declared_rate_forever() -> None:
    month = 30 * 24 * 3600 * 100
    assert Timebase(100_000).stamp(month, 2, None).tolist() == [
        month * 10_000_000,
        (month + 1) * 10_000_000,
    ]


def test_a_rate_that_divides_nothing_is_exact_to_the_nanosecond() -> None:
    t_ns = Timebase(52_083).stamp(0, 1024, None)
    assert t_ns.tolist() == [i * 10**12 // 52_083 for i in range(1024)]


def test_late_samples_get_the_instants_they_would_have_had() -> None:
    ticks = [round(k * 1024 / 52 * 32768) for k in range(4)]  # declared 50 Hz
    in_order, late = Timebase(50_000), Timebase(50_000)
    expected = [in_order.stamp(1024 * k, 1024, ticks[k]) for k in range(4)]
    for k in (0, 1, 3):
        late.stamp(1024 * k, 1024 if k != 1 else 100, ticks[k])
    assert np.array_equal(late.stamp(1124, 924, None), expected[1][100:])


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Timebase(0)
