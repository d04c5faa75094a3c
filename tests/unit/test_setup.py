"""The set-up's steps on a session: the straight way, and every way in which a pose fails."""

from __future__ import annotations

import pytest

from sensorapp.model.inputs import Command, ProfileChanged, UserCommand
from sensorapp.model.posture import Calibration, CalibrationSource, SlouchAlert
from sensorapp.model.setup import Pressed, Step
from sensorapp.session import retry
from sensorapp.session.setup import SetupGuide
from sensorapp.session.trial import trial_of
from sensorapp.text import setup_words as words
from sensorapp.text.words import refused_words
from sensorapp.virtual.wearer import Activity, Phase, Pose
from tests.tui.made_up import before_anything
from tests.unit.session_support import of
from tests.unit.setup_support import Bench

FIDGETING = tuple(Phase(Activity.TWIST, 1.0, 1.0, Pose(twist_deg=8.0 * way)) for way in (1, -1) * 8)
UPSIDE_DOWN = Phase(Activity.SIT, 5.0, 3.0, Pose(side_bend_deg=180.0))
ON_ITS_SIDE = Phase(Activity.SIT, 5.0, 3.0, Pose(side_bend_deg=90.0))
ON_A_TABLE = Phase(Activity.SENSOR_OFF, 5.0, 2.0, Pose())
UPRIGHT = Phase(Activity.SIT, 5.0, 3.0, Pose())


def test_the_straight_way_takes_a_minute_and_alerts_nobody() -> None:
    bench = Bench().until(Step.UPRIGHT)
    bench.passes(2.0).press(Pressed.NEXT).until(Step.SLOUCH)
    bench.passes(3.0).press(Pressed.NEXT).until(Step.BENDS)
    bench.passes(3.0).press(Pressed.NEXT).until(Step.PREVIEW)
    state = bench.session.state
    assert state.t_ns is not None
    assert state.t_ns < 60e9
    assert state.calibration is not None
    alignment = state.calibration.alignment
    assert alignment.axis_source is CalibrationSource.BENDS
    assert alignment.slouch_deg == pytest.approx(26.0, abs=1.5)
    assert state.threshold_deg == pytest.approx(13.0, abs=0.8)
    assert bench.said == [
        words.AS_MEANT,
        words.UPRIGHT_TAKEN,
        words.slouch_taken(alignment.slouch_deg or 0.0, state.threshold_deg),
        words.BENDS_TAKEN,
    ]
    bench.passes(30.0)
    assert trial_of(bench.session.state).sentence
    bench.press(Pressed.NEXT)
    assert bench.guide.step is Step.DONE
    assert [one for one in of(SlouchAlert, bench.outputs) if one.sounds] == []
    assert len(of(SlouchAlert, bench.outputs)) >= 1


def test_the_preview_says_what_would_alert_and_what_would_not() -> None:
    bench = Bench().until(Step.UPRIGHT)
    bench.press(Pressed.NEXT).until(Step.SLOUCH).press(Pressed.SKIP).press(Pressed.SKIP)
    assert bench.guide.step is Step.PREVIEW
    seen: dict[str, tuple[bool, bool]] = {}
    for _ in range(400):
        trial = trial_of(bench.passes(0.1).session.state)
        seen[trial.sentence.split(":")[0]] = (trial.would_alert, trial.left_s is not None)
    assert seen[words.fine(0.0, 15.0).split(":")[0]] == (False, False)
    assert seen["After 15 s here you would be told"] == (False, True)
    assert seen[words.WOULD_ALERT] == (True, False)
    assert seen[words.MOVING.split(":")[0]] == (False, False)


def test_moving_is_said_and_changes_nothing() -> None:
    bench = Bench().until(Step.UPRIGHT)
    before = of(Calibration, bench.outputs)
    bench.obeys = False
    bench.wearer.do(*FIDGETING)
    bench.passes(1.0).press(Pressed.NEXT).passes(12.0)
    assert bench.said[-1] == retry.restless(10.0)
    assert bench.guide.picture.trouble
    assert of(Calibration, bench.outputs) == before
    bench.passes(5.0).press(Pressed.NEXT).until(Step.SLOUCH)


def test_a_slouch_that_is_none_is_said_and_can_be_tried_again() -> None:
    bench = Bench().until(Step.UPRIGHT).press(Pressed.NEXT)
    bench.obeys = False
    bench.until(Step.SLOUCH).press(Pressed.NEXT).passes(4.0)
    assert bench.guide.step is Step.SLOUCH
    assert bench.said[-1].endswith("Slouch as you usually do, then press the key again.")
    bench.wearer.do(Phase(Activity.SIT, 5.0, 2.0, Pose(flexion_deg=20.0)))
    bench.passes(3.0).press(Pressed.NEXT).until(Step.BENDS)


def test_a_leaning_upright_pose_is_asked_about() -> None:
    bench = Bench().until(Step.UPRIGHT)
    bench.obeys = False
    bench.wearer.do(Phase(Activity.SIT, 5.0, 2.0, Pose(flexion_deg=18.0)))
    bench.passes(4.0).press(Pressed.NEXT).passes(4.0)
    assert bench.guide.step is Step.UPRIGHT
    assert bench.said[-1].endswith("If you were slouching, sit tall and press c again.")
    assert bench.guide.picture.offers[:2] == (Pressed.NEXT, Pressed.AGAIN)
    bench.wearer.do(UPRIGHT)
    bench.passes(4.0).press(Pressed.AGAIN).until(Step.SLOUCH)


def test_a_clip_on_a_table_is_no_wearer() -> None:
    bench = Bench(first=ON_A_TABLE)
    bench.obeys = False
    bench.passes(8.0)
    assert bench.guide.step in (Step.WORN, Step.MOUNTED)
    bench.passes(10.0)
    assert bench.guide.step is Step.WORN
    bench.wearer.do(UPRIGHT)
    bench.until(Step.UPRIGHT)


