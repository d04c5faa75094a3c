"""Rules of the slouch coach, frame by frame at 10 Hz."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from sensorapp.coach.slouch import SlouchCoach
from sensorapp.model.posture import AlertKind, PostureState, SlouchAlert
from sensorapp.model.settings import SlouchSettings

FRAME_NS = 100_000_000
Frames = Iterable[tuple[float, PostureState | None]]


def held(
    seconds: float, flexion_deg: float, doing: PostureState | None = None
) -> list[tuple[float, PostureState | None]]:
    return [(flexion_deg, doing)] * round(seconds * 10)


def played(
    coach: SlouchCoach, frames: Frames, start_s: float = 0.0
) -> tuple[list[PostureState], list[SlouchAlert]]:
    states, alerts = [], []
    t_ns = round(start_s * 1e9)
    for flexion_deg, doing in frames:
        state, alert = coach.step(t_ns, flexion_deg, doing)
        states.append(state)
        if alert is not None:
            alerts.append(alert)
        t_ns += FRAME_NS
    return states, alerts


def coach(**settings: float) -> SlouchCoach:
    return SlouchCoach("s", SlouchSettings(**settings))


def test_one_slouch_is_one_alert_and_one_recovery() -> None:
    _, alerts = played(coach(), held(5, 2) + held(40, 22) + held(5, 2))
    assert [alert.kind for alert in alerts] == [AlertKind.SLOUCH, AlertKind.RECOVERED]
    slouch, recovered = alerts
    assert slouch.onset_t_ns == recovered.onset_t_ns == 5_000_000_000
    assert slouch.dwell_s == 15.0
    assert slouch.threshold_deg == 15.0
    assert "22°" in slouch.why
    assert "15°" in slouch.why
    assert recovered.dwell_s == pytest.approx(41.0)


@pytest.mark.parametrize(("flexion_deg", "seconds"), [(14.9, 120.0), (40.0, 14.9)])
def test_neither_a_small_nor_a_short_lean_alerts(flexion_deg: float, seconds: float) -> None:
    _, alerts = played(coach(), held(2, 0) + held(seconds, flexion_deg) + held(5, 0))
    assert alerts == []


def test_breathing_around_the_limit_is_one_slouch() -> None:
    swaying: list[tuple[float, PostureState | None]] = [
        (15.5 + (1.0 if i % 20 < 10 else -1.0), None) for i in range(400)
    ]
    states, alerts = played(coach(), held(2, 0) + swaying)
    assert len(alerts) == 1
    assert set(states[30:]) == {PostureState.SLOUCH}


def test_a_second_slouch_within_the_pause_stays_silent_and_a_later_one_does_not() -> None:
    first = held(30, 20) + held(10, 0)
    _, alerts = played(coach(min_pause_s=100.0), first * 2 + held(40, 0) + first)
    assert [alert.t_ns // 1_000_000_000 for alert in alerts if alert.kind == "slouch"] == [15, 135]


def test_a_slouch_that_outlasts_the_pause_alerts_then() -> None:
    frames = held(20, 20) + held(5, 0) + held(100, 20)
    _, alerts = played(coach(min_pause_s=60.0), frames)
    assert [alert.t_ns for alert in alerts if alert.kind is AlertKind.SLOUCH] == [
        15_000_000_000,
        75_000_000_000,
    ]


@pytest.mark.parametrize(
    "doing",
    [
        PostureState.MOVING,
        PostureState.BENDING,
        PostureState.UNCERTAIN,
        PostureState.NOT_WORN,
    ],
)
def test_silent_while_the_angle_is_no_posture(doing: PostureState) -> None:
    states, alerts = played(coach(), held(60, 50, doing))
    assert alerts == []
    assert set(states) == {doing}


def test_a_short_interruption_belongs_to_the_slouch_and_a_long_one_ends_it() -> None:
    short = held(10, 20) + held(2, 20, PostureState.MOVING) + held(10, 20)
    _, alerts = played(coach(), short)
    assert [alert.onset_t_ns for alert in alerts] == [0]
    long = held(10, 20) + held(5, 20, PostureState.MOVING) + held(10, 20)
    assert played(coach(), long)[1] == []


def test_walking_away_from_an_alert_is_a_recovery_and_taking_the_clip_off_is_none() -> None:
    slouch = held(20, 20)
    _, alerts = played(coach(), slouch + held(5, 0, PostureState.MOVING))
    assert [alert.kind for alert in alerts] == [AlertKind.SLOUCH, AlertKind.RECOVERED]
    one = coach()
    _, alerts = played(one, slouch + held(5, 0, PostureState.NOT_WORN))
    assert [alert.kind for alert in alerts] == [AlertKind.SLOUCH]
    assert one.alert is None


def test_time_that_jumps_counts_for_nothing() -> None:
    one = coach()
    assert played(one, held(10, 20))[1] == []
    assert played(one, held(10, 20), start_s=3600.0)[1] == []


def test_two_poses_put_the_limit_half_way_but_never_under_six_degrees() -> None:
    one = coach()
    assert one.threshold_deg == 15.0
    one.set_slouch_pose(24.0)
    assert (one.threshold_deg, one.leave_deg) == (12.0, 8.0)
    one.set_slouch_pose(8.0)
    assert one.threshold_deg == 6.0
    one.set_slouch_pose(None)
    assert one.threshold_deg == 15.0


def test_muted_means_silent_until_then() -> None:
    one = coach()
    one.mute(30_000_000_000)
    _, alerts = played(one, held(40, 20))
    assert [alert.t_ns for alert in alerts] == [30_000_000_000]
