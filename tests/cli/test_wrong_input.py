"""Wrong input: status 1, one plain sentence and one next step on stderr, nothing on stdout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from sensorapp.store.imu_csv import CSV_HEADER
from tests.cli.running import Here, Ran, ran, write_imu
from tests.cli.schema import objects

STILL = np.tile([0.0, 9.81, 0.0], (300, 1))
WITH_NAN = STILL.copy()
WITH_NAN[17, 1] = np.nan
ROWS = [f"{number / 100:.2f},0,9.81,0,0,0,0" for number in range(300)]


def csv_of(*lines: str) -> Callable[[Path], Path]:
    return file_of(".csv", "\n".join(lines).encode())


def file_of(suffix: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / f"day{suffix}"
        path.write_bytes(content)
        return path

    return make


def npz_of(**arrays: npt.ArrayLike | None) -> Callable[[Path], Path]:
    return lambda folder: write_imu(folder / "day.npz", 3.0, arrays)


NAN_LINE = [CSV_HEADER, *ROWS[:5], "0.05,0,nan,0,0,0,0", *ROWS[6:]]

IMU_FILES = {
    "NaN": (npz_of(acc=WITH_NAN), "acc of day.npz is NaN at row 17 (counting from 0), axis y."),
    "infinite": (npz_of(gyr=np.full((300, 3), -np.inf)), "gyr of day.npz is infinite at row 0"),
    "NaN in text": (csv_of(*NAN_LINE), "acc_y_mps2 of day.csv is NaN at line 7"),
    "no gyr": (npz_of(gyr=None), "day.npz has no array gyr"),
    "no column": (csv_of(CSV_HEADER.replace(",gyr_z_rads", ""), *ROWS), "no column gyr_z_rads"),
    "two axes": (npz_of(acc=STILL[:, :2]), "acc of day.npz has the shape (300, 2), not (N, 3)."),
    "one row more": (npz_of(acc=STILL[1:]), "differ in length: 299 and 300 rows."),
    "rate 0": (npz_of(fs=0.0), "fs of day.npz is 0 Hz"),
    "rate NaN": (npz_of(fs=np.nan), "fs of day.npz is not a number"),
    "no samples": (npz_of(acc=STILL[:0], gyr=STILL[:0]), "day.npz holds no samples."),
    "empty npz": (file_of(".npz", b""), "day.npz is damaged or no .npz file."),
    "empty csv": (file_of(".csv", b""), "The first line of day.csv"),
    "foreign npz": (file_of(".npz", b"not a zip file"), "day.npz is damaged or no .npz file."),
    "other csv": (csv_of("a,b", "1,2"), 'The first line of day.csv is "a,b", not the header.'),
    "no such file": (lambda folder: folder / "gone.npz", "There is no file gone.npz."),
}

RECORDINGS = {
    "no such": (lambda folder: folder / "gone.mcap", "There is no recording gone.mcap."),
    "empty": (file_of(".mcap", b""), "day.mcap is empty."),
    "foreign": (file_of(".mcap", b"hello, no recording"), "day.mcap is not a recording."),
    "IMU file": (npz_of(), "day.npz is not a recording."),
    "folder": (lambda folder: folder, "is a folder, not a recording."),
}


def assert_refused(done: Ran, said: str) -> None:
    assert done.status == 1
    assert done.stdout == ""
    sentence, next_step, *more = done.stderr.splitlines()
    assert sentence.startswith("sensorapp: ")
    assert said in sentence
    assert sentence.endswith(".")
    assert len(next_step) > 10
    assert more == []
    assert done.stderr.isprintable() or done.stderr.replace("\n", "").isprintable()


@pytest.mark.parametrize(("make", "said"), IMU_FILES.values(), ids=IMU_FILES)
def test_an_imu_file(make: Callable[[Path], Path], said: str, here: Here, tmp_path: Path) -> None:
    path = make(tmp_path)
    assert_refused(here("analyze", path, "--json"), said)
    assert_refused(here("demo", "--imu", path, "--json"), said)
    assert_refused(here("import", path, "--out", tmp_path / "out.mcap"), said)
    assert not (tmp_path / "out.mcap").exists()


@pytest.mark.parametrize(("make", "said"), RECORDINGS.values(), ids=RECORDINGS)
def test_a_recording(make: Callable[[Path], Path], said: str, here: Here, tmp_path: Path) -> None:
    assert_refused(here("replay", make(tmp_path), "--json"), said)


def test_a_process_of_its_own_says_the_same(tmp_path: Path) -> None:
    path = write_imu(tmp_path / "day.npz", 3.0, {"acc": WITH_NAN})
    assert_refused(ran("analyze", path, "--json"), "is NaN at row 17")


def test_a_scenario_that_is_not_there(here: Here) -> None:
    assert_refused(here("demo", "--scenario", "swim", "--json"), "There is no scenario 'swim'.")


@pytest.mark.parametrize("command", ["demo", "live", "import"])
def test_no_existing_file_is_recorded_over(command: str, here: Here, tmp_path: Path) -> None:
    imu, there = write_imu(tmp_path / "day.npz"), tmp_path / "there.mcap"
    there.write_bytes(b"dear")
    options: dict[str, list[str | Path]] = {
        "demo": ["--record", there, "--json"],
        "live": ["--record", there, "--json"],
        "import": [imu, "--out", there],
    }
    done = here(command, *options[command])
    assert_refused(done, "there.mcap already exists and is not overwritten.")
    assert there.read_bytes() == b"dear"


def test_a_series_does_not_replace_what_is_none(here: Here, tmp_path: Path) -> None:
    imu, there = write_imu(tmp_path / "day.npz"), tmp_path / "dear.csv"
    there.write_text("dear")
    assert_refused(here("analyze", imu, "--series", there), "dear.csv already exists")
    assert there.read_text() == "dear"


def test_a_folder_that_is_not_there(here: Here, tmp_path: Path) -> None:
    imu, out = write_imu(tmp_path / "day.npz"), tmp_path / "gone" / "x.mcap"
    assert_refused(here("import", imu, "--out", out), "The folder for x.mcap does not exist.")


def test_one_bad_file_does_not_keep_a_good_one_from_being_read(here: Here, tmp_path: Path) -> None:
    good, bad = write_imu(tmp_path / "good.npz"), write_imu(tmp_path / "bad.npz", 3.0, {"fs": 0.0})
    done = here("analyze", bad, good, "--json")
    assert done.status == 1
    assert objects(done.stdout, file=str(good))[-1]["samples"] == 300
    assert done.stderr.startswith("sensorapp: fs of bad.npz is 0 Hz")
    assert len(done.stderr.splitlines()) == 2


HOSTILE = "day\x1b[31m\u202e\x07"


def test_hostile_names_reach_no_terminal(here: Here, tmp_path: Path) -> None:
    good, bad = write_imu(tmp_path / f"{HOSTILE}.npz"), tmp_path / f"{HOSTILE}.mcap"
    bad.write_bytes(b"hello, no recording")
    for done in (
        here("replay", bad),
        here("analyze", good, bad),
        here("import", good, "--out", bad),
        here("import", good, "--out", tmp_path / f"{HOSTILE}2.mcap"),
        here("analyze", good, "--series", tmp_path / HOSTILE / "x.csv"),
        here("live", "--record", bad, "--plain"),
        here("demo", "--scenario", HOSTILE),
        here(HOSTILE),
        here("replay", bad, "--speed", HOSTILE),
        here("demo", "--forward", HOSTILE),
    ):
        printed = done.stdout + done.stderr
        assert printed
        assert printed.replace("\n", "").isprintable(), printed
