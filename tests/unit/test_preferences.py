"""The table of keys: defaults in range, units in names, values taken or refused."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.coach.slouch import SlouchCoach
from sensorapp.model.preferences import (
    KEYS,
    AlertPreferences,
    BreakPreferences,
    Preferences,
    preferences_of,
)
from sensorapp.model.setting_key import LONGEST_TEXT, Key, Value
from sensorapp.model.settings import BreakSettings, SlouchSettings
from sensorapp.model.wished_settings import SLOUCH_SHARES, break_settings, slouch_settings

UNITS = {"s": "s", "min": "min", "deg": "deg", "hz": "Hz"}
BY_NAME = {key.name: key for key in KEYS}


def values(key: Key) -> st.SearchStrategy[Value]:
    """Everything that a key allows."""
    if isinstance(key.default, bool):
        return st.booleans()
    if isinstance(key.default, str):
        if key.is_span:
            minute = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
            pairs = st.tuples(minute, minute).filter(lambda pair: pair[0] != pair[1])
            return st.just("") | pairs.map("-".join)
        text = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=LONGEST_TEXT)
        return st.sampled_from(key.choices) if key.choices else text.filter(str.isprintable)
    assert key.least is not None
    assert key.most is not None
    if isinstance(key.default, int):
        return st.integers(round(key.least), round(key.most))
    return st.floats(key.least, key.most)


SOME = st.fixed_dictionaries({}, optional={key.name: values(key) for key in KEYS})


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_key_says_what_it_is(key: Key) -> None:
    taken = key.taken(key.default)
    assert (taken, type(taken)) == (key.default, type(key.default))
    assert UNITS.get(key.field.rpartition("_")[2], "") == key.unit
    assert key.help.endswith(".")
    assert key.help[0].isupper()
    assert key.help.isprintable()
    assert len(key.help) <= 100
    number = isinstance(key.default, int | float) and not isinstance(key.default, bool)
    assert (key.least is not None and key.most is not None) == number
    assert key.range in key.allowed or not key.choices


def test_no_key_is_there_twice() -> None:
    assert len(BY_NAME) == len(KEYS) == len({key.variable for key in KEYS})


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("alerts.sensitivity", 0),
        ("alerts.sensitivity", 7),
        ("alerts.sensitivity", 4.0),
        ("alerts.sensitivity", True),
        ("alerts.sensitivity", "4"),
        ("alerts.delay_s", -0.1),
        ("alerts.delay_s", 60.1),
        ("alerts.delay_s", math.nan),
        ("alerts.delay_s", math.inf),
        ("alerts.delay_s", 10**400),
        ("alerts.bell", 1),
        ("alerts.bell", "true"),
        ("sensor.name", 7),
        ("sensor.name", "a\nb"),
        ("sensor.name", "\x1b[2J"),
        ("sensor.name", "x" * (LONGEST_TEXT + 1)),
        ("sensor.forward", "up"),
        ("sensor.rate_hz", [100]),
        ("recording.keep", None),
    ],
)
def test_what_is_not_allowed_is_not_taken(name: str, raw: object) -> None:
    assert BY_NAME[name].taken(raw) is None


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("alerts.sensitivity", " 5 ", 5),
        ("alerts.sensitivity", "4.5", None),
        ("alerts.delay_s", "20", 20.0),
        ("alerts.delay_s", "nan", None),
        ("alerts.delay_s", "1e999", None),
        ("alerts.delay_s", "soon", None),
        ("alerts.bell", "Off", False),
        ("alerts.bell", "maybe", None),
        ("sensor.name", " TP ", " TP "),
        ("sensor.forward", "-z", "-z"),
    ],
)
def test_a_word_means_a_value(name: str, text: str, value: object) -> None:
    parsed = BY_NAME[name].parsed(text)
    assert (parsed, type(parsed)) == (value, type(value))


@given(SOME)
def test_values_come_back_and_the_rest_stays_default(some: dict[str, Value]) -> None:
    whole = preferences_of(some)
    for key in KEYS:
        assert whole.value_of(key) == some.get(key.name, key.default)


def test_the_defaults_are_what_the_coach_does_by_itself() -> None:
    assert preferences_of({}) == Preferences()
    assert slouch_settings(AlertPreferences()) == SlouchSettings()


@pytest.mark.parametrize("slouch_deg", [None, 10.0, 24.0, 40.0])
def test_more_sensitivity_never_means_a_larger_limit(slouch_deg: float | None) -> None:
    limits_deg = []
    for sensitivity in sorted(SLOUCH_SHARES):
        coach = SlouchCoach("s", slouch_settings(AlertPreferences(sensitivity=sensitivity)))
        coach.set_slouch_pose(slouch_deg)
        limits_deg.append(coach.threshold_deg)
    assert limits_deg == sorted(limits_deg, reverse=True)
    assert limits_deg[3] == (15.0 if slouch_deg is None else max(6.0, slouch_deg / 2.0))
    assert limits_deg[0] > limits_deg[3] >= limits_deg[-1] >= 6.0


def test_every_sensitivity_has_a_share() -> None:
    key = BY_NAME["alerts.sensitivity"]
    assert key.least is not None
    assert key.most is not None
    assert list(SLOUCH_SHARES) == list(range(round(key.least), round(key.most) + 1))


def test_wishes_for_breaks_change_when_one_is_due_and_nothing_that_earns_one() -> None:
    assert break_settings(BreakPreferences()) == BreakSettings()
    wished = break_settings(BreakPreferences(due_after_min=30.0, reminders=0))
    assert wished == replace(BreakSettings(), due_after_s=1800.0, most_reminders=0)
