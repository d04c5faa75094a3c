"""What an analysis costs, as a ratio to parsing the recording and one bare VQF pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.speed.analysis_cost import GOAL, WEARERS, a_recording, measured

MINUTES = {"desk": 12.0, "day": 30.0}
"""The first minute, with its calibration, costs half as much again as a later one. A day's walks
and its lunch last for half an hour, however short its sitting is."""
RUNS = 4


@pytest.mark.parametrize("wearer", WEARERS)
def test_an_analysis(benchmark: BenchmarkFixture, tmp_path: Path, wearer: str) -> None:
    """With everything on; the least of some runs of each part."""
    timed = benchmark.enabled  # beside another process there is one run, which says little
    rows = WEARERS[wearer](MINUTES[wearer]) if timed else WEARERS["desk"](1.0)
    recording = a_recording(rows, tmp_path)
    costs = []

    def run() -> None:
        costs.append(measured(recording, rounds=1))

    pedantic: Callable[..., object] = benchmark.pedantic
    pedantic(run, rounds=RUNS, warmup_rounds=1)
    least = min(cost.analysis_s for cost in costs)
    parsing = min(cost.to_samples_s + cost.bare_s for cost in costs)
    reading = min(cost.to_inputs_s + cost.bare_s for cost in costs)
    benchmark.extra_info["over_samples"] = least / parsing
    print(
        f"{wearer}: an analysis costs {least / parsing:.2f} times parsing to samples and a bare "
        f"VQF pass, {least / reading:.1f} times reading inputs and the pass"
    )
    if timed:
        assert least / parsing <= GOAL
