"""Walking on two labelled recordings of daily activity, at the lower back.

The labels name only bouts of clean walking, while the wearers also turn, shuffle and rise
between them; so nothing is asked of precision there, but their long rests have to be without
a step. One wearer has multiple sclerosis and takes some bouts in weak, uneven steps, which
are brisk movement rather than walking to these rules.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sensorapp.signal.activity.walking import WalkingDetector
from tests.signal_streams import chunks_of, mean_accel

Floats = NDArray[np.float64]


def said(datasets: Path, name: str) -> tuple[Floats, Floats, list[tuple[float, float]]]:
    """Instants (n,), what was said there (walking, brisk, steps a minute), labelled bouts."""
    with np.load(datasets / "walking" / f"lowerback_{name}_lab11.npz") as data:
        accel, gyro = (data[key].astype(np.float64) for key in ("acc", "gyr"))
        bouts = [(float(begin), float(end)) for begin, end in data["walking_bouts_s"]]
    detector = WalkingDetector(100.0)
    rows = [
        (
            chunk.frame_t_ns * 1e-9,
            detector.step(mean_accel(chunk)),
            detector.brisk,
            detector.cadence_spm or np.nan,
        )
        for chunk in chunks_of(accel, gyro)
    ]
    table = np.array(rows, dtype=np.float64)
    return table[:, 0], table[:, 1:], bouts


@pytest.mark.parametrize(("name", "walks", "moves"), [("HA001", 0.95, 0.97), ("MS001", 0.54, 0.74)])
def test_labelled_bouts_are_walking_or_at_least_brisk(
    datasets: Path, name: str, walks: float, moves: float
) -> None:
    t_s, what, bouts = said(datasets, name)
    truth = np.any([(t_s >= begin + 1.5) & (t_s < end) for begin, end in bouts], axis=0)
    found = what[truth, 0] > 0
    brisk = what[truth, 1] > 0
    print(f"{name}: walking {found.mean():.3f}, walking or brisk {(found | brisk).mean():.3f}")
    assert found.mean() > walks
    assert (found | brisk).mean() > moves


@pytest.mark.parametrize(
    ("name", "rests"),
    [("HA001", [(60.0, 76.0)]), ("MS001", [(0.0, 8.0), (60.0, 90.0), (150, 195)])],
)
def test_long_rests_are_without_a_step(
    datasets: Path, name: str, rests: list[tuple[float, float]]
) -> None:
    t_s, what, _ = said(datasets, name)
    for begin, end in rests:
        assert what[(t_s >= begin) & (t_s < end), 0].sum() == 0


@pytest.mark.parametrize(
    ("name", "bout", "cadence_spm"),
    [("HA001", 1, 92.5), ("HA001", 4, 104.5), ("MS001", 0, 104.0), ("MS001", 3, 101.0)],
)
def test_steps_a_minute_are_those_of_the_motion_capture(
    datasets: Path, name: str, bout: int, cadence_spm: float
) -> None:
    """Reference: foot contacts of the same trials by stereophotogrammetry, same origin."""
    t_s, what, bouts = said(datasets, name)
    begin, end = bouts[bout]
    told = what[(t_s >= begin + 2.0) & (t_s < end), 2]
    assert float(np.nanmedian(told)) == pytest.approx(cadence_spm, abs=5.0)
