"""What an IMU file costs on its way into a recording, as a ratio to analysing that recording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time

from pytest_benchmark.fixture import BenchmarkFixture

from sensorapp.app.analyze import analyze
from sensorapp.app.import_imu import import_imu
from tests.speed.analysis_cost import a_recording, at_a_desk

MINUTES = 6.0
RUNS = 3
MOST_IMPORT = 2.2
"""It takes some 1.3: packets made, heard, and written."""
MOST_FILE = 2.6
"""Played into a session instead. It takes some 1.8, of which the session's own work is 1."""


def test_a_file_imported_and_a_file_analysed(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """In turns; the least of some runs of each. Row by row both took more than 6."""
    timed = benchmark.enabled  # beside another process there is one run, which says little
    recording = a_recording(at_a_desk(MINUTES if timed else 0.5), tmp_path)
    file = tmp_path / "day.npz"
    rounds_s: list[tuple[float, float, float]] = []

    def run() -> None:
        recording.unlink()
        begun_s = process_time()
        import_imu(file, recording, None)
        imported_s = process_time()
        analyze(recording, None, (), None)
        analysed_s = process_time()
        analyze(file, None, (), None)
        rounds_s.append(
            (imported_s - begun_s, analysed_s - imported_s, process_time() - analysed_s)
        )

    pedantic: Callable[..., object] = benchmark.pedantic
    pedantic(run, rounds=RUNS, warmup_rounds=1)
    import_s, analysis_s, file_s = (min(column) for column in zip(*rounds_s, strict=True))
    benchmark.extra_info["import_over_analysis"] = import_s / analysis_s
    benchmark.extra_info["file_over_analysis"] = file_s / analysis_s
    print(
        f"importing a file costs {import_s / analysis_s:.2f} times the analysis of its recording, "
        f"analysing the file itself {file_s / analysis_s:.2f} times"
    )
    if timed:
        assert import_s / analysis_s <= MOST_IMPORT
        assert file_s / analysis_s <= MOST_FILE
