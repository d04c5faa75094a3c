"""No pose of a clip that nobody wears."""

from __future__ import annotations

import pytest

from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Fault, Output
from sensorapp.model.posture import Calibration, PostureState
from sensorapp.session.retry import Told
from sensorapp.virtual.wearer import Activity, Pose
from tests.unit.session_support import NS, Clip, acts, fed, frames, of, session, sits

LYING = Pose(flexion_deg=80.0)
TABLE_S = 20.0


def told(outputs: list[Output]) -> list[str]:
    return [fault.message for fault in of(Fault, outputs)]


def test_a_clip_on_a_table_waits_to_be_put_on() -> None:
    table = acts((Activity.SENSOR_OFF, TABLE_S, LYING), (Activity.SIT, 8.0, Pose()))
    outputs = fed(session(), Clip().connects().feels(table).items)
    (found,) = of(Calibration, outputs)
    assert TABLE_S < found.t_ns / NS < TABLE_S + 5.0
    assert found.tilt_deg < 2.0  # upright, not as it lay
    assert told(outputs) == [Told.NOT_WORN]
    states = [frame.state for frame in frames(outputs) if frame.t_ns < TABLE_S * NS]
    assert set(states) == {PostureState.CALIBRATING, PostureState.NOT_WORN}
    assert states[-1] is PostureState.NOT_WORN
    assert frames(outputs)[-1].flexion_deg == pytest.approx(0.0, abs=1.5)


def test_while_the_sensor_says_that_nobody_wears_it_no_rest_counts() -> None:
    clip = Clip().connects().reports(worn=False).feels(sits(5.0)).reports(worn=True)
    outputs = fed(session(), clip.feels(sits(4.0)).items)
    (found,) = of(Calibration, outputs)
    assert 7.0 <= found.t_ns / NS < 7.5
    assert told(outputs) == [Told.NOT_WORN]


def test_a_pose_that_is_asked_for_on_a_table_is_refused_with_the_reason() -> None:
    table = acts(
        (Activity.SIT, 4.0, Pose()), (Activity.SENSOR_OFF, 30.0, LYING), (Activity.SIT, 5.0, Pose())
    )
    clip = Clip().connects().feels(table[:1600]).presses(Command.CALIBRATE_UPRIGHT, 15 * NS)
    outputs = fed(session(), clip.feels(table[1600:]).items)
    assert len(of(Calibration, outputs)) == 1
    assert told(outputs) == [Told.NOT_WORN, Told.NOT_WORN]


def test_a_lean_taken_for_upright_is_questioned() -> None:
    table = acts((Activity.SIT, 5.0, Pose()), (Activity.SIT, 6.0, Pose(flexion_deg=18.0)))
    clip = Clip().connects().feels(table[:700]).presses(Command.CALIBRATE_UPRIGHT, 6_990_000_000)
    outputs = fed(session(), clip.feels(table[700:]).items)
    assert len(of(Calibration, outputs)) == 2
    (question,) = told(outputs)
    assert "leans 18° forward of your last upright pose" in question


def test_pressing_again_averages_poses_that_were_taken_on_purpose() -> None:
    poses = [(Activity.SIT, 5.0, Pose(flexion_deg=angle)) for angle in (0.0, 4.0, 1.0)]
    table = acts(*poses)
    clip = Clip().connects()
    for begin in (0, 500, 1000):
        clip.feels(table[begin : begin + 250])
        clip.presses(Command.CALIBRATE_UPRIGHT, (begin + 249) * 10_000_000)
        clip.feels(table[begin + 250 : begin + 500])
    found = of(Calibration, fed(session(), clip.items))
    assert [one.poses for one in found] == [1, 1, 2, 3]
    assert frames(fed(session(), clip.items))[-1].flexion_deg == pytest.approx(
        1.0 - 5.0 / 3.0, abs=1.2
    )
