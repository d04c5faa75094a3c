"""The page of frames and signs is right: its tables are read and done, its drawing is looked at."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from sensorapp.model.posture import Alignment, CalibrationSource, ForwardAxis, Vector3
from sensorapp.signal.activity.worn import DEAD_RADS
from sensorapp.signal.angles import BodyAxes, Twist
from sensorapp.signal.bends import WINDOW_S
from sensorapp.signal.orientation import FILLED_S, UNCERTAIN_S, Orientation
from sensorapp.signal.sagittal import AXIS_VECTORS, MOUNTING_TILT_DEG, VERTICAL_DEG
from sensorapp.signal.upright import STILL_RADS
from sensorapp.signal.vertical import up_in_sensor
from sensorapp.virtual.wearer import Activity, ImuModel, Mounting, Phase, Pose, Script, Wearer
from tests.architecture.source_tree import ROOT
from tests.signal_streams import chunks_of, ideal_imu, upright_then

PAGE = (ROOT / "docs" / "frames-and-units.md").read_text(encoding="utf-8")
DRAWING = ROOT / "docs" / "images" / "frames.svg"
WORN = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.MOUNTING)


def table(first_header: str) -> list[list[str]]:
    """Rows of the page's table whose first column has this header."""
    _, found, rest = PAGE.partition(f"\n| {first_header} |")
    assert found, first_header
    lines = rest.split("\n")[2:]
    ends = next(count for count, line in enumerate(lines) if not line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:ends]]


MOVEMENTS = table("The wearer")


@pytest.mark.parametrize("row", MOVEMENTS, ids=[row[0] for row in MOVEMENTS])
def test_a_movement_reads_what_the_page_says(row: list[str]) -> None:
    _, axis, by, *angles, up = row
    turn = AXIS_VECTORS[ForwardAxis(axis.lower())]
    degrees = np.concatenate((np.linspace(0.0, float(by), 50), np.full(1, float(by))))
    motion = upright_then(degrees, turn)
    orientation, twist, axes = Orientation(100.0), Twist(), BodyAxes(WORN)
    said: list[float] = []
    for chunk in chunks_of(*ideal_imu(motion)):
        quats = orientation.step(chunk)
        w, i, j, k = quats[-1].tolist()
        x, y, z = up_in_sensor(quats)[-1].tolist()
        turned = twist.step(chunk.frame_t_ns, (w, i, j, k))
        said = [axes.flexion_deg((x, y, z)), axes.side_bend_deg((x, y, z)), turned]
    assert said[:2] == pytest.approx([float(angle) for angle in angles[:2]], abs=0.5)
    assert said[2] == pytest.approx(float(angles[2]), abs=2.0)
    true_up = motion.inv().apply([0.0, 0.0, 1.0])[-1]
    assert true_up == pytest.approx([float(part) for part in up.split(",")], abs=0.006)


@pytest.mark.parametrize("row", MOVEMENTS, ids=[row[0] for row in MOVEMENTS])
def test_the_virtual_wearer_means_the_same(row: list[str]) -> None:
    """Two programs that know nothing of each other agree on the page's signs."""
    flexion, side, twist = (float(angle) for angle in row[3:6])
    phases = (
        Phase(Activity.SIT, 1.0, 0.5, Pose()),
        Phase(Activity.LEAN, 1.5, 1.0, Pose(flexion, side, twist)),
    )
    wearer = Wearer(Script(phases), 1, mounting=Mounting(), imu=ImuModel.ideal())
    rows = np.concatenate(list(wearer.blocks()))
    up = rows[-20:, :3].mean(axis=0) / 9.80665
    assert up == pytest.approx([float(part) for part in row[6].split(",")], abs=0.03)
    turned_deg = np.degrees(rows[:, 3:].sum(axis=0) * 0.01)
    about = np.array(AXIS_VECTORS[ForwardAxis(row[1].lower())])
    assert float(about @ turned_deg) == pytest.approx(float(row[2]), abs=2.0)