def test_no_movement_at_all_is_no_pose() -> None:
    """A clip too still for a breath while a pose is asked for."""
    bench = Bench().until(Step.UPRIGHT)
    bench.obeys = False
    bench.wearer.do(Phase(Activity.SENSOR_OFF, 30.0, 1.0, Pose()))
    bench.passes(2.5).press(Pressed.NEXT).passes(8.0)
    assert retry.Told.NOT_WORN in bench.said
    assert bench.guide.step is Step.UPRIGHT


def test_a_sensor_that_says_it_is_off_is_believed() -> None:
    bench = Bench().reports(worn=False).passes(5.0)
    assert bench.guide.step is Step.WORN
    bench.reports(worn=True).until(Step.UPRIGHT)


@pytest.mark.parametrize(
    ("seat", "said"), [(UPSIDE_DOWN, words.UPSIDE_DOWN), (ON_ITS_SIDE, words.ON_ITS_SIDE)]
)
def test_a_clip_that_sits_otherwise_is_said_and_can_be_turned(seat: Phase, said: str) -> None:
    bench = Bench(first=seat)
    bench.obeys = False
    bench.passes(6.0)
    assert bench.guide.step is Step.MOUNTED
    assert bench.said[-1] == said
    bench.wearer.do(UPRIGHT)
    bench.passes(5.0).press(Pressed.AGAIN).until(Step.UPRIGHT)
    assert bench.said[-1] == words.AS_MEANT


def test_a_clip_left_upside_down_has_the_bends_first() -> None:
    bench = Bench(first=UPSIDE_DOWN)
    bench.obeys = False
    bench.passes(6.0).press(Pressed.NEXT)
    assert bench.guide.order.index(Step.BENDS) < bench.guide.order.index(Step.SLOUCH)
    bench.press(Pressed.NEXT).until(Step.BENDS).press(Pressed.SKIP)
    assert bench.guide.step is Step.SLOUCH
    assert bench.said[-1] == words.BENDS_NEEDED


def test_bends_that_never_come_are_given_up_after_a_minute() -> None:
    bench = Bench().until(Step.UPRIGHT).press(Pressed.NEXT).until(Step.SLOUCH)
    bench.press(Pressed.SKIP)
    bench.obeys = False
    bench.press(Pressed.NEXT).passes(62.0)
    assert bench.said[-1] == retry.Told.NO_BENDS
    assert bench.guide.step is Step.BENDS


def test_a_bend_that_is_too_small_says_so_and_goes_on() -> None:
    bench = Bench().until(Step.UPRIGHT).press(Pressed.NEXT).until(Step.SLOUCH)
    bench.press(Pressed.SKIP)
    bench.obeys = False
    bench.passes(4.0).press(Pressed.NEXT)
    bench.wearer.do(Phase(Activity.SLOW_BEND, 3.0, 2.0, Pose(flexion_deg=13.0)), UPRIGHT)
    bench.passes(9.0)
    assert bench.said[-1].startswith("That bend was less than 15° deep.")
    assert bench.session.state.waiting_for == "bends"
    bent = Phase(Activity.SLOW_BEND, 3.0, 2.5, Pose(flexion_deg=40.0))
    bench.wearer.do(bent, UPRIGHT, bent, UPRIGHT)
    bench.until(Step.PREVIEW)


def test_a_lost_link_keeps_the_step_and_comes_back() -> None:
    bench = Bench().until(Step.UPRIGHT).press(Pressed.NEXT).until(Step.SLOUCH)
    state = bench.session.state
    guide = bench.guide
    lost = before_anything()
    guide.look(lost)
    assert guide.picture.said == words.LINK_LOST
    assert guide.step is Step.SLOUCH
    guide.look(state)
    assert guide.picture.said == ""


def test_back_goes_to_the_step_before_and_what_is_not_offered_does_nothing() -> None:
    bench = Bench().until(Step.UPRIGHT)
    for pressed in (Pressed.SKIP, Pressed.BACK, Pressed.AGAIN):
        bench.press(pressed)
        assert bench.guide.step is Step.UPRIGHT
    bench.press(Pressed.NEXT).until(Step.SLOUCH).press(Pressed.BACK)
    assert bench.guide.step is Step.UPRIGHT


def test_leaving_ends_it() -> None:
    guide = SetupGuide()
    guide.press(Pressed.LEAVE, before_anything())
    assert guide.left
    assert guide.picture.offers == ()


def test_what_was_in_force_can_be_put_back() -> None:
    bench = Bench().until(Step.UPRIGHT).press(Pressed.NEXT).until(Step.SLOUCH)
    (*_, before) = of(Calibration, bench.outputs)
    bench.passes(3.0).press(Pressed.NEXT).until(Step.BENDS)
    assert bench.session.state.threshold_deg < 14.0
    t_ns = bench.session.state.t_ns
    bench.feed(UserCommand(0, "clip", Command.CALIBRATE_UPRIGHT, t_ns))
    bench.feed(ProfileChanged(0, "clip", "desk", before.alignment, None, t_ns))
    state = bench.passes(0.3).session.state
    assert state.calibration is not None
    assert state.calibration.alignment == before.alignment
    assert state.threshold_deg == 15.0
    assert state.waiting_for == ""


def test_every_step_has_words_that_claim_nothing() -> None:
    texts = [*words.TITLES.values(), *words.ASKS.values(), *words.TAKING.values()]
    assert set(words.TITLES) == set(words.ASKS) == set(Step)
    texts += [value for name, value in vars(words).items() if isinstance(value, str)]
    assert [text for text in texts if refused_words(text)] == []
