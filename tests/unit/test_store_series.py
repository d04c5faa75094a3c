"""The series of an analysis: exact columns, empty for unknown, safe in spreadsheets."""

from __future__ import annotations

import csv
import io
import math
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.model.errors import SensorAppError
from sensorapp.model.posture import PostureFrame, PostureState, Quality
from sensorapp.store.series import SeriesWriter, safe_cell


def frame(t_ns: int, flexion_deg: float | None, *quality: Quality) -> PostureFrame:
    return PostureFrame("s1", t_ns, flexion_deg, -0.25, None, PostureState.UPRIGHT, quality)


def test_the_columns_are_as_promised(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with SeriesWriter(path) as series:
        series.write(frame(102_857_142, 12.3456789, Quality.GAP, Quality.AXIS_ASSUMED))
        series.write(frame(3_600_000_000_000, None))
        series.write(frame(3_600_100_000_000, math.nan))
    assert path.read_text() == (
        "t_s,flexion_deg,side_bend_deg,twist_deg,state,quality\n"
        "0.102857142,12.345679,-0.250000,,upright,gap;axis_assumed\n"
        "3600.000000000,,-0.250000,,upright,\n"
        "3600.100000000,,-0.250000,,upright,\n"
    )


def test_a_long_series_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with SeriesWriter(path) as series:
        for at in range(5000):
            series.write(frame(at * 100_000_000, at / 7))
        series.close()
        series.close()
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert len(rows) == 5000
    assert all(float(row["t_s"]) == at / 10 for at, row in enumerate(rows))
    assert all(float(row["flexion_deg"]) == pytest.approx(at / 7) for at, row in enumerate(rows))


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX systems")
def test_a_series_is_private(tmp_path: Path) -> None:
    SeriesWriter(tmp_path / "a.csv").close()
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600


def test_an_older_series_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for t_ns in (1, 2):
        with SeriesWriter(path) as series:
            series.write(frame(t_ns, 1.0))
    assert path.read_text().count("\n") == 2
    assert "0.000000002" in path.read_text()
    path.write_text("t_s,acc_x_mps2\n")
    with pytest.raises(SensorAppError, match="already exists"):
        SeriesWriter(path)
    assert path.read_text() == "t_s,acc_x_mps2\n"


def test_a_missing_folder_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(SensorAppError, match=r"folder for a\.csv does not exist"):
        SeriesWriter(tmp_path / "none" / "a.csv")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-cmd", "@sum", "\tx", "\r=1", '=HYPERLINK("x","y")']
)
def test_no_cell_is_a_formula(text: str) -> None:
    (cell,) = next(csv.reader([safe_cell(text)]))
    assert cell == "'" + text


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_cell_stays_one_cell_and_is_never_live(text: str) -> None:
    ((read, end),) = csv.reader(io.StringIO(f"{safe_cell(text)},end\r\n", newline=""))
    assert end == "end"
    assert read == ("'" + text if read.startswith("'") and not text.startswith("'") else text)
    assert not read.startswith(("=", "+", "-", "@", "\t", "\r"))
