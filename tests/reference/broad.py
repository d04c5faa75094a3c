"""The trials of BROAD as our sensor would see them, and the error against their reference."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

Floats = npt.NDArray[np.float64]
FACTORS = {25: (7, 80), 48: (21, 125), 50: (7, 40), 100: (7, 20), 200: (7, 10), 286: (1, 1)}
"""From 285.71 Hz, which is called 286, to other rates."""


@dataclass(frozen=True)
class Trial:
    """A resampled trial: SI units at `rate_hz`; `ref_up` and `moving` at `ref_hz`."""

    accel: Floats
    gyro: Floats
    rate_hz: float
    ref_up: Floats
    moving: npt.NDArray[np.bool_]
    ref_hz: float


def load(path: Path, rate_hz: int = 100) -> Trial:
    with np.load(path) as data:
        up, down = FACTORS[rate_hz]
        accel, gyro = (_resampled(data[key].astype(np.float64), up, down) for key in ("acc", "gyr"))
        quats = data["quat"].astype(np.float64)
        return Trial(
            accel=accel,
            gyro=gyro,
            rate_hz=float(data["fs"]) * up / down,
            ref_up=up_of(quats),
            moving=np.array(data["moving"]),
            ref_hz=float(data["fs"]),
        )


def _resampled(values: Floats, up: int, down: int) -> Floats:
    """With resample_poly's own low-pass; unchanged if there is nothing to do."""
    return np.ascontiguousarray(resample_poly(values, up, down, axis=0))


def up_of(quats: Floats) -> Floats:
    """The earth's up in sensor axes, written out independently of the product."""
    w, x, y, z = quats.T
    return np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], axis=1)


def errors_deg(trial: Trial, up: Floats, lag_s: float = 0.0) -> Floats:
    """Inclination error at the reference's samples, `up` (n, 3) read `lag_s` later; NaN unknown."""
    return _errors_at(np.arange(len(trial.ref_up)), trial, up, lag_s)


def _errors_at(rows: npt.NDArray[np.intp], trial: Trial, up: Floats, lag_s: float) -> Floats:
    at = np.clip((rows / trial.ref_hz + lag_s) * trial.rate_hz, 0, None)
    at = np.minimum(at, len(up) - 1.001)
    row = at.astype(int)
    share = (at - row)[:, np.newaxis]
    there = up[row] * (1 - share) + up[row + 1] * share
    there /= np.linalg.norm(there, axis=1, keepdims=True)
    cosines = (there * trial.ref_up[rows]).sum(axis=1)
    errors: Floats = np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0)))
    return errors


def rmse_deg(trial: Trial, up: Floats, lag_s: float = 0.0) -> float:
    """Root mean square error while moving, as the authors of BROAD count it."""
    errors = _errors_at(np.flatnonzero(trial.moving), trial, up, lag_s)
    return float(np.sqrt(np.mean(errors[np.isfinite(errors)] ** 2)))
