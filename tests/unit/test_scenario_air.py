"""The scenarios that break the air: each can be watched, and says what a wearer sees."""

from __future__ import annotations

import pytest

from sensorapp.model.errors import ScenarioError
from sensorapp.virtual.scenarios import AirChange, load_scenario, parse_scenario

STEP = 'title = "t"\nabout = "a"\n[[step]]\ndo = "sit"\nduration_s = 5\n'


@pytest.mark.parametrize("name", ["drop", "fade", "silent", "reboot", "low_battery"])
def test_faults_to_watch_happen_while_the_wearer_does_something(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.air
    ends_s = sum(phase.duration_s for phase in scenario.script(1).phases)
    assert all(8.0 <= change.t_s < ends_s for change in scenario.air)


def test_flags_of_the_air() -> None:
    text = STEP + "[[air]]\nt_s = 1\nsilent = true\nrefuses = false\nreboots = true\n"
    (change,) = parse_scenario("x", text).air
    assert change == AirChange(1.0, silent=True, refuses=False, reboots=True)


def test_what_a_clip_keeps() -> None:
    assert parse_scenario("x", STEP).buffer_samples == 0
    assert parse_scenario("x", f"buffer_samples = 512\n{STEP}").buffer_samples == 512
    with pytest.raises(ScenarioError, match="buffer_samples"):
        parse_scenario("x", f"buffer_samples = -1\n{STEP}")
