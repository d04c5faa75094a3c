"""What another setting would have changed: numbers of recordings, and what must hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.app.what_if import parsed_what_if, what_if
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.breaks import BreakDue
from sensorapp.model.errors import SettingsError
from sensorapp.model.inputs import HOST, Input, SettingsChanged
from sensorapp.model.preferences import KEYS, Preferences, preferences_of
from sensorapp.model.setting_key import Value
from sensorapp.model.settings import BreakSettings, SessionSettings, SlouchSettings
from sensorapp.model.wished_settings import (
    BREAK_FIELDS,
    SLOUCH_FIELDS,
    break_settings,
    slouch_settings,
    with_alerts_wished,
    with_breaks_wished,
)
from sensorapp.session.slouch_events import SlouchEvent
from sensorapp.session.what_if import Comparison, WhatIf
from sensorapp.virtual.wearer import Activity, Pose
from tests.replay.shipped import RECIPES
from tests.unit.session_support import Clip, acts, sits

PATHS = {recipe.name: recipe.path for recipe in RECIPES}

BY_HAND: dict[str, tuple[str, dict[str, Value], tuple[int, int], tuple[float, float]]] = {
    "the slouch of 38 s is shorter than the delay": (
        "slouch",
        {"alerts.delay_s": 40.0},
        (1, 0),
        (37.1, 37.1),
    ),
    "the slouch of 38 s is longer than the delay": (
        "slouch",
        {"alerts.delay_s": 30.0},
        (1, 1),
        (37.1, 37.1),
    ),
    "later over the limit of 24 deg": (
        "slouch",
        {"alerts.sensitivity": 1},
        (1, 1),
        (37.1, 29.7),
    ),
    "a lean of 10 deg counts, too, and after 3 s": (
        "tour_commands",
        {"alerts.sensitivity": 6, "alerts.delay_s": 3.0},
        (1, 2),
        (19.5, 20.2),
    ),
}


@pytest.mark.parametrize(("name", "values", "slouches", "over_s"), BY_HAND.values(), ids=BY_HAND)
def test_the_shipped_recordings(
    name: str,
    values: dict[str, Value],
    slouches: tuple[int, int],
    over_s: tuple[float, float],
) -> None:
    compared = what_if(PATHS[name], values)
    was, other = compared.comparison.as_it_was, compared.comparison.what_if
    assert (was.slouches, other.slouches) == slouches
    assert (was.alerts, other.alerts) == slouches
    assert (was.over_s, other.over_s) == pytest.approx(over_s, abs=0.05)
    assert len(compared.comparison.differences) == abs(slouches[0] - slouches[1])
    assert compared.notice is None


def test_an_event_of_one_side_says_when_and_how_far() -> None:
    (only,) = what_if(PATHS["slouch"], {"alerts.delay_s": 40.0}).comparison.differences
    assert isinstance(only.event, SlouchEvent)
    assert (only.in_what_if, only.in_both, only.event.recovered) == (False, False, True)
    assert only.t_ns == 15_900_000_000
    assert only.event.length_s == pytest.approx(38.3)
    assert only.event.flexion_deg == pytest.approx(23.7, abs=0.1)
    assert only.event.threshold_deg == 15.0
    # the sensor's first sample comes some seconds after the first input
    assert only.since_start_s is not None
    assert 15.9 < only.since_start_s < 25.0


def compared(
    before: SessionSettings, values: dict[str, Value], items: list[Input], together: int = 30
) -> Comparison:
    both = WhatIf(before, values, drivers())
    for begin in range(0, len(items), together):
        both.feed_all(items[begin : begin + together])
    return both.finish()


def a_day() -> list[Input]:
    """Sits, slouches at 25 deg for 8 s, and again; nobody sees the end of the second one."""
    sit, slouch = (Activity.SIT, 4.0, Pose()), (Activity.SLOUCH, 8.0, Pose(flexion_deg=25.0))
    clip = Clip(rate_mhz=25_000).connects()
    return clip.feels(acts(sit, slouch, sit, slouch, rate_mhz=25_000)).items


DAY = a_day()
ALERTS = st.fixed_dictionaries(
    {},
    optional={
        "alerts.sensitivity": st.integers(1, 6),
        "alerts.delay_s": st.integers(0, 10).map(float),
        "alerts.pause_min": st.sampled_from([0.0, 15.0]),
        "alerts.bending_deg": st.integers(30, 80).map(float),
        "breaks.due_after_min": st.integers(10, 240).map(float),
        "breaks.reminders": st.integers(0, 3),
    },
)


def settings_of(values: dict[str, Value]) -> SessionSettings:
    wishes = preferences_of(values)
    return SessionSettings(
        slouch=slouch_settings(wishes.alerts),
        breaks=break_settings(wishes.breaks),
        rate_mhz=25_000,
    )


@settings(max_examples=6, deadline=None)
@given(ALERTS)
def test_the_same_values_change_nothing(values: dict[str, Value]) -> None:
    found = compared(settings_of(values), values, DAY)
    assert found.as_it_was == found.what_if
    assert found.differences == ()


@settings(max_examples=6, deadline=None)
@given(ALERTS, st.integers(2, 900))
def test_how_many_inputs_come_together_changes_nothing(
    values: dict[str, Value], together: int
) -> None:
    before = settings_of({"alerts.delay_s": 5.0})
    one_by_one, blocks = (compared(before, values, DAY, many) for many in (1, together))
    assert (one_by_one.as_it_was, one_by_one.what_if) == (blocks.as_it_was, blocks.what_if)
    assert len(one_by_one.differences) == len(blocks.differences)
    for one, other in zip(one_by_one.differences, blocks.differences, strict=True):
        assert replace(one, since_start_s=None) == replace(other, since_start_s=None)
        # the map to the host's clock knows more at a block's end
        assert one.since_start_s == pytest.approx(other.since_start_s, abs=0.1)


@settings(max_examples=8, deadline=None)
@given(ALERTS, ALERTS)
def test_differences_account_for_the_counts(
    before: dict[str, Value], values: dict[str, Value]
) -> None:
    found = compared(settings_of(before), values, DAY)
    alone = {True: 0, False: 0}
    louder = {True: 0, False: 0}
    for one in found.differences:
        assert isinstance(one.event, SlouchEvent)
        alone[one.in_what_if] += not one.in_both
        louder[one.in_what_if] += one.event.sounded
    was, other = found.as_it_was, found.what_if
    assert was.slouches - alone[False] == other.slouches - alone[True]
    assert was.alerts - louder[False] == other.alerts - louder[True]


def test_a_change_of_the_day_is_overridden_too() -> None:
    least: dict[str, Value] = {"alerts.sensitivity": 1}
    most: dict[str, Value] = {"alerts.sensitivity": 6}
    change = SettingsChanged(0, HOST, slouch_settings(preferences_of(least).alerts), t_ns=0)
    slouch = slouch_settings(
        preferences_of({**most, "alerts.delay_s": 5.0, "alerts.pause_min": 0.0}).alerts
    )
    start = replace(settings_of(most), slouch=slouch)
    items = [*DAY[:4], replace(change, slouch=replace(slouch, threshold_deg=30.0)), *DAY[4:]]
    found = compared(start, most, items)
    assert (found.as_it_was.slouches, found.what_if.slouches) == (0, 2)
    assert all(one.in_what_if for one in found.differences)


def test_a_slouch_of_both_that_sounds_in_one_is_named() -> None:
    often: dict[str, Value] = {"alerts.pause_min": 0.0}
    start = settings_of({"alerts.delay_s": 5.0})
    found = compared(start, often, DAY)
    assert (found.as_it_was.slouches, found.what_if.slouches) == (2, 2)
    assert (found.as_it_was.alerts, found.what_if.alerts) == (1, 2)
    (one,) = found.differences
    assert (one.in_what_if, one.in_both) == (True, True)
    assert one.t_ns > 16_000_000_000
    (one,) = compared(
        settings_of({"alerts.delay_s": 5.0, **often}), {"alerts.pause_min": 15.0}, DAY
    ).differences
    assert (one.in_what_if, one.in_both) == (False, True)


def test_a_sooner_reminder_is_named() -> None:
    clip = Clip(rate_mhz=25_000).connects().feels(sits(20.0, 25_000))
    start = SessionSettings(breaks=BreakSettings(due_after_s=600.0, again_after_s=600.0))
    start = replace(start, rate_mhz=25_000)
    found = compared(start, {"breaks.reminders": 3}, clip.items)
    assert found.differences == ()
    soon = replace(start, breaks=replace(start.breaks, due_after_s=10.0, most_reminders=1))
    found = compared(soon, {"breaks.due_after_min": 45.0}, clip.items)
    (only,) = found.differences
    assert isinstance(only.event, BreakDue)
    assert not only.in_what_if
    assert (found.as_it_was.breaks_due, found.what_if.breaks_due) == (1, 0)


def changed_fields(before: object, after: object) -> set[str]:
    names = type(before).__dataclass_fields__  # type: ignore[attr-defined]
    return {name for name in names if getattr(before, name) != getattr(after, name)}


def numbers(values: dict[str, Value]) -> tuple[SlouchSettings, BreakSettings]:
    wishes = preferences_of(values)
    return slouch_settings(wishes.alerts), break_settings(wishes.breaks)


def test_every_key_decides_the_fields_that_are_said_of_it() -> None:
    before = numbers({})
    for key in KEYS:
        if isinstance(key.default, str):
            continue
        other: list[Value] = [not key.default] if isinstance(key.default, bool) else []
        if key.least is not None and key.most is not None:
            other = [type(key.default)(key.least), type(key.default)(key.most)]
        changed: set[str] = set()
        for value in other:
            after = numbers({key.name: value})
            changed |= changed_fields(before[0], after[0]) | changed_fields(before[1], after[1])
            if key.name in SLOUCH_FIELDS:
                assert with_alerts_wished(before[0], {key.name: value}) == after[0]
            if key.name in BREAK_FIELDS:
                assert with_breaks_wished(before[1], {key.name: value}) == after[1]
        said = {*SLOUCH_FIELDS.get(key.name, ()), *BREAK_FIELDS.get(key.name, ())}
        assert changed == said, key.name


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("sensitivity=2", ("alerts.sensitivity", 2)),
        ("alerts.sensitivity=2", ("alerts.sensitivity", 2)),
        ("delay_s = 30", ("alerts.delay_s", 30.0)),
        ("delay=30", ("alerts.delay_s", 30.0)),
        ("due_after=60", ("breaks.due_after_min", 60.0)),
        ("reminders=0", ("breaks.reminders", 0)),
    ],
)
def test_names(text: str, meant: tuple[str, Value]) -> None:
    assert parsed_what_if(text) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sensitivity", "--what-if takes KEY=VALUE."),
        ("sensitivity=7", "alerts.sensitivity can't be"),
        ("alerts.bell=no", "alerts.bell changes nothing"),
        ("sensitivty=2", "There is no setting called sensitivty."),
        ("=2", "There is no setting called (nothing)."),
    ],
)
def test_wrong_names(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        parsed_what_if(text)
    assert said in wrong.value.sentence
    assert wrong.value.next_step


def test_preferences_say_what_the_defaults_do() -> None:
    assert numbers({}) == (SlouchSettings(), BreakSettings())
    assert preferences_of({}) == Preferences()
