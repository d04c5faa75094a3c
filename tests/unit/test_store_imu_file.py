"""IMU files are read exactly, and every wrong one is refused in one sentence with its place."""

from __future__ import annotations

import io
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.lib import format as npy

from sensorapp.model.errors import ImuFileError
from sensorapp.store.imu_csv import CSV_HEADER
from sensorapp.store.imu_file import read_imu_file
from sensorapp.store.imu_samples import MAX_SAMPLES

RNG = np.random.default_rng(5)
ACC = RNG.normal(0.0, 9.8, (20, 3))
GYR = RNG.normal(0.0, 1.0, (20, 3))


def misplaced(data: bytes) -> bytes:
    """A zip file whose directory says that it lies further back than it does."""
    at = data.rindex(b"PK\5\6") + 16
    return data[:at] + (5000).to_bytes(4, "little") + data[at + 4 :]


def savez(**arrays: object) -> bytes:
    return zipped(**{name: npy_of(array) for name, array in arrays.items()})


def with_value(array: np.ndarray, row: int, column: int, value: float) -> np.ndarray:
    changed = array.copy()
    changed[row, column] = value
    return changed


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return stream.getvalue()


def npy_header(shape: tuple[int, ...], descr: str = "<f8") -> bytes:
    stream = io.BytesIO()
    npy.write_array_header_1_0(stream, {"descr": descr, "fortran_order": False, "shape": shape})
    return stream.getvalue()


def npy_of(array: object) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.asarray(array))
    return stream.getvalue()


def object_npz() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, acc=np.array([[1, 2, {}]], dtype=object), gyr=GYR, fs=100.0)
    return stream.getvalue()


def zeros_bomb() -> bytes:
    rows = MAX_SAMPLES // 2
    return zipped(acc=npy_header((rows, 3)) + bytes(rows * 24), gyr=npy_of(GYR), fs=npy_of(100.0))


def rows(count: int = 20, rate_hz: float = 100.0) -> list[str]:
    lines = []
    for at in range(count):
        values = [at / rate_hz, *ACC[at % 20], *GYR[at % 20]]
        lines.append(",".join(repr(float(value)) for value in values))
    return lines


def csv(lines: list[str], header: str = CSV_HEADER) -> bytes:
    return ("\n".join([header, *lines]) + "\n").encode()


def csv_with(at: int, line: str) -> bytes:
    lines = rows()
    lines[at] = line
    return csv(lines)


def edited(at: int, column: int, cell: str) -> bytes:
    cells = rows()[at].split(",")
    cells[column] = cell
    return csv_with(at, ",".join(cells))


@pytest.mark.parametrize("dtype", ["<f4", "<f8", ">f8", "<i2"])
def test_an_npz_comes_as_it_is(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "walk.npz"
    acc, gyr = ACC.astype(dtype), np.asfortranarray(GYR.astype(dtype))
    path.write_bytes(
        savez(acc=acc, gyr=gyr, fs=285.7142857142857, quat=np.zeros((20, 4)), note="x")
    )
    file = read_imu_file(path)
    assert file.name == "walk.npz"
    assert file.rate_mhz == 285_714
    assert np.array_equal(file.accel_mps2, acc.astype(np.float64))
    assert np.array_equal(file.gyro_rads, gyr.astype(np.float64))
    for array in (file.accel_mps2, file.gyro_rads):
        assert array.dtype == np.float64
        assert array.flags.c_contiguous
        assert not array.flags.writeable


@pytest.mark.parametrize("fs", [100, 100.0, np.array([100.0]), np.float32(100.0)])
def test_the_rate_is_one_number_in_any_form(tmp_path: Path, fs: object) -> None:
    path = tmp_path / "a.NPZ"
    path.write_bytes(savez(acc=ACC[:1], gyr=GYR[:1], fs=fs))
    assert read_imu_file(path).rate_mhz == 100_000


def test_a_compressed_npz_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, acc=ACC, gyr=GYR, fs=50.0)
    assert np.array_equal(read_imu_file(path).gyro_rads, GYR)


