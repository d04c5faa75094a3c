"""A session of the plan: alerts sound while training lasts, then slouches are counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sensorapp.model.history import HistoryRows
from sensorapp.model.inputs import HOST, Input, SettingsChanged
from sensorapp.model.outputs import Summary
from sensorapp.model.posture import AlertKind, Silence, SlouchAlert
from sensorapp.model.settings import CoachingSettings, SessionSettings, SlouchSettings
from sensorapp.virtual.wearer import Activity, Pose
from tests.unit.history_support import rows_after
from tests.unit.session_support import Clip, acts, fed, of, session

SIT, SLOUCH = (Activity.SIT, 4.0, Pose()), (Activity.SLOUCH, 8.0, Pose(flexion_deg=25.0))
ITEMS = (
    Clip(rate_mhz=25_000).connects().feels(acts(SIT, SLOUCH, SIT, SLOUCH, rate_mhz=25_000)).items
)


def settings(left_s: float | None) -> SessionSettings:
    return SessionSettings(
        slouch=SlouchSettings(dwell_s=3.0, min_pause_s=0.0),
        coaching=CoachingSettings(training_planned_s=600.0, training_left_s=left_s),
        rate_mhz=25_000,
    )


def silences(left_s: float | None) -> list[Silence | None]:
    found = of(SlouchAlert, fed(session(settings(left_s)), ITEMS))
    return [alert.silent for alert in found if alert.kind is AlertKind.SLOUCH]


@pytest.mark.parametrize(
    ("left_s", "silent"),
    [
        (None, [None, None]),
        (600.0, [None, None]),
        (12.0, [None, Silence.TRACKING]),
        (0.0, [Silence.TRACKING, Silence.TRACKING]),
    ],
)
def test_what_sounds(left_s: float | None, silent: list[Silence | None]) -> None:
    assert silences(left_s) == silent


def test_the_screen_knows_what_is_left() -> None:
    run = session(settings(12.0))
    assert run.state.training_left_s == 12.0
    fed(run, ITEMS)
    assert run.state.training_left_s == 0.0
    assert session(settings(None)).state.training_left_s is None
    (summary,) = of(Summary, run.finish())
    assert (summary.slouches, summary.alerts) == (2, 1)


def rows(left_s: float | None) -> HistoryRows:
    return rows_after(ITEMS, settings=settings(left_s))


def test_the_history_keeps_the_training_and_the_goal() -> None:
    some = rows(12.0)
    assert sum(minute.trained_s for minute in some.minutes) == 12.0
    assert [slouch.silent for slouch in some.slouches] == [None, "tracking"]
    assert some.session.training_planned_s == 600.0
    assert (some.session.goal_breaks, some.session.goal_changes) == (4, 40)
    none = rows(None)
    assert sum(minute.trained_s for minute in none.minutes) == 0.0
    judged_s = sum(minute.judged_s for minute in none.minutes)
    whole = rows(600.0)
    assert sum(minute.trained_s for minute in whole.minutes) == pytest.approx(judged_s, abs=0.2)
    assert [replace(minute, trained_s=0.0) for minute in whole.minutes] == list(none.minutes)


def over_midnight(left_s: float = 600.0) -> list[Input]:
    """Another day begins between the two slouches, and brings so much training."""
    coaching = CoachingSettings(training_planned_s=900.0, training_left_s=left_s)
    place = next(n for n, item in enumerate(ITEMS) if item.host_ns - ITEMS[0].host_ns > 14 * 10**9)
    begun = SettingsChanged(ITEMS[place].host_ns, HOST, None, t_ns=14 * 10**9, coaching=coaching)
    return [*ITEMS[:place], begun, *ITEMS[place:]]


@pytest.mark.parametrize(("left_s", "silent"), [(600.0, None), (0.0, Silence.TRACKING)])
def test_a_day_that_begins_brings_its_own_training(left_s: float, silent: Silence | None) -> None:
    run = session(settings(0.0))
    found = of(SlouchAlert, fed(run, over_midnight(left_s)))
    assert [one.silent for one in found if one.kind is AlertKind.SLOUCH] == [
        Silence.TRACKING,
        silent,
    ]
    assert run.state.training_left_s == pytest.approx(max(0.0, left_s - 10.0), abs=1.5)


def test_all_at_once_it_is_the_same() -> None:
    one, other = session(settings(0.0)), session(settings(0.0))
    items = over_midnight()
    assert [list(one.feed(item)) for item in items] == list(other.feed_all(items))


def test_the_history_keeps_the_new_day_s_training() -> None:
    some = rows_after(over_midnight(), "2026-11-23T23:59:46", settings=settings(0.0))
    before, after = some.minutes
    assert before.training_planned_s is None
    assert before.trained_s < 0.5
    assert after.trained_s == pytest.approx(10.0, abs=1.5)
    assert (after.day - before.day, after.training_planned_s) == (1, 900.0)
    assert some.session.training_planned_s == 600.0
