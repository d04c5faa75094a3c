"""Reading scenario files: what is drawn, and what is refused in plain words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.model.errors import ScenarioError
from sensorapp.virtual.scenarios import Scenario, load_scenario, parse_scenario
from sensorapp.virtual.wearer import Activity

HEAD = 'title = "Mine"\nabout = "A test."\n'
SIT = '[[step]]\ndo = "sit"\nduration_s = 10\n'


def parse(body: str) -> Scenario:
    return parse_scenario("mine", HEAD + body)


def refusal(body: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        parse(body)
    assert caught.value.sentence.startswith("Scenario mine")
    assert caught.value.next_step.endswith(".")
    return caught.value


def durations(form: str) -> list[float]:
    scenario = parse(f'[[step]]\ndo = "sit"\nmove_s = 1\nduration_s = {form}\n')
    return [scenario.script(seed).duration_s for seed in range(400)]


def test_fixed_numbers_are_what_they_are() -> None:
    assert set(durations("12.5")) == {12.5}


def test_normal_numbers_have_their_spread_and_end_at_two_of_it() -> None:
    drawn = durations("{ normal = [20, 3] }")
    assert np.mean(drawn) == pytest.approx(20, abs=0.5)
    assert np.std(drawn) == pytest.approx(3, rel=0.12)
    assert min(drawn) >= 14
    assert max(drawn) <= 26


def test_uniform_numbers_fill_their_range() -> None:
    drawn = durations("{ uniform = [5, 9] }")
    assert 5 <= min(drawn) < 5.1
    assert 8.9 < max(drawn) <= 9


def test_choices_are_all_taken() -> None:
    assert set(durations("{ choice = [4, 7, 11] }")) == {4.0, 7.0, 11.0}


def test_an_activity_has_its_usual_form_unless_told() -> None:
    scenario = parse(SIT + '[[step]]\ndo = "slouch"\nduration_s = 9\nside_bend_deg = 4\n')
    slouch = scenario.script(0).phases[1]
    assert slouch.activity is Activity.SLOUCH
    assert (slouch.pose.flexion_deg, slouch.pose.side_bend_deg) == (23.0, 4.0)


def test_repeats_go_out_and_back_to_where_they_began() -> None:
    before = '[[step]]\ndo = "lean"\nduration_s = 5\nflexion_deg = 6\ncreep_deg = 2\n'
    bends = '[[step]]\ndo = "slow_bend"\nrepeats = 2\nmove_s = 2\nhold_s = 0.5\n'
    phases = parse(before + bends).script(0).phases
    assert [phase.pose.flexion_deg for phase in phases] == [6.0, 40.0, 8.0, 40.0, 8.0]
    assert [phase.duration_s for phase in phases] == [5.0, 2.5, 2.5, 2.5, 2.5]


def test_settings_mounting_and_part_are_read() -> None:
    scenario = parse(
        "[settings]\ndwell_s = 6\n[mounting]\nturn_deg = 90\n[imu]\ngyro_bias_dps = 0\n" + SIT
    )
    wearer = scenario.wearer(0)
    assert scenario.settings == {"dwell_s": 6.0}
    assert wearer.mounting.turn_deg == 90
    assert wearer.mounting.pitch_deg == 12
    assert wearer.imu.gyro_bias_dps == 0


def test_a_random_mounting_is_another_for_each_seed() -> None:
    scenario = parse("[mounting]\nrandom = true\n" + SIT)
    seats = {scenario.wearer(seed).mounting.free for seed in range(5)}
    assert len(seats) == 5
    assert None not in seats


@pytest.mark.parametrize(
    ("body", "sentence", "next_step"),
    [
        ("", "no steps", "[[step]]"),
        ("colour = 1\n" + SIT, "no key 'colour'", "mounting"),
        (SIT + "flexon_deg = 4\n", "step 1: there is no key 'flexon_deg'", "flexion_deg"),
        (SIT + SIT.replace("sit", "dance"), "step 2: nobody knows how to 'dance'", "slouch"),
        ('[[step]]\ndo = "sit"\n', "duration_s must be a number", "36000"),
        (SIT.replace("10", "-3"), "is -3, which can't be played", "0.2"),
        (SIT.replace("10", "nan"), "must be a number", "36000"),
        (SIT.replace("10", "true"), "must be a number", "36000"),
        (SIT.replace("10", "1"), "a move of 1.5 s doesn't fit into 1 s", "move_s"),
        (SIT.replace("10", "{normal=[10, 6]}"), "far end of its draws", "0.2"),
        (SIT.replace("10", "{normal=[10]}"), "exactly two numbers", "uniform"),
        (SIT.replace("10", "{normal=[10, -1]}"), "wrong way round", "uniform"),
        (SIT.replace("10", "{uniform=[9, 5]}"), "wrong way round", "uniform"),
        (SIT.replace("10", "{choice=[]}"), "list of numbers", "choice"),
        (SIT.replace("10", "{poisson=[3]}"), "no distribution", "normal"),
        (SIT + "hold_s = 1\n", "hold_s counts only with repeats", "repeats"),
        (SIT + "repeats = 2\n", "duration_s can't be used with repeats", "hold_s"),
        ('[[step]]\ndo = "twist"\nrepeats = 0\n', "whole number", "1"),
        ('[[step]]\ndo = "twist"\nrepeats = 1001\n', "too many", "1000"),
        ("[settings]\ndwel_s = 1\n" + SIT, "no key 'dwel_s'", "dwell_s"),
        ("[settings]\ndwell_s = -1\n" + SIT, "dwell_s is -1", "600"),
        ("[imu]\naccel_range_g = 0\n" + SIT, "range must be above 0", "usual"),
        ("[imu]\nscale = 1\n" + SIT, "no key 'scale'", "accel_offset_mg"),
        ("[mounting]\nrandom = 1\n" + SIT, "true or false", "two"),
        ("[[air]]\nin_range = true\n" + SIT, "t_s must be a number", "86400"),
        ("[[air]]\nt_s = 1\nevent_loss = 2\n" + SIT, "event_loss is 2", "1"),
        ("[[air]]\nt_s = 5\n[[air]]\nt_s = 4\n" + SIT, "order of time", "Sort"),
        ("[air]\nt_s = 5\n" + SIT, "list of tables", "[[air]]"),
        ("mounting = 3\n" + SIT, "must be a table", "[mounting]"),
        ("[[step]\n", "no valid TOML", "line 3"),
    ],
)
def test_what_cannot_be_played_is_refused(body: str, sentence: str, next_step: str) -> None:
    error = refusal(body)
    assert sentence in error.sentence
    assert next_step in error.next_step


@pytest.mark.parametrize("missing", ["title", "about"])
def test_a_scenario_says_what_it_is(missing: str) -> None:
    text = "\n".join(line for line in HEAD.splitlines() if not line.startswith(missing))
    with pytest.raises(ScenarioError, match=f"'{missing}' must be a line of text"):
        parse_scenario("mine", text + "\n" + SIT)


def test_a_title_cannot_act_on_a_terminal() -> None:
    with pytest.raises(ScenarioError, match="line of text"):
        parse_scenario("mine", HEAD.replace("Mine", "\\u001b]0;x") + SIT)


def test_the_example_in_the_guide_can_be_played() -> None:
    guide = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-scenario.md"
    example = guide.read_text("utf-8").split("```toml\n")[1].split("```")[0]
    scenario = parse_scenario("afternoon", example)
    assert scenario.script(0).duration_s > 60
    assert scenario.settings
    assert scenario.air


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ScenarioError, match="no scenario 'tuor'") as caught:
        load_scenario("tuor")
    assert "bends, desk, drop, fade, low_battery, reboot, sensor_off" in caught.value.next_step


def test_a_file_of_ones_own_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "evening.toml"
    path.write_text(HEAD + SIT, "utf-8")
    assert load_scenario(str(path)).name == "evening"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "evening.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ScenarioError, match="can't be read"):
        load_scenario(str(path))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(ScenarioError):
        parse_scenario("mine", text)
