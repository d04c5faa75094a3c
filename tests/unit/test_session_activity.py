"""What a session says the wearer does, and what it keeps silent for."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest

from firmware_protocol.ids import MotionFlag
from sensorapp.model.activity import ActivityKind
from sensorapp.model.posture import PostureFrame, PostureState, SlouchAlert
from sensorapp.virtual.wearer import Activity, Pose
from tests.unit.session_support import (
    NS,
    Clip,
    Table,
    acts,
    fed,
    frames,
    of,
    session,
    sits,
    sits_then_slouches,
)

MOTOR = MotionFlag.HAPTIC_RAN
TRANSITIONS = (ActivityKind.STANDING_UP, ActivityKind.SITTING_DOWN)


def seen(table: Table) -> list[PostureFrame]:
    return frames(fed(session(), Clip().connects().feels(table).items))


def kinds(shown: list[PostureFrame]) -> list[ActivityKind]:
    """The activities in their order, without repetitions."""
    return [kind for kind, _ in groupby(frame.activity.kind for frame in shown if frame.activity)]


def seeds(count: int) -> list[int]:
    """Wearers drawn now; pytest shows which when a test fails."""
    drawn: list[int] = np.random.SeedSequence().generate_state(count).tolist()
    print(f"wearers {drawn}")
    return drawn


def test_every_frame_says_what_the_wearer_does() -> None:
    shown = seen(sits(8.0))
    assert {frame.activity.kind for frame in shown if frame.activity} == {ActivityKind.STILL}
    assert all(frame.activity is not None for frame in shown)
    assert all(0.5 <= frame.activity.confidence <= 1.0 for frame in shown if frame.activity)


def test_standing_up_and_sitting_down_are_told_once_they_are_over() -> None:
    for seed in seeds(4):
        table = acts(
            (Activity.SIT, 6.0, Pose()),
            (Activity.STAND, 7.0, Pose(flexion_deg=3.0)),
            (Activity.SIT, 7.0, Pose()),
            (Activity.SLOW_BEND, 4.0, Pose(flexion_deg=40.0)),
            (Activity.SIT, 6.0, Pose()),
            seed=seed,
        )
        shown = seen(table)
        found = [
            (frame.t_ns / NS, frame.activity.kind)
            for frame in shown
            if frame.activity and frame.activity.kind in TRANSITIONS
        ]
        assert [kind for kind, _ in groupby(kind for _, kind in found)] == list(TRANSITIONS)
        assert len(found) == 10
        assert 7.5 < found[0][0] < 9.9
        assert 14.5 < found[5][0] < 16.9


def test_who_stands_up_and_walks_away_has_stood_up() -> None:
    for seed in seeds(3):
        table = acts(
            (Activity.SIT, 6.0, Pose()),
            (Activity.WALK, 12.0, Pose(flexion_deg=4.0)),
            (Activity.STAND, 6.0, Pose(flexion_deg=3.0)),
            (Activity.SIT, 6.0, Pose()),
            seed=seed,
        )
        shown = seen(table)
        order = [kind for kind in kinds(shown) if kind in TRANSITIONS]
        assert order == list(TRANSITIONS)
        walking = [f.activity for f in shown if f.activity and 10 < f.t_ns / NS < 17]
        assert {activity.kind for activity in walking} == {ActivityKind.WALKING}


def test_steps_a_minute_are_those_of_the_wearer_and_told_soon() -> None:
    """Two seconds of walking after the first uneven steps, which now and then make a break."""
    for seed in seeds(3):
        table = acts(
            (Activity.SIT, 6.0, Pose()), (Activity.WALK, 11.0, Pose(flexion_deg=4.0)), seed=seed
        )
        told = [(f.t_ns / NS, f.activity.cadence_spm) for f in seen(table) if f.activity]
        assert all(95 < cadence_spm < 125 for _, cadence_spm in told if cadence_spm is not None)
        assert all(cadence_spm is None for t_s, cadence_spm in told if t_s < 8.0)
        assert all(cadence_spm is not None for t_s, cadence_spm in told if t_s > 11.0)


@pytest.mark.parametrize("pose", [Pose(flexion_deg=-85.0), Pose(side_bend_deg=80.0)])
def test_lying_is_told_after_two_seconds_and_nobody_slouches_in_bed(pose: Pose) -> None:
    table = acts((Activity.SIT, 6.0, Pose()), (Activity.LEAN, 40.0, pose))
    outputs = fed(session(), Clip().connects().feels(table).items)
    lying = [frame for frame in frames(outputs) if frame.t_ns > 9.6 * NS]
    assert {frame.activity.kind for frame in lying if frame.activity} == {ActivityKind.LYING}
    assert {frame.state for frame in lying} == {PostureState.LYING}
    assert of(SlouchAlert, outputs) == []


def test_on_the_belly_it_takes_ten_seconds_to_tell_lying_from_bending_down() -> None:
    table = acts((Activity.SIT, 6.0, Pose()), (Activity.BEND_DOWN, 24.0, Pose(flexion_deg=85.0)))
    shown = [frame for frame in seen(table) if frame.t_ns > 8.0 * NS]
    assert kinds(shown) == [ActivityKind.BENDING, ActivityKind.LYING]
    first = next(f for f in shown if f.activity and f.activity.kind is ActivityKind.LYING)
    assert 16.5 < first.t_ns / NS < 19.5


def test_a_running_motor_is_named_and_an_alert_waits_for_its_end() -> None:
    table = sits_then_slouches(6.0, 40.0)
    quiet = fed(session(), Clip().connects().feels(table).items)
    (due,) = of(SlouchAlert, quiet)
    clip = Clip().connects().feels(table[:2000]).feels(table[2000:2800], flags=MOTOR)
    outputs = fed(session(), clip.feels(table[2800:]).items)
    (alert,) = of(SlouchAlert, outputs)
    assert due.t_ns / NS < 27.9
    assert alert.t_ns / NS == pytest.approx(28.1, abs=0.11)
    assert alert.onset_t_ns == due.onset_t_ns
    running = [f.t_ns / NS for f in frames(outputs) if f.activity and f.activity.kind == "motor"]
    assert running[0] == pytest.approx(20.0, abs=0.11)
    assert running[-1] == pytest.approx(28.0, abs=0.11)
    assert len(running) in (80, 81)


def test_the_sensor_itself_may_say_that_nobody_wears_it() -> None:
    clip = Clip().connects().feels(sits(6.0)).reports(worn=False).feels(sits(2.0))
    shown = frames(fed(session(), clip.items))
    assert kinds(shown) == [ActivityKind.STILL, ActivityKind.NOT_WORN]


def test_before_the_upright_pose_is_known_walking_is_already_seen() -> None:
    shown = seen(acts((Activity.WALK, 12.0, Pose(flexion_deg=4.0))))
    assert {frame.state for frame in shown} == {PostureState.CALIBRATING}
    late = [frame.activity for frame in shown if frame.t_ns > 2.0 * NS]
    assert {activity.kind for activity in late if activity} == {ActivityKind.WALKING}