@pytest.mark.parametrize(
    ("newline", "mark", "end"), [("\n", "", "\n"), ("\r\n", "\ufeff", ""), ("\n", "", "\n\n \n")]
)
@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 285.7142857142857])
def test_a_csv_comes_as_it_is(
    tmp_path: Path, newline: str, mark: str, end: str, rate_hz: float
) -> None:
    path = tmp_path / "walk.csv"
    text = mark + newline.join([CSV_HEADER, *rows(rate_hz=rate_hz)]) + end
    path.write_bytes(text.encode())
    file = read_imu_file(path)
    assert np.array_equal(file.accel_mps2, ACC)
    assert np.array_equal(file.gyro_rads, GYR)
    assert file.rate_mhz == round(rate_hz * 1000)
    assert not file.accel_mps2.flags.writeable


def test_times_rounded_to_milliseconds_still_tell_the_rate(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [f"{at / 128:.3f}," + ",".join(["0.5"] * 6) for at in range(12801)]
    path.write_bytes(csv(lines))
    assert read_imu_file(path).rate_mhz == 128_000


def test_a_long_csv_is_read_block_by_block(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv(rows(20_000)))
    assert np.array_equal(read_imu_file(path).accel_mps2, np.tile(ACC, (1000, 1)))
    lines = rows(20_000)
    lines[17_000] = lines[17_000].replace(",", ";", 1)
    path.write_bytes(csv(lines))
    with pytest.raises(ImuFileError, match=r"Line 17002 of a\.csv has 6 values instead of 7"):
        read_imu_file(path)


WRONG_NPZ: dict[str, tuple[Callable[[], bytes], str]] = {
    "nan": (
        lambda: savez(acc=with_value(ACC, 7, 1, np.nan), gyr=GYR, fs=100.0),
        r"acc of a\.npz is NaN at row 7 \(counting from 0\), axis y",
    ),
    "infinite": (
        lambda: savez(acc=ACC, gyr=with_value(GYR, 0, 2, -np.inf), fs=100.0),
        r"gyr of a\.npz is infinite at row 0 \(counting from 0\), axis z",
    ),
    "no gyr": (lambda: savez(acc=ACC, fs=1.0), r"has no array gyr \(it has acc, fs\)"),
    "no fs": (lambda: savez(acc=ACC, gyr=GYR), "has no array fs"),
    "nothing": (lambda: zipped(), r"has no array acc \(it has none\)"),
    "flat": (lambda: savez(acc=ACC.ravel(), gyr=GYR, fs=1.0), r"shape \(60,\), not \(N, 3\)"),
    "turned": (lambda: savez(acc=ACC.T, gyr=GYR, fs=1.0), r"shape \(3, 20\), not \(N, 3\)"),
    "wide": (lambda: savez(acc=ACC, gyr=np.ones((20, 4)), fs=1.0), r"gyr .* shape \(20, 4\)"),
    "lengths": (
        lambda: savez(acc=ACC, gyr=GYR[:19], fs=100.0),
        "acc and gyr of a.npz differ in length: 20 and 19 rows",
    ),
    "no samples": (lambda: savez(acc=ACC[:0], gyr=GYR[:0], fs=100.0), "holds no samples"),
    "rate 0": (lambda: savez(acc=ACC, gyr=GYR, fs=0.0), "fs of a.npz is 0 Hz, not 1 to 2000"),
    "rate -1": (lambda: savez(acc=ACC, gyr=GYR, fs=-1), "fs of a.npz is -1 Hz"),
    "rate nan": (lambda: savez(acc=ACC, gyr=GYR, fs=np.nan), "fs of a.npz is not a number"),
    "rate inf": (lambda: savez(acc=ACC, gyr=GYR, fs=np.inf), "fs of a.npz is inf Hz"),
    "rate in mHz": (lambda: savez(acc=ACC, gyr=GYR, fs=100_000), "is 100000 Hz, not 1 to 2000"),
    "rates": (lambda: savez(acc=ACC, gyr=GYR, fs=[1, 2]), r"shape \(2,\), not one number"),
    "complex": (lambda: savez(acc=ACC * 1j, gyr=GYR, fs=1.0), "no real numbers .*complex128"),
    "text": (lambda: savez(acc=ACC, gyr=GYR, fs="100"), "fs of a.npz holds no real numbers"),
    "times": (lambda: savez(acc=ACC.astype("M8[s]"), gyr=GYR, fs=1.0), "no real numbers"),
    "objects": (object_npz, "acc of a.npz holds Python objects"),
    "not a zip": (lambda: b"hello", "damaged or no .npz"),
    "empty": (bytes, "damaged or no .npz"),
    "npy": (lambda: npy_of(ACC), "damaged or no .npz"),
    "cut": (lambda: savez(acc=ACC, gyr=GYR, fs=1.0)[:-40], "damaged or no .npz"),
    "before its start": (lambda: misplaced(savez(acc=ACC, gyr=GYR, fs=1.0)), "damaged or no .npz"),
    "no npy inside": (lambda: zipped(acc=b"junk", gyr=b"", fs=b""), "damaged or no .npz"),
    "program in the header": (
        lambda: zipped(acc=b"\x93NUMPY\x01\x00\x10\x00__import__('os')", gyr=b"", fs=b""),
        "damaged or no .npz",
    ),
    "huge claim": (
        lambda: zipped(acc=npy_header((10**15, 3)), gyr=npy_of(GYR), fs=npy_of(1.0)),
        "says that it holds 1000000000000000 samples, more than 10000000",
    ),
    "false claim": (
        lambda: zipped(acc=npy_header((9_000_000, 3)), gyr=npy_of(GYR), fs=npy_of(1.0)),
        "damaged or no .npz",
    ),
    "negative claim": (
        lambda: zipped(acc=npy_header((-5, 3)), gyr=npy_of(GYR), fs=npy_of(1.0)),
        "no samples",
    ),
    "bomb": (zeros_bomb, "damaged or no .npz"),
}

WRONG_CSV: dict[str, tuple[Callable[[], bytes], str]] = {
    "nan": (
        lambda: edited(7, 5, "nan"),
        r"gyr_y_rads of a\.csv is NaN at line 9 \(row 7, counting from 0\)",
    ),
    "infinite": (lambda: edited(0, 1, "-inf"), r"acc_x_mps2 of a\.csv is infinite at line 2"),
    "too large": (lambda: edited(3, 1, "1e999"), r"acc_x_mps2 of a\.csv is infinite at line 5"),
    "time nan": (lambda: edited(4, 0, "nan"), "t_s of a.csv is NaN at line 6"),
    "empty cell": (lambda: edited(3, 2, ""), 'Line 5 of a.csv has "" as acc_y_mps2'),
    "word": (lambda: edited(3, 2, "n/a"), 'Line 5 of a.csv has "n/a" as acc_y_mps2'),
    "underscore": (lambda: edited(3, 2, "1_0"), 'Line 5 of a.csv has "1_0" as acc_y_mps2'),
    "escape": (lambda: edited(3, 2, "\x1b[31mred"), r'Line 5 of a.csv has "\[31mred" as acc_y'),
    "decimal comma": (lambda: edited(6, 3, "1,5"), "Line 8 of a.csv has 8 values instead of 7"),
    "short line": (lambda: csv_with(2, "0.02,1,2"), "Line 4 of a.csv has 3 values instead of 7"),
    "empty line": (lambda: csv_with(2, ""), "Line 4 of a.csv is empty"),
    "comment": (lambda: csv_with(2, "# note"), "Line 4 of a.csv has 1 values instead of 7"),
    "all short": (lambda: csv(["1,2,3,4,5,6"] * 3), "Line 2 of a.csv has 6 values instead of 7"),
    "long line": (lambda: csv_with(2, "1" * 100_000), "Line 4 of a.csv is too long"),
    "missing column": (
        lambda: csv(rows(), CSV_HEADER.replace(",gyr_z_rads", "")),
        "a.csv has no column gyr_z_rads",
    ),
    "other order": (
        lambda: csv(rows(), ",".join(reversed(CSV_HEADER.split(",")))),
        'first line of a.csv is "gyr_z_rads',
    ),
    "other units": (
        lambda: csv(rows(), CSV_HEADER.replace("rads", "dps")),
        "a.csv has no column gyr_x_rads, gyr_y_rads, gyr_z_rads",
    ),
    "no header": (lambda: csv(rows()[1:], rows()[0]), 'first line of a.csv is "0.0,'),
    "empty": (bytes, 'first line of a.csv is "", not the header'),
    "header alone": (lambda: csv([]), "a.csv holds no samples"),
    "one sample": (lambda: csv(rows(1)), "a.csv holds one sample, which tells no rate"),
    "time back": (lambda: edited(9, 0, "0.05"), "t_s of a.csv does not grow at line 11"),
    "time twice": (lambda: edited(9, 0, "0.08"), "t_s of a.csv does not grow at line 11"),
    "hole": (
        lambda: csv(rows()[:8] + rows()[9:]),
        r"t_s of a\.csv steps by 0\.02 s at line 10, elsewhere by 0\.01 s",
    ),
    "jitter": (lambda: edited(9, 0, "0.0925"), "t_s of a.csv steps by 0.0125 s at line 11"),
    "too slow": (lambda: csv(rows(rate_hz=0.5)), "The rate of a.csv is 0.5 Hz, not 1 to 2000"),
    "too fast": (lambda: csv(rows(rate_hz=1e5)), "The rate of a.csv is 100000 Hz"),
    "binary": (lambda: b"\xff\xfe\x00\x01" * 50, "a.csv is no text file"),
    "utf-16": (lambda: csv(rows()).decode().encode("utf-16"), "a.csv is no text file"),
    "binary inside": (lambda: csv(rows()) + b"\xff\xff\n", "a.csv is no text file"),
    "nul": (lambda: edited(3, 2, "\0"), "Line 5 of a.csv has"),
}


@pytest.mark.parametrize("case", WRONG_NPZ)
def test_a_wrong_npz_is_refused_with_its_place(tmp_path: Path, case: str) -> None:
    check_refusal(tmp_path / "a.npz", *WRONG_NPZ[case])


@pytest.mark.parametrize("case", WRONG_CSV)
def test_a_wrong_csv_is_refused_with_its_place(tmp_path: Path, case: str) -> None:
    check_refusal(tmp_path / "a.csv", *WRONG_CSV[case])


def check_refusal(path: Path, make: Callable[[], bytes], said: str) -> None:
    path.write_bytes(make())
    tracemalloc.start()
    with pytest.raises(ImuFileError, match=said) as caught:
        read_imu_file(path)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.sentence.isprintable()
    assert caught.value.sentence.endswith(".")
    assert caught.value.next_step
    assert peak_bytes < 64 * 1024 * 1024


@pytest.mark.parametrize("at", range(0, 1800, 37))
def test_a_damaged_npz_gives_the_samples_or_an_error(tmp_path: Path, at: int) -> None:
    data = bytearray(savez(acc=ACC, gyr=GYR, fs=100.0))
    data[at % len(data)] ^= 0x11
    path = tmp_path / "a.npz"
    path.write_bytes(data)
    try:
        file = read_imu_file(path)
    except ImuFileError:
        return
    assert np.array_equal(file.accel_mps2, ACC)
    assert np.array_equal(file.gyro_rads, GYR)
    assert file.rate_mhz == 100_000


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.npz", "There is no file none.npz"),
        ("none.csv", "There is no file none.csv"),
        ("a.txt", "a.txt is no IMU file by its name"),
        ("a", "a is no IMU file by its name"),
        ("folder.npz", "folder.npz is a folder"),
        ("a\0.csv", "can't be the name of a file"),
        ("x" * 300 + ".csv", "can't be read: its name is too long"),
    ],
)
def test_a_wrong_place_is_said_plainly(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(ImuFileError, match=said):
        read_imu_file(tmp_path / name)


@pytest.mark.skipif(os.name != "posix", reason="needs named pipes")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(ImuFileError, match="no plain file"):
        read_imu_file(tmp_path / "a.csv")


def test_real_recordings_are_read(datasets: Path) -> None:
    names = sorted(datasets.glob("*/*.npz"))
    assert names
    for path in names:
        file = read_imu_file(path)
        assert file.rate_mhz in (285_714, 100_000)
        gravity_mps2 = np.median(np.linalg.norm(file.accel_mps2, axis=1))
        assert gravity_mps2 == pytest.approx(9.8, abs=0.5)
