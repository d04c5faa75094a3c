"""How much the sensor's samples come after the reference's, told by no orientation filter.

The reference's angular speed, from its quaternions 28 ms apart, is laid over the gyroscope's,
averaged over the same 28 ms, and moved until the two differ least while the sensor moves.
Speeds have no axes, so neither a misaligned board nor a filter's opinion can matter.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from tests.reference.broad import Floats

_HALF = 4
"""Samples on each side: 14 ms at 285.71 Hz, longer than the reference's jitter."""
_TRIED_S: Floats = np.arange(-24, 25) / 2000.0


def lag_between(quats: Floats, gyro: Floats, moving: Floats, rate_hz: float) -> float:
    """Seconds by which `gyro` (n, 3) rad/s comes after `quats` (n, 4), w x y z, NaN if unknown.

    Rows where `moving` (n,) is true count. From half a millisecond's grid within 12 ms to either
    side, made finer by a parabola; NaN at its ends.
    """
    known = np.isfinite(quats[:, 0])
    rows = np.arange(_HALF, len(quats) - _HALF)
    rows = rows[known[rows - _HALF] & known[rows + _HALF] & (moving[rows] > 0)]
    before, after = (
        Rotation.from_quat(quats[rows + step], scalar_first=True) for step in (-_HALF, _HALF)
    )
    width_s = 2 * _HALF / rate_hz
    speeds = (before.inv() * after).magnitude() / width_s
    t_s = np.arange(len(gyro)) / rate_hz
    turned = np.zeros((len(gyro), 3))
    turned[1:] = np.cumsum((gyro[1:] + gyro[:-1]) / (2.0 * rate_hz), axis=0)
    squares = []
    for lag_s in _TRIED_S:
        late, early = (
            np.stack([np.interp(t_s[rows] + shift, t_s, axis) for axis in turned.T], axis=1)
            for shift in (lag_s + width_s / 2, lag_s - width_s / 2)
        )
        measured = np.linalg.norm(late - early, axis=1) / width_s
        squares.append(float(np.mean((measured - speeds) ** 2)))
    least = int(np.argmin(squares))
    if least in (0, len(squares) - 1):
        return float("nan")
    left, middle, right = squares[least - 1 : least + 2]
    finer = 0.5 * (left - right) / (left - 2.0 * middle + right)
    return float(_TRIED_S[least] + finer * (_TRIED_S[1] - _TRIED_S[0]))


def lag_of_file(path: Path) -> float:
    """`lag_between` of a trial as it was recorded, at 285.71 Hz."""
    with np.load(path) as data:
        quats, gyro, moving = (data[key].astype(np.float64) for key in ("quat", "gyr", "moving"))
        return lag_between(quats, gyro, moving, float(data["fs"]))
