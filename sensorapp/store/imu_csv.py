"""Reads the `.csv` kind of IMU file, a block of lines at a time, and finds the bad line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from sensorapp.model.errors import ImuFileError
from sensorapp.model.imu import FloatArray
from sensorapp.store.imu_samples import (
    MAX_SAMPLES,
    ImuSamples,
    check_length,
    first_non_finite,
    rate_mhz_of,
)
from sensorapp.text.cleaning import plain_text

CSV_HEADER = "t_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_rads,gyr_y_rads,gyr_z_rads"
MAX_SPACING_ERROR = 0.2
"""Share by which a spacing may differ from the median one: rounding to milliseconds at 250 Hz
stays within it, one lost sample does not."""

_COLUMNS = CSV_HEADER.split(",")
_FIRST_LINE = 2
"""Line of the first sample, as editors count."""
_BLOCK_LINES = 8192
_MAX_LINE_CHARS = 1024


def read_csv(path: Path, name: str) -> ImuSamples:
    """Samples of a `.csv` file; ImuFileError with the line, OSError passes through.

    The rate is the mean one, once every spacing was found near the median.
    """
    try:
        with path.open(encoding="utf-8-sig", newline=None) as stream:
            _check_header(stream.readline(_MAX_LINE_CHARS), name)
            table = _table(stream, name)
    except UnicodeDecodeError as error:
        raise ImuFileError(f"{name} is no text file.", "Save it as CSV in UTF-8.") from error
    _check_finite(table, name)
    rate_mhz = _rate_mhz(table[:, 0], name)
    accel, gyro = (np.ascontiguousarray(table[:, first : first + 3]) for first in (1, 4))
    return ImuSamples(accel, gyro, rate_mhz)


def _check_header(line: str, name: str) -> None:
    given = line.rstrip("\r\n")
    if given == CSV_HEADER:
        return
    missing = [column for column in _COLUMNS if column not in given.split(",")]
    if missing and len(missing) < len(_COLUMNS):
        raise ImuFileError(
            f"{name} has no column {', '.join(missing)}.", f"Its first line must be {CSV_HEADER}"
        )
    raise ImuFileError(
        f'The first line of {name} is "{plain_text(given, 60)}", not the header.',
        f"Its first line must be {CSV_HEADER}",
    )


def _table(stream: TextIO, name: str) -> FloatArray:
    """All rows, shape (n, 7)."""
    blocks: list[FloatArray] = []
    lines = _lines(stream, name)
    rows = 0
    while block := list(islice(lines, _BLOCK_LINES)):
        blocks.append(_block(block, rows + _FIRST_LINE, name))
        rows += len(block)
        if rows > MAX_SAMPLES:
            break
    check_length(rows, name)
    return np.concatenate(blocks)


def _lines(stream: TextIO, name: str) -> Iterator[str]:
    """Lines up to the last one with something in it; refuses empty ones in between."""
    number, empty = _FIRST_LINE, 0
    while line := stream.readline(_MAX_LINE_CHARS):
        if len(line) == _MAX_LINE_CHARS:
            raise ImuFileError(f"Line {number} of {name} is too long.", _AS_HEADER)
        if line.isspace():
            empty = empty or number
        elif empty:
            raise ImuFileError(f"Line {empty} of {name} is empty.", "Remove the empty line.")
        else:
            yield line
        number += 1


def _block(lines: list[str], first_line: int, name: str) -> FloatArray:
    try:
        block = np.loadtxt(lines, dtype=np.float64, delimiter=",", comments=None, ndmin=2)
    except ValueError as error:
        raise _bad_line(lines, first_line, name) from error
    if block.shape != (len(lines), len(_COLUMNS)):
        raise _bad_line(lines, first_line, name)
    return block


_AS_HEADER = "Each line must hold 7 numbers with decimal points, separated by commas."


def _bad_line(lines: list[str], first_line: int, name: str) -> ImuFileError:
    for number, line in enumerate(lines, first_line):
        cells = line.rstrip("\r\n").split(",")
        if len(cells) != len(_COLUMNS):
            return ImuFileError(
                f"Line {number} of {name} has {len(cells)} values instead of {len(_COLUMNS)}.",
                _AS_HEADER,
            )
        for column, cell in zip(_COLUMNS, cells, strict=True):
            if not _is_number(cell):
                return ImuFileError(
                    f'Line {number} of {name} has "{plain_text(cell, 20)}" as {column}.',
                    _AS_HEADER,
                )
    last_line = first_line + len(lines) - 1
    return ImuFileError(
        f"Lines {first_line} to {last_line} of {name} hold something that is no number.", _AS_HEADER
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return cell.isascii() and "_" not in cell  # float() takes both, files should not


def _check_finite(table: FloatArray, name: str) -> None:
    found = first_non_finite(table)
    if found is not None:
        row, column, what = found
        raise ImuFileError(
            f"{_COLUMNS[column]} of {name} is {what} at line {row + _FIRST_LINE} "
            f"(row {row}, counting from 0).",
            "Cut the file there or fill in the missing samples.",
        )


def _rate_mhz(t_s: FloatArray, name: str) -> int:
    if len(t_s) < 2:
        raise ImuFileError(
            f"{name} holds one sample, which tells no rate.", "Choose a file with more samples."
        )
    spacing_s = np.diff(t_s)
    if not (spacing_s > 0).all():
        line = int(np.argmin(spacing_s > 0)) + 1 + _FIRST_LINE
        raise ImuFileError(
            f"t_s of {name} does not grow at line {line}.", "Sort the samples by their time."
        )
    median_s = float(np.median(spacing_s))
    steady = np.abs(spacing_s - median_s) <= MAX_SPACING_ERROR * median_s
    if not steady.all():
        at = int(np.argmin(steady))
        raise ImuFileError(
            f"t_s of {name} steps by {spacing_s[at]:.6g} s at line {at + 1 + _FIRST_LINE}, "
            f"elsewhere by {median_s:.6g} s.",
            "Cut the file at the hole or resample it to a steady rate.",
        )
    rate_hz = (len(t_s) - 1) / float(t_s[-1] - t_s[0])
    return rate_mhz_of(rate_hz, name, "The rate")
