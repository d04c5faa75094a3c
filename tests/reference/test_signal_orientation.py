"""Inclination against optical motion capture (BROAD), as ratios to plain VQF in the same run.

The reference leads the sensor by a constant few milliseconds, which favours whichever
algorithm lags by as much; so one lag per algorithm, common to all trials, is taken out. It
was fitted on the four rotation trials: 4 ms for ours, -1 ms (100 Hz) and -6 ms (48 Hz) for VQF.
All twelve trials, lag removed: ours 0.444 and 0.448 deg, VQF 0.740 and 0.970 deg, ours over the
whole recording 0.353 and 0.353, offlineVQF 0.419 and 0.593; with no lag removed: ours 0.762 and
0.768, VQF 0.744 and 1.382. The ratios asked for are 0.8, 0.65 (causal), 0.9 (not causal).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from vqf import VQF, offlineVQF

from sensorapp.signal.orientation import Orientation, estimate
from sensorapp.signal.vertical import up_in_sensor
from tests.reference.broad import Floats, Trial, errors_deg, load, rmse_deg, up_of
from tests.signal_streams import chunks_of

LAG_S = {("ours", 100): 0.004, ("ours", 48): 0.004, ("vqf", 100): -0.001, ("vqf", 48): -0.006}
"""OfflineVQF's are those of VQF."""
TRIALS = [
    "08_undisturbed_fast_rotation_with_breaks_A",
    "28_disturbed_stationary_magnet_A",
    "36_disturbed_attached_magnet_5cm",
]


def up_over(
    accel: Floats, gyro: Floats, rate_hz: float, lost: list[tuple[int, int]] | None = None
) -> Floats:
    """Up by our path, (n, 3); rows without a sample keep the value before."""
    orientation = Orientation(rate_hz)
    up = np.full((len(accel), 3), np.nan)
    for chunk in chunks_of(accel, gyro, round(rate_hz), lost=lost or []):
        up[chunk.index] = up_in_sensor(orientation.step(chunk))
    known = np.maximum.accumulate(np.where(np.isfinite(up[:, 0]), np.arange(len(up)), 0))
    return up[known]


def plain(trial: Trial) -> Floats:
    return up_of(VQF(1.0 / trial.rate_hz).updateBatch(trial.gyro, trial.accel)["quat6D"])


@pytest.mark.parametrize(("rate_hz", "goal"), [(100, 0.65), (48, 0.5)])
def test_inclination_beats_plain_vqf(datasets: Path, rate_hz: int, goal: float) -> None:
    mine, theirs = [], []
    for name in TRIALS:
        trial = load(datasets / "broad" / f"{name}.npz", rate_hz)
        up = up_of(estimate(trial.accel, trial.gyro, trial.rate_hz))
        mine.append(rmse_deg(trial, up, LAG_S["ours", rate_hz]))
        theirs.append(rmse_deg(trial, plain(trial), LAG_S["vqf", rate_hz]))
    assert np.mean(mine) < goal * np.mean(theirs)
    assert max(mine) < 0.8


@pytest.mark.parametrize(("rate_hz", "goal"), [(100, 0.85), (48, 0.5)])
def test_knowing_the_whole_recording_beats_offline_vqf(
    datasets: Path, rate_hz: int, goal: float
) -> None:
    mine, theirs = [], []
    for name in TRIALS:
        trial = load(datasets / "broad" / f"{name}.npz", rate_hz)
        up = up_of(estimate(trial.accel, trial.gyro, trial.rate_hz, causal=False))
        mine.append(rmse_deg(trial, up, LAG_S["ours", rate_hz]))
        quats = offlineVQF(trial.gyro, trial.accel, None, 1.0 / trial.rate_hz)["quat6D"]
        theirs.append(rmse_deg(trial, up_of(quats), LAG_S["vqf", rate_hz]))
    assert np.mean(mine) < goal * np.mean(theirs)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    ("name", "samples"),
    [
        ("broad/28_disturbed_stationary_magnet_A", 1),  # 210 deg/s in the median
        ("walking/lowerback_HA001_lab11", 5),  # on a body: 18 deg/s in the median
    ],
)
def test_bad_samples_are_forgotten_within_2_s(
    datasets: Path, name: str, samples: int, bad: float
) -> None:
    with np.load(datasets / f"{name}.npz") as data:
        rate_hz = 100
        if "broad" in name:
            trial = load(datasets / f"{name}.npz")
            accel, gyro = trial.accel[:8000], trial.gyro[:8000]
        else:
            accel, gyro = (data[key].astype(np.float64)[:8000] for key in ("acc", "gyr"))
    clean = up_over(accel, gyro, rate_hz)
    rows = range(1500, 7500, 600)
    accel, gyro = accel.copy(), gyro.copy()
    for turn, row in enumerate(rows):
        (accel if turn % 2 else gyro)[row : row + samples, turn % 3] = bad
    dirty = up_over(accel, gyro, rate_hz)
    assert np.isfinite(dirty).all()
    apart = np.degrees(np.arccos(np.clip((clean * dirty).sum(axis=1), -1.0, 1.0)))
    assert apart.max() > 0.0
    assert max(apart[row + samples + 200 : row + 500].max() for row in rows) < 0.5


@pytest.mark.parametrize(("missing", "limit_deg"), [(10, 2.9), (100, 7.5)])
def test_gaps_cost_a_few_degrees(datasets: Path, missing: int, limit_deg: float) -> None:
    """RMSE in the 5 s after gaps that fall every 12 s, against a filter that ignores them.

    Over all twelve trials: no gap 0.42, 0.1 s 2.1, 1 s 4.5 deg.
    """
    mine, ignoring = [], []
    for name in TRIALS[1:]:
        trial = load(datasets / "broad" / f"{name}.npz")
        count = len(trial.accel)
        gaps = [(row, row + missing) for row in range(1500, count - 700, 1200)]
        kept = np.ones(count, dtype=np.bool_)
        for begin, end in gaps:
            kept[begin:end] = False
        up = up_over(trial.accel, trial.gyro, trial.rate_hz, gaps)
        mine.append(rmse_after(trial, up, gaps))
        quats = VQF(0.01).updateBatch(trial.gyro[kept], trial.accel[kept])["quat6D"]
        up[kept] = up_of(quats)
        ignoring.append(rmse_after(trial, up, gaps))
    assert np.mean(mine) < limit_deg
    assert np.mean(mine) < 0.5 * np.mean(ignoring)


def rmse_after(trial: Trial, up: Floats, gaps: list[tuple[int, int]]) -> float:
    errors = errors_deg(trial, up, LAG_S["ours", 100])
    t_s = np.arange(len(errors)) / trial.ref_hz
    after = np.zeros(len(errors), dtype=np.bool_)
    for _, end in gaps:
        after |= (t_s >= end / 100.0) & (t_s < end / 100.0 + 5.0)
    return float(np.sqrt(np.mean(errors[after & trial.moving & np.isfinite(errors)] ** 2)))
