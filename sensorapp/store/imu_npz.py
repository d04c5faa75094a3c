"""Reads the `.npz` kind of IMU file without believing what it says about its own sizes."""

from __future__ import annotations

import errno
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from sensorapp.model.errors import ImuFileError
from sensorapp.model.imu import FloatArray
from sensorapp.store.imu_samples import ImuSamples, check_finite, check_length, rate_mhz_of
from sensorapp.text.cleaning import plain_text

_NUMBER_KINDS = "fiu"
_MAX_MEMBERS = 1000
_SUSPICIOUS_BYTES = 32 * 1024 * 1024
_MAX_DEFLATION = 100
"""Measured samples shrink to a half or a third; only a bomb of this size shrinks so far."""
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, OverflowError, SyntaxError, tokenize.TokenError, KeyError, TypeError, MemoryError,
)  # fmt: skip
"""What zipfile and NumPy raise on files that are cut, encrypted, exotic or made up."""


def read_npz(path: Path, name: str) -> ImuSamples:
    """Samples of a `.npz` file; ImuFileError with what is wrong, OSError passes through."""
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > _MAX_MEMBERS:
                raise _damaged(name)
            accel = _samples(archive, "acc", name)
            gyro = _samples(archive, "gyr", name)
            rate_hz = _rate_hz(archive, name)
    except _DAMAGED as error:
        raise _damaged(name) from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise _damaged(name) from error  # a directory that points before the file's start
    if len(accel) != len(gyro):
        raise ImuFileError(
            f"acc and gyr of {name} differ in length: {len(accel)} and {len(gyro)} rows.",
            "Store both for the same samples.",
        )
    check_finite(accel, name, "acc")
    check_finite(gyro, name, "gyr")
    return ImuSamples(accel, gyro, rate_mhz_of(rate_hz, name, "fs"))


def _samples(archive: zipfile.ZipFile, array: str, name: str) -> FloatArray:
    """An (n, 3) array, checked against its own claims before memory is taken for it."""
    shape = _claimed_shape(archive, array, name)
    if len(shape) != 2 or shape[1] != 3:
        raise ImuFileError(
            f"{array} of {name} has the shape {_shown(shape)}, not (N, 3).",
            "Store one row for each sample and x, y, z as columns.",
        )
    check_length(shape[0], name)
    return np.ascontiguousarray(_array(archive, array), dtype=np.float64)


def _rate_hz(archive: zipfile.ZipFile, name: str) -> float:
    shape = _claimed_shape(archive, "fs", name)
    if shape not in ((), (1,)):
        raise ImuFileError(
            f"fs of {name} has the shape {_shown(shape)}, not one number.",
            "Store the rate as one number in Hz.",
        )
    return float(_array(archive, "fs").reshape(()))


def _claimed_shape(archive: zipfile.ZipFile, array: str, name: str) -> tuple[int, ...]:
    """What the array's header says of its shape, once it says numbers and its size fits."""
    try:
        member = archive.getinfo(f"{array}.npy")
    except KeyError:
        raise _missing(archive, array, name) from None
    with archive.open(member) as stream:
        shape, dtype = _header(stream)
        header_bytes = stream.tell()
    if dtype.hasobject:
        raise ImuFileError(
            f"{array} of {name} holds Python objects, which could run a program.",
            "Store it as an array of numbers.",
        )
    if dtype.kind not in _NUMBER_KINDS:
        raise ImuFileError(
            f"{array} of {name} holds no real numbers (type {dtype}).",
            "Store it as floating-point numbers.",
        )
    count = 1
    for extent in shape:
        count *= extent
    if len(shape) == 2 and shape[1] == 3:
        check_length(shape[0], name)
    inflated = member.file_size > _SUSPICIOUS_BYTES
    if inflated and member.file_size > _MAX_DEFLATION * member.compress_size:
        raise _damaged(name)
    if count * dtype.itemsize != member.file_size - header_bytes:
        raise _damaged(name)
    return shape


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(stream)
    return shape, dtype


def _array(archive: zipfile.ZipFile, array: str) -> npt.NDArray[np.float64]:
    with archive.open(f"{array}.npy") as stream:
        # Reading to the end is what makes zipfile check its CRC.
        values: npt.NDArray[np.float64] = npy.read_array(stream, allow_pickle=False)
        stream.read(1)
    return values


def _missing(archive: zipfile.ZipFile, array: str, name: str) -> ImuFileError:
    held = ", ".join(entry.removesuffix(".npy") for entry in archive.namelist()[:10])
    return ImuFileError(
        f"{name} has no array {array} (it has {plain_text(held) or 'none'}).",
        "Store acc, gyr and fs.",
    )


def _damaged(name: str) -> ImuFileError:
    return ImuFileError(f"{name} is damaged or no .npz file.", "Write it again with numpy.savez.")


def _shown(shape: tuple[int, ...]) -> str:
    return plain_text(str(shape), 40)