def test_the_formulas_are_those_of_the_program() -> None:
    rows = {row[0]: row for row in table("Angle")}
    axes, rng = BodyAxes(WORN), np.random.default_rng(1)
    for _ in range(50):
        x, y, z = rng.standard_normal(3).tolist()
        length = math.hypot(x, y, z)
        forward, up, right = x / length, y / length, z / length
        seen: Vector3 = (right, up, -forward)  # the segment's vector in sensor axes
        for name, said in (
            ("flexion", axes.flexion_deg(seen)),
            ("side bend", axes.side_bend_deg(seen)),
        ):
            given = {"u_x": forward, "u_y": up, "u_z": right}
            functions = {"atan2": math.atan2, "asin": math.asin}
            truth_rad = eval(rows[name][1], {"__builtins__": {}}, functions | given)
            assert said == pytest.approx(math.degrees(truth_rad), abs=1e-9)
    assert [rows[name][2] for name in ("flexion", "side bend", "twist")] == [
        *("forward", "to the right", "to the left")
    ]


def test_the_figures_are_those_of_the_program() -> None:
    missing = {row[0]: row[1] for row in table("What")}
    assert f"{FILLED_S:g} s" in " ".join(missing)
    assert f"`uncertain` for {UNCERTAIN_S:g} s" in missing["missing for longer"]
    rules = {row[0].strip("`"): row[1] for row in table("Source")}
    said = {CalibrationSource(source) for source in rules}
    assert said == {
        CalibrationSource.OPTION,
        CalibrationSource.BENDS,
        CalibrationSource.MOUNTING,
        CalibrationSource.ASSUMED,
    }
    assert f"within {VERTICAL_DEG:.0f} deg of the vertical" in rules["option"]
    assert f"within {WINDOW_S:.0f} s" in rules["bends"]
    assert f"within {MOUNTING_TILT_DEG:.0f} deg of up" in rules["mounting"]
    assert f"every sample under {math.degrees(STILL_RADS):.0f} deg/s" in PAGE
    assert f"or {math.degrees(DEAD_RADS):.1f} deg/s on some axis" in PAGE


def drawn() -> dict[str, ET.Element]:
    root = ET.parse(DRAWING).getroot()
    return {one.attrib["id"]: one for one in root.iter() if "id" in one.attrib}


def run(line: ET.Element) -> tuple[float, float]:
    """From a line's begin to its end: right and up on the paper."""
    x1, y1, x2, y2 = (float(line.attrib[key]) for key in ("x1", "y1", "x2", "y2"))
    return x2 - x1, y1 - y2


@pytest.mark.parametrize("name", ["flexion", "side_bend", "twist"])
def test_the_drawing_leans_to_where_the_page_says_that_plus_is(name: str) -> None:
    parts = drawn()
    (sign,) = (row[2] for row in table("Angle") if row[0] == name.replace("_", " "))
    words = " ".join(parts[name].itertext())
    assert f"+ {sign.removeprefix('to the ')}" in words
    to, trunk = run(parts[f"{name}-to"]), run(parts[f"{name}-trunk"])
    assert to[1] == 0.0
    assert to[0] * trunk[0] > 0.0
    assert trunk[1] > 0.0
    begin, end = re.findall(r"(-?[\d.]+) (-?[\d.]+)(?=\s*A|$)", parts[f"{name}-arc"].attrib["d"])
    assert (float(end[0]) - float(begin[0])) * to[0] > 0.0


def test_the_drawn_sensor_has_x_right_and_y_up_and_shows_z_to_the_reader() -> None:
    parts = drawn()
    assert run(parts["sensor-x"]) == (44.0, 0.0)
    assert run(parts["sensor-y"]) == (0.0, 40.0)
    words = " ".join(parts["sensor"].itertext())
    assert "seen from behind" in words
    assert "Z backward, toward you" in words


def test_the_drawing_brings_its_own_paper() -> None:
    """Readable on light and dark: dark ink on a filled light card, whatever is around it."""
    root = ET.parse(DRAWING).getroot()
    width, height = root.attrib["width"], root.attrib["height"]
    card = next(one for one in root if one.tag.endswith("rect"))
    assert (card.attrib["width"], card.attrib["height"]) == (width, height)
    assert _lightness(card.attrib["fill"]) > 0.9
    inks = {one.attrib.get("fill") for one in root.iter() if one.tag.endswith("text")} - {None}
    assert len(inks) == 3
    assert all(_lightness(ink) < 0.45 for ink in inks if ink is not None)


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255.0 for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
