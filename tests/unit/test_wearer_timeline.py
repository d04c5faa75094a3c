"""From phase to phase without a jump."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.virtual.wearer import Activity, Phase, Pose, Script
from sensorapp.virtual.wearer.timeline import Channel, Timeline, minimum_jerk

EVERYTHING = Script(
    (
        *(Phase.usual(activity, 6.0) for activity in Activity),
        Phase(Activity.SLOUCH, 8.0, 2.0, Pose(10.0), creep_deg=12.0),
    )
)


def test_minimum_jerk_has_the_published_shape() -> None:
    share = np.array([-1.0, 0.0, 0.25, 0.5, 0.75, 1.0, 7.0])
    expected = [0, 0, 0.103515625, 0.5, 0.896484375, 1, 1]
    np.testing.assert_allclose(minimum_jerk(share), expected, atol=1e-15)
    # The fastest point of the course is half way, at 1.875 times the mean speed.
    speed = np.gradient(minimum_jerk(np.linspace(0, 1, 1001)), 1e-3)
    assert speed.argmax() == 500
    assert speed.max() == pytest.approx(1.875, abs=1e-4)


@pytest.mark.parametrize("loop", [False, True])
def test_all_channels_are_continuous_with_their_first_two_derivatives(loop: bool) -> None:
    timeline = Timeline(EVERYTHING, loop=loop)
    end_s = EVERYTHING.duration_s * 2.2
    for order, steepest in ((1, 1.0), (2, 1.5), (3, 8.0)):
        coarse = np.abs(np.diff(timeline.values(np.arange(0, end_s, 2e-3)), order, axis=0))
        fine = np.abs(np.diff(timeline.values(np.arange(0, end_s, 1e-3)), order, axis=0))
        # Halving the step halves each order of difference again, unless there is a jump.
        assert fine.max() < coarse.max() * 0.5**order * 1.1
        assert coarse.max() < steepest


def test_poses_are_reached_held_and_crept_from() -> None:
    timeline = Timeline(EVERYTHING, loop=False)
    start_s = EVERYTHING.duration_s - 8.0
    flexion = timeline.values(start_s + np.array([2.0, 5.0, 8.0, 100.0]))[:, Channel.FLEXION_DEG]
    np.testing.assert_allclose(flexion, [10.0, 16.0, 22.0, 22.0], atol=1e-9)


def test_getting_up_leans_forward_and_rises_and_bending_stays_up() -> None:
    script = Script(
        (
            Phase.usual(Activity.SIT, 2.0),
            Phase.usual(Activity.STAND, 4.0),
            Phase.usual(Activity.BEND_DOWN, 4.0),
            Phase.usual(Activity.SIT, 4.0),
        )
    )
    values = Timeline(script, loop=False).values(np.array([1.0, 3.0, 5.9, 9.9, 13.9]))
    assert values[1, Channel.FLEXION_DEG] > 25
    np.testing.assert_allclose(values[[0, 2, 3, 4], Channel.HEIGHT_M], [0, 0.42, 0.42, 0])


def test_first_pose_is_there_from_the_start_but_reached_again_in_a_loop() -> None:
    script = Script(
        (
            Phase(Activity.SIT, 5.0, 2.0, Pose(0.0)),
            Phase(Activity.SLOUCH, 5.0, 2.0, Pose(20.0)),
        )
    )
    flexion = Timeline(script, loop=True).values(np.array([0.0, 1.0, 9.9, 10.0, 11.0, 12.0]))
    np.testing.assert_allclose(flexion[:, 0], [0, 0, 20, 20, 10, 0], atol=1e-9)


def test_a_phase_owns_the_moment_it_begins() -> None:
    timeline = Timeline(EVERYTHING, loop=True)
    assert timeline.activity(5.999) is Activity.SIT
    assert timeline.activity(6.0) is Activity.SLOUCH
    assert timeline.activity(EVERYTHING.duration_s + 0.1) is Activity.SIT


@pytest.mark.parametrize(("duration_s", "move_s"), [(1.0, 1.1), (1.0, 0.0), (1.0, -1.0)])
def test_a_move_that_does_not_fit_is_refused(duration_s: float, move_s: float) -> None:
    with pytest.raises(ValueError, match="doesn't fit"):
        Phase(Activity.SIT, duration_s, move_s, Pose())


def test_an_empty_script_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Script(())
