"""IMU files: samples of an accelerometer and a gyroscope from anywhere, at a steady rate.

`.npz` holds arrays `acc` (N, 3) in m/s², `gyr` (N, 3) in rad/s and the number `fs` in Hz;
`.csv` has the header of `imu_csv.CSV_HEADER`. Samples are taken as they are: nothing is
resampled, filled in or filtered, and a file with a NaN in it is refused with its place.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from sensorapp.model.errors import ImuFileError
from sensorapp.model.imu import FloatArray
from sensorapp.store.imu_csv import read_csv
from sensorapp.store.imu_npz import read_npz
from sensorapp.store.imu_samples import ImuSamples
from sensorapp.store.private_file import plain_reason, shown_name

IMU_SUFFIXES = (".npz", ".csv")


@dataclass(frozen=True, slots=True, eq=False)
class ImuFile:
    """What an IMU file holds, checked.

    `name` is the file's name without its folder; `accel_mps2` (n, 3) is specific force and
    `gyro_rads` (n, 3) angular rate in sensor axes, float64, C-contiguous, read-only, finite,
    n >= 1; `rate_mhz` the rate in thousandths of a hertz.
    """

    name: str
    accel_mps2: FloatArray
    gyro_rads: FloatArray
    rate_mhz: int


def read_imu_file(path: Path) -> ImuFile:
    """Read a `.npz` or `.csv` file; ImuFileError says what is wrong with it and where."""
    name = shown_name(path)
    suffix = path.suffix.lower()
    if suffix not in IMU_SUFFIXES:
        raise ImuFileError(
            f"{name} is no IMU file by its name.", "Choose a file that ends in .npz or .csv."
        )
    try:
        samples = _read(path, suffix, name)
    except OSError as error:
        raise ImuFileError(
            f"{name} can't be read: {plain_reason(error)}.",
            "Check the name, the folder and who may read the file.",
        ) from error
    for array in (samples.accel_mps2, samples.gyro_rads):
        array.setflags(write=False)
    return ImuFile(path.name, samples.accel_mps2, samples.gyro_rads, samples.rate_mhz)


def _read(path: Path, suffix: str, name: str) -> ImuSamples:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise ImuFileError(f"There is no file {name}.", "Check the name and the folder.") from None
    except ValueError:  # a NUL in the name
        raise ImuFileError(f"{name} can't be the name of a file.", "Check the name.") from None
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "no plain file"
        raise ImuFileError(f"{name} is {what}.", "Choose a file that ends in .npz or .csv.")
    return read_npz(path, name) if suffix == ".npz" else read_csv(path, name)
