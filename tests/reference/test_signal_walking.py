"""Walking on two labelled recordings of daily activity, at the lower back.

Their labels name only bouts of clean straight walking, while the wearers also turn, shuffle
and rise between them; so precision is low for any rule of this kind, and what is tested is
that the 10 Hz rule loses nothing against the same rule at the full rate. Frame by frame:
precision 0.47 and 0.72, recall 0.80 and 0.68 (full rate: 0.47 and 0.72, 0.80 and 0.65).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from sensorapp.signal.activity import WALKING_MPS2, WalkingDetector
from tests.signal_streams import chunks_of


@pytest.mark.parametrize(
    ("name", "precision", "recall"), [("HA001", 0.45, 0.75), ("MS001", 0.68, 0.62)]
)
def test_the_grid_rule_finds_what_the_full_rate_finds(
    datasets: Path, name: str, precision: float, recall: float
) -> None:
    with np.load(datasets / "walking" / f"lowerback_{name}_lab11.npz") as data:
        accel, gyro, bouts = (
            data[key].astype(np.float64) for key in ("acc", "gyr", "walking_bouts_s")
        )
    detector = WalkingDetector(100.0)
    found = [(c.frame_t_ns * 1e-9, detector.step(c)) for c in chunks_of(accel, gyro)]
    t_s = np.array([t for t, _ in found])
    walks = np.array([walking for _, walking in found])
    truth = np.any([(t_s >= begin) & (t_s < end) for begin, end in bouts], axis=0)
    assert (walks & truth).sum() / walks.sum() > precision
    assert (walks & truth).sum() / truth.sum() > recall

    size = np.linalg.norm(accel, axis=1)
    band = sosfilt(butter(2, (0.5, 3.0), "bandpass", fs=100.0, output="sos"), size - size[0])
    rms = np.sqrt(np.convolve(band**2, np.full(200, 1 / 200))[: len(band)])
    full = (rms > WALKING_MPS2)[np.round(t_s * 100).astype(int)]
    assert (walks & truth).sum() >= 0.98 * (full & truth).sum()
    assert (walks == full).mean() > 0.9
