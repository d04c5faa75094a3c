"""What the two kinds of IMU file have in common: the samples, and what may be in them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sensorapp.model.errors import ImuFileError
from sensorapp.model.imu import FloatArray

MIN_RATE_HZ, MAX_RATE_HZ = 1.0, 2000.0
"""Slower tells nothing about a movement; no wearable motion part that we know is faster."""

MAX_SAMPLES = 10_000_000
"""27 h at 100 Hz: more than a day, and 0.5 GB in memory."""

_AXES = "xyz"


@dataclass(frozen=True, slots=True, eq=False)
class ImuSamples:
    """Arrays of shape (n, 3), float64, C-contiguous, and the rate in thousandths of a hertz."""

    accel_mps2: FloatArray
    gyro_rads: FloatArray
    rate_mhz: int


def rate_mhz_of(rate_hz: float, name: str, what: str) -> int:
    """A rate in thousandths of a hertz; ImuFileError, naming `what`, if it can't be one."""
    if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        shown = "not a number" if math.isnan(rate_hz) else f"{rate_hz:.6g} Hz"
        raise ImuFileError(
            f"{what} of {name} is {shown}, not {MIN_RATE_HZ:.0f} to {MAX_RATE_HZ:.0f} Hz.",
            "Store the rate in samples per second.",
        )
    return round(rate_hz * 1000)


def first_non_finite(values: FloatArray) -> tuple[int, int, str] | None:
    """Row and column, from 0, and the kind of the first value that is NaN or infinite."""
    finite = np.isfinite(values).all(axis=1)
    if finite.all():
        return None
    row = int(np.argmin(finite))
    column = int(np.argmin(np.isfinite(values[row])))
    return row, column, "NaN" if np.isnan(values[row, column]) else "infinite"


def check_finite(values: FloatArray, name: str, array: str) -> None:
    """Raise ImuFileError with row and axis of the first NaN or infinity of an (n, 3) array."""
    found = first_non_finite(values)
    if found is not None:
        row, column, what = found
        raise ImuFileError(
            f"{array} of {name} is {what} at row {row} (counting from 0), axis {_AXES[column]}.",
            "Cut the file there or fill in the missing samples.",
        )


def check_length(rows: int, name: str) -> None:
    """Raise ImuFileError for no samples and for more than MAX_SAMPLES."""
    if rows < 1:
        raise ImuFileError(f"{name} holds no samples.", "Choose a file with at least one.")
    if rows > MAX_SAMPLES:
        raise ImuFileError(
            f"{name} says that it holds {rows} samples, more than {MAX_SAMPLES}.",
            "Split it into shorter files.",
        )
