"""Poses, directions and what is kept of a stored alignment."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Fault, Output
from sensorapp.model.posture import (
    Alignment,
    Calibration,
    CalibrationSource,
    ForwardAxis,
    PostureState,
    Quality,
)
from sensorapp.model.settings import SessionSettings
from sensorapp.session.calibrator import Calibrator, Pose
from sensorapp.virtual.wearer import Activity, Mounting
from sensorapp.virtual.wearer import Pose as Angles
from tests.unit.session_support import Clip, Table, acts, fed, frames, of, session, sits

WORN = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.MOUNTING)


def through(table: Table, settings: SessionSettings, *upright_s: float) -> list[Output]:
    clip, begin = Clip().connects(), 0
    for at_s in upright_s:
        end = round(at_s * 100)
        clip.feels(table[begin:end]).presses(Command.CALIBRATE_UPRIGHT, (end - 1) * 10_000_000)
        begin = end
    return fed(session(settings), clip.feels(table[begin:]).items)


def calibrations(outputs: list[Output]) -> list[Calibration]:
    return of(Calibration, outputs)


def leaning(flexion_deg: float, mounting: Mounting | None = None) -> Table:
    """Six seconds of sitting, then of a pose."""
    lean = (Activity.SIT, 6.0, Angles(flexion_deg=flexion_deg))
    return acts((Activity.SIT, 6.0, Angles()), lean, mounting=mounting)


def test_a_stored_alignment_is_in_force_from_the_first_frame() -> None:
    outputs = through(leaning(20.0), SessionSettings(stored_alignment=WORN))
    (stored,) = calibrations(outputs)
    assert (stored.source, stored.t_ns, stored.tilt_deg) == (CalibrationSource.STORED, 0, 0.0)
    assert stored.alignment == WORN
    assert PostureState.CALIBRATING not in {frame.state for frame in frames(outputs)}
    assert frames(outputs)[-1].flexion_deg == pytest.approx(20.0, abs=1.5)


def test_a_stored_slouch_sets_the_limit_and_outlives_a_new_upright_pose() -> None:
    stored = replace(WORN, slouch_deg=20.0)
    outputs = through(leaning(4.0), SessionSettings(stored_alignment=stored), 8.0)
    before, after = calibrations(outputs)
    assert before.threshold_deg == 10.0
    assert after.source is CalibrationSource.REST
    assert after.alignment.slouch_deg == pytest.approx(16.0, abs=1.0)  # upright is now 4 deg lower
    assert after.threshold_deg == pytest.approx(8.0, abs=0.5)


@pytest.mark.parametrize("source", [CalibrationSource.BENDS, CalibrationSource.OPTION])
def test_a_stored_direction_outlives_a_new_upright_pose(source: CalibrationSource) -> None:
    stored = Alignment((0.0, 1.0, 0.0), (1.0, 0.0, 0.0), source)
    settings = SessionSettings(stored_alignment=stored)
    before, after = calibrations(through(sits(8.0), settings, 4.0))
    assert (before.forward_axis, after.forward_axis) == (ForwardAxis.X, ForwardAxis.X)
    assert after.alignment.axis_source is source


def test_a_direction_from_a_mounting_is_no_knowledge_to_keep() -> None:
    settings = SessionSettings(stored_alignment=WORN)
    assert calibrations(through(sits(8.0), settings, 4.0))[-1].alignment.axis_source is (
        CalibrationSource.MOUNTING
    )


@pytest.mark.parametrize(
    "broken",
    [
        replace(WORN, up=(0.0, 0.0, 0.0)),
        replace(WORN, up=(math.nan, 1.0, 0.0)),
        replace(WORN, forward=(0.0, 1.0, 0.0)),
        replace(WORN, forward=(0.0, 0.0, -2.0)),
        replace(WORN, slouch_deg=math.nan),
        replace(WORN, slouch_deg=-3.0),
    ],
)
def test_a_stored_alignment_that_is_none_is_not_used(broken: Alignment) -> None:
    (found,) = calibrations(through(sits(4.0), SessionSettings(stored_alignment=broken)))
    assert found.source is CalibrationSource.MOUNTING


def test_an_option_near_the_vertical_is_refused_with_a_word_and_the_mounting_used() -> None:
    outputs = through(leaning(20.0), SessionSettings(forward_axis=ForwardAxis.MINUS_Y))
    (fault,) = of(Fault, outputs)
    assert fault.kind == "calibration"
    assert "-y" in fault.message
    (found,) = calibrations(outputs)
    assert found.source is CalibrationSource.MOUNTING
    assert frames(outputs)[-1].flexion_deg == pytest.approx(20.0, abs=1.5)


def test_an_option_near_the_vertical_still_lets_bends_tell() -> None:
    bends = [
        (Activity.SLOW_BEND, 3.0, Angles(flexion_deg=angle)) for angle in (40.0, 0.0, 40.0, 0.0)
    ]
    table = acts((Activity.SIT, 5.0, Angles()), *bends, mounting=Mounting(turn_deg=120.0))
    settings = SessionSettings(forward_axis=ForwardAxis.Y)
    assert [found.source for found in calibrations(through(table, settings))] == [
        CalibrationSource.MOUNTING,
        CalibrationSource.BENDS,
    ]


def test_an_option_wins_over_bends_and_mounting() -> None:
    bends = [
        (Activity.SLOW_BEND, 3.0, Angles(flexion_deg=angle)) for angle in (40.0, 0.0, 40.0, 0.0)
    ]
    table = acts((Activity.SIT, 5.0, Angles()), *bends)
    outputs = through(table, SessionSettings(forward_axis=ForwardAxis.X))
    (found,) = calibrations(outputs)
    assert (found.source, found.forward_axis) == (CalibrationSource.OPTION, ForwardAxis.X)


def test_another_mounting_forgets_what_was_known_of_the_last_one() -> None:
    """Upright is asked for while the clip hangs upside down."""
    turned = acts((Activity.SIT, 10.0, Angles(flexion_deg=170.0)))
    table = acts((Activity.SIT, 6.0, Angles()))
    stored = Alignment((0.0, 1.0, 0.0), (1.0, 0.0, 0.0), CalibrationSource.BENDS, 30.0)
    clip = Clip().connects().feels(table).loses(500).feels(turned[:500])
    clip.presses(Command.CALIBRATE_UPRIGHT, 15_990_000_000).feels(turned[500:])
    outputs = fed(session(SessionSettings(stored_alignment=stored)), clip.items)
    anew = calibrations(outputs)[-1]
    assert anew.source is CalibrationSource.ASSUMED
    assert anew.alignment.slouch_deg is None
    assert anew.threshold_deg == 15.0
    assert anew.tilt_deg == pytest.approx(170.0, abs=2.0)
    assert Quality.AXIS_ASSUMED in frames(outputs)[-1].quality


def test_a_slouch_that_is_none_is_refused_with_its_angle() -> None:
    for lean_deg, words in ((3.0, "leans 3° forward"), (-8.0, "is upright")):
        clip = Clip().connects().feels(leaning(lean_deg)[:900])
        clip.presses(Command.CALIBRATE_SLOUCH, 8_990_000_000).feels(leaning(lean_deg)[900:])
        outputs = fed(session(), clip.items)
        (fault,) = of(Fault, outputs)
        assert words in fault.message
        assert len(calibrations(outputs)) == 1


def test_progress_grows_to_one_and_only_the_first_pose_is_waited_for_without_end() -> None:
    calibrator = Calibrator(SessionSettings())
    assert (calibrator.waiting, calibrator.progress, calibrator.busy) == (Pose.UPRIGHT, 0.0, True)
    calibrator.ask(Pose.SLOUCH, 0)
    assert calibrator.waiting is Pose.UPRIGHT
    one = session()
    grown = []
    for item in Clip().connects().feels(sits(3.0)).items:
        one.feed(item)
        grown.append(one.state.calibration_progress)
    assert grown == sorted(grown)
    assert grown[-1] == 1.0
    stored = Calibrator(SessionSettings(stored_alignment=WORN))
    # busy: the first rest shows whether the clip still sits like that
    assert (stored.waiting, stored.progress, stored.busy) == (Pose.NONE, 1.0, True)
