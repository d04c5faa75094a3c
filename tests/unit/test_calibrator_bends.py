"""Bends on purpose, bends that were none, and what is said about them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Fault, Output
from sensorapp.model.posture import Calibration, CalibrationSource, ForwardAxis
from sensorapp.model.settings import SessionSettings
from sensorapp.session.retry import BEND_AGAIN, Told
from sensorapp.signal.bends import BendTrouble
from sensorapp.signal.vectors import angle_deg
from sensorapp.virtual.wearer import Activity, ImuModel, Mounting, Phase, Pose, Script, Wearer
from tests.unit.session_support import NS, Clip, fed, of, session

UPSIDE_DOWN = Mounting(roll_deg=180.0)
TURNED = Mounting(turn_deg=90.0)
PRESSED_S = 6.0
UPRIGHT = Pose()


@dataclass(frozen=True)
class Move:
    """There in `move_s`, back in the same time, and a rest."""

    pose: Pose
    move_s: float = 2.2
    rest_s: float = 0.8
    back: Pose = UPRIGHT


FORTY = Move(Pose(flexion_deg=40.0))
ASIDE = Move(Pose(side_bend_deg=30.0))


def after(
    *moves: Move,
    mounting: Mounting | None = None,
    pressed: bool = True,
    settings: SessionSettings | None = None,
    ends_s: float = 3.0,
    seed: int = 4,
    first: Pose = UPRIGHT,
) -> list[Output]:
    """What came of sitting, pressing b if asked, and moving."""
    phases = [Phase(Activity.SIT, PRESSED_S + 1.0, 1.0, first)]
    for move in moves:
        phases.append(Phase(Activity.LEAN, move.move_s + 0.3, move.move_s, move.pose))
        phases.append(Phase(Activity.LEAN, move.move_s + move.rest_s, move.move_s, move.back))
    phases.append(Phase(Activity.SIT, ends_s, 0.5, moves[-1].back if moves else Pose()))
    wearer = Wearer(Script(tuple(phases)), seed, mounting=mounting, imu=ImuModel.ideal())
    table = np.concatenate(list(wearer.blocks()))
    clip, begin = Clip(packet=50).connects(), round(PRESSED_S * 100)
    clip.feels(table[:begin])
    if pressed:
        clip.presses(Command.CALIBRATE_BENDS, (begin - 1) * NS // 100)
    return fed(session(settings), clip.feels(table[begin:]).items)


def sources(outputs: list[Output]) -> list[CalibrationSource]:
    return [found.source for found in of(Calibration, outputs)]


def told(outputs: list[Output]) -> list[str]:
    return [fault.message for fault in of(Fault, outputs) if fault.kind == "calibration"]


def test_two_bends_on_purpose_show_forward_and_nothing_is_to_be_said() -> None:
    outputs = after(FORTY, FORTY)
    first, found, again = of(Calibration, outputs)
    assert (first.source, first.poses) == (CalibrationSource.MOUNTING, 1)
    assert (found.source, found.forward_axis) == (CalibrationSource.BENDS, ForwardAxis.MINUS_Z)
    assert (again.source, again.poses) == (CalibrationSource.BENDS, 3)
    assert told(outputs) == []


@pytest.mark.parametrize(
    ("trouble", "moves"),
    [
        (BendTrouble.SMALL, [Move(Pose(flexion_deg=12.0))]),
        (BendTrouble.SMALL, [Move(Pose(flexion_deg=11.0))]),
        (BendTrouble.DEEP, [Move(Pose(flexion_deg=105.0), move_s=4.0)]),
        (BendTrouble.FAST, [Move(Pose(flexion_deg=60.0), move_s=0.9)]),
        (BendTrouble.SHORT, [Move(Pose(flexion_deg=17.0), move_s=0.5)]),
        (BendTrouble.LONG, [Move(Pose(flexion_deg=40.0), move_s=12.0)]),
        (BendTrouble.UNLIKE, [FORTY, ASIDE]),
        (BendTrouble.CROOKED, [Move(Pose(40.0, 0.0, 25.0))] * 2),
        (BendTrouble.NOT_UPRIGHT, [Move(Pose(50.0), back=Pose(14.0)), Move(Pose(50.0))]),
    ],
)
def test_what_was_wrong_with_a_bend_is_told_with_what_to_do(
    trouble: BendTrouble, moves: list[Move]
) -> None:
    assert told(after(*moves)) == [BEND_AGAIN[trouble]]


def test_every_trouble_has_a_sentence_and_something_to_do() -> None:
    assert set(BEND_AGAIN) == set(BendTrouble)
    assert all(text.count(". ") == 1 and text.endswith(".") for text in BEND_AGAIN.values())


def test_nobody_who_just_moves_is_told_how_to_bend() -> None:
    assert told(after(ASIDE, FORTY, Move(Pose(60.0), move_s=0.9), pressed=False)) == []


def test_who_is_hoped_to_bend_is_told_of_real_attempts() -> None:
    outputs = after(FORTY, ASIDE, mounting=UPSIDE_DOWN, pressed=False)
    assert told(outputs) == [BEND_AGAIN[BendTrouble.UNLIKE]]
    small = after(Move(Pose(12.0)), mounting=UPSIDE_DOWN, pressed=False)
    assert told(small) == []


def test_it_is_given_up_after_a_minute() -> None:
    outputs = after(FORTY, ends_s=62.0)
    assert sources(outputs) == [CalibrationSource.MOUNTING]
    assert told(outputs) == [Told.NO_BENDS]
    (fault,) = of(Fault, outputs)
    assert fault.t_ns == pytest.approx((PRESSED_S + 60.0) * NS, abs=2e8)


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_two_leans_aside_that_nobody_asked_for_change_nothing(seed: int) -> None:
    outputs = after(ASIDE, ASIDE, pressed=False, seed=seed)
    assert sources(outputs) == [CalibrationSource.MOUNTING]
    assert told(outputs) == [Told.ASIDE]


def test_on_purpose_they_count_and_the_wearer_is_asked_to_look() -> None:
    outputs = after(ASIDE, ASIDE)
    assert sources(outputs)[:2] == [CalibrationSource.MOUNTING, CalibrationSource.BENDS]
    (doubt,) = told(outputs)
    assert "sits turned by 90°" in doubt


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_a_clip_that_sits_turned_is_believed_as_the_wearer_rocks_that_way(seed: int) -> None:
    outputs = after(FORTY, FORTY, mounting=TURNED, pressed=False, seed=seed)
    assert sources(outputs) == [CalibrationSource.MOUNTING, CalibrationSource.BENDS]
    (note,) = told(outputs)
    assert "sits turned by 90°" in note


def test_bends_on_purpose_are_better_than_a_named_axis() -> None:
    settings = SessionSettings(forward_axis=ForwardAxis.X)
    assert sources(after(FORTY, FORTY, pressed=False, settings=settings)) == [
        CalibrationSource.OPTION
    ]
    found = of(Calibration, after(FORTY, FORTY, settings=settings))
    assert (found[0].forward_axis, found[1].forward_axis) == (ForwardAxis.X, ForwardAxis.MINUS_Z)


def test_sitting_up_again_otherwise_is_averaged() -> None:
    """Three upright poses of 0, 4 and 2 deg give a zero of 2 deg."""
    moves = [replace(FORTY, rest_s=2.0, back=Pose(angle)) for angle in (4.0, 2.0)]
    found = of(Calibration, after(*moves, ends_s=1.0))
    assert [one.poses for one in found] == [1, 2, 3]
    first, last = found[0].alignment.up, found[-1].alignment.up
    assert np.degrees(np.arccos(np.dot(first, last))) == pytest.approx(2.0, abs=0.6)


def test_a_pose_that_is_no_upright_one_is_not() -> None:
    moves = [FORTY, replace(FORTY, back=Pose(10.0))]
    assert [one.poses for one in of(Calibration, after(*moves))] == [1, 2]


@pytest.mark.parametrize("first", [Pose(-10.0), Pose(10.0), Pose(0.0, 10.0)])
def test_a_first_rest_that_no_later_pose_is_like_is_outvoted_and_told(first: Pose) -> None:
    moves = [replace(FORTY, rest_s=2.0, back=Pose(angle)) for angle in (1.0, -1.0)]
    outputs = after(*moves, ends_s=1.0, first=first)
    found = of(Calibration, outputs)
    assert [one.poses for one in found] == [1, 1, 2]
    moved_deg = angle_deg(found[0].alignment.up, found[-1].alignment.up)
    assert moved_deg == pytest.approx(10.0, abs=0.8)
    assert told(outputs) == [Told.SAT_OTHERWISE]


def test_poses_that_do_not_agree_outvote_nothing() -> None:
    moves = [replace(FORTY, rest_s=2.0, back=Pose(angle)) for angle in (11.0, -11.0)]
    outputs = after(*moves, ends_s=1.0)
    ups = [one.alignment.up for one in of(Calibration, outputs)]
    assert angle_deg(ups[0], ups[-1]) < 0.1
    assert told(outputs) == []


def test_an_upright_pose_shown_with_the_key_is_not_outvoted() -> None:
    phases = [Phase(Activity.SIT, 12.0, 1.0, Pose(-10.0))]
    for _ in range(2):
        phases.append(Phase(Activity.LEAN, 2.5, 2.2, Pose(flexion_deg=40.0)))
        phases.append(Phase(Activity.LEAN, 4.2, 2.2, UPRIGHT))
    wearer = Wearer(Script((*phases, Phase(Activity.SIT, 1.0, 0.5, UPRIGHT))), 4)
    table = np.concatenate(list(wearer.blocks()))
    clip = Clip(packet=50).connects().feels(table[:500])
    clip.presses(Command.CALIBRATE_UPRIGHT, 499 * NS // 100).feels(table[500:1000])
    clip.presses(Command.CALIBRATE_BENDS, 999 * NS // 100).feels(table[1000:])
    found = of(Calibration, fed(session(), clip.items))
    shown, last = found[1].alignment.up, found[-1].alignment.up
    assert found[-1].source is CalibrationSource.BENDS
    assert angle_deg(shown, last) < 0.1
