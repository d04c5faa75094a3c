"""Rules of the slouch coach, frame by frame at 10 Hz."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from sensorapp.coach.slouch import SlouchCoach
from sensorapp.model.posture import AlertKind, PostureState, Silence, SlouchAlert
from sensorapp.model.preferences import AlertPreferences
from sensorapp.model.settings import SlouchSettings
from sensorapp.model.wished_settings import SLOUCH_SHARES, slouch_settings

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


def test_a_lean_that_only_touched_the_limit_is_none() -> None:
    states, alerts = played(coach(), held(2, 0) + held(0.3, 15.2) + held(60, 12.0))
    assert alerts == []
    assert set(states[-400:]) == {PostureState.UPRIGHT}


def test_a_lean_begins_where_it_stayed_and_not_where_it_touched() -> None:
    frames = held(0.3, 15.2) + held(20, 12.0) + held(30, 20.0)
    _, (alert,) = played(coach(), frames)
    assert (alert.onset_t_ns, alert.t_ns) == (20_300_000_000, 35_300_000_000)


def test_a_short_dip_does_not_end_a_lean_and_a_longer_one_does() -> None:
    for dip_s, told in ((1.4, True), (1.7, False)):
        _, alerts = played(coach(), held(10, 20.0) + held(dip_s, 12.0) + held(5, 20.0))
        assert bool(alerts) is told


def seconds_of(alerts: Iterable[SlouchAlert], kind: AlertKind) -> list[tuple[int, Silence | None]]:
    return [(alert.t_ns // 1_000_000_000, alert.silent) for alert in alerts if alert.kind is kind]


def test_a_second_slouch_within_the_pause_is_told_silently_and_a_later_one_sounds() -> None:
    first = held(30, 20) + held(10, 0)
    _, alerts = played(coach(min_pause_s=100.0), first * 2 + held(40, 0) + first)
    assert seconds_of(alerts, AlertKind.SLOUCH) == [(15, None), (55, Silence.TOO_SOON), (135, None)]
    assert seconds_of(alerts, AlertKind.RECOVERED) == [
        (31, None),
        (71, Silence.TOO_SOON),
        (151, None),
    ]
    assert [alert.sounds for alert in alerts] == [True, False, False, False, True, False]
    assert "Not sounded: the last alert was not long ago." in alerts[2].why


def test_a_call_for_something_else_counts_for_the_pause() -> None:
    one = coach(min_pause_s=60.0)
    one.called(0)
    _, alerts = played(one, held(70, 20))
    assert [(alert.kind, alert.t_ns // 1_000_000_000, alert.silent) for alert in alerts] == [
        (AlertKind.SLOUCH, 15, Silence.TOO_SOON),
        (AlertKind.STILL, 60, None),
    ]


def test_a_slouch_that_outlasts_the_pause_sounds_then() -> None:
    frames = held(20, 20) + held(5, 0) + held(100, 20)
    _, alerts = played(coach(min_pause_s=60.0), frames)
    assert seconds_of(alerts, AlertKind.SLOUCH) == [(15, None), (40, Silence.TOO_SOON)]
    (still,) = [alert for alert in alerts if alert.kind is AlertKind.STILL]
    assert (still.t_ns, still.sounds, still.stage) == (75_000_000_000, True, 0)


def test_a_slouch_that_goes_on_is_told_twice_more_and_then_left_alone() -> None:
    _, alerts = played(coach(), held(5, 0) + held(3600, 20) + held(5, 0))
    assert [(alert.kind, alert.t_ns // 1_000_000_000, alert.stage) for alert in alerts] == [
        (AlertKind.SLOUCH, 20, 0),
        (AlertKind.STILL, 80, 1),
        (AlertKind.STILL, 200, 2),
        (AlertKind.RECOVERED, 3606, 2),
    ]
    assert [alert.sounds for alert in alerts] == [True, False, False, False]


@pytest.mark.parametrize("why", [Silence.MEETING, Silence.QUIET_HOURS, Silence.TRACKING])
def test_hushed_is_silent_until_further_notice(why: Silence) -> None:
    one = coach()
    one.hush(why)
    _, alerts = played(one, held(60, 20))
    assert seconds_of(alerts, AlertKind.SLOUCH) == [(15, why)]
    one.hush(None)
    _, alerts = played(one, held(10, 20), start_s=60.0)
    assert [(alert.kind, alert.sounds) for alert in alerts] == [(AlertKind.STILL, True)]


def test_no_stage_is_told_while_hushed() -> None:
    one = coach()
    played(one, held(20, 20))
    one.hush(Silence.MEETING)
    assert played(one, held(100, 20), start_s=20.0)[1] == []


def caught_up_at_25_s(t_ns: int) -> float:
    return 30.0 - t_ns / 1e9 if t_ns < 25_000_000_000 else 0.0


def test_what_is_known_late_is_told_silently_and_sounds_if_it_still_goes_on() -> None:
    one, alerts = coach(), []
    for frame in range(300):
        t_ns = frame * FRAME_NS
        alert = one.step(t_ns, 20.0, None, late_s=caught_up_at_25_s)[1]
        alerts += [] if alert is None else [alert]
    assert [(alert.kind, alert.t_ns // 1_000_000_000, alert.silent) for alert in alerts] == [
        (AlertKind.SLOUCH, 15, Silence.LATE),
        (AlertKind.STILL, 25, None),
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
    assert seconds_of(alerts, AlertKind.SLOUCH) == [(15, Silence.PAUSED)]
    assert seconds_of(alerts, AlertKind.STILL) == [(30, None)]


@pytest.mark.parametrize("sensitivity", SLOUCH_SHARES)
@pytest.mark.parametrize("delay_s", [0.0, 15.0, 60.0])
def test_a_slouch_is_one_event_at_every_sensitivity(sensitivity: int, delay_s: float) -> None:
    wishes = AlertPreferences(sensitivity=sensitivity, delay_s=delay_s, pause_min=0.0)
    one = SlouchCoach("s", slouch_settings(wishes))
    one.set_slouch_pose(30.0)
    _, alerts = played(one, held(5, 0) + held(90, 30) + held(5, 0))
    told = [alert for alert in alerts if alert.kind is not AlertKind.STILL]
    assert [alert.kind for alert in told] == [AlertKind.SLOUCH, AlertKind.RECOVERED]
    assert sum(alert.sounds for alert in alerts) == 1
    assert alerts[0].dwell_s == delay_s
    assert alerts[0].threshold_deg == pytest.approx(30.0 * SLOUCH_SHARES[sensitivity])


def test_half_of_the_own_slouch_is_what_it_always_was() -> None:
    one = coach()
    for slouch_deg in (12.3456789, 21.5, 33.333333333333336, 89.99999999999999):
        one.set_slouch_pose(slouch_deg)
        assert one.threshold_deg == slouch_deg / 2.0


def test_a_shorter_delay_counts_for_a_lean_that_is_going_on() -> None:
    one = coach(dwell_s=60.0)
    assert played(one, held(20, 22))[1] == []
    one.judge_by(SlouchSettings(dwell_s=10.0))
    _, (alert,) = played(one, held(5, 22), start_s=20.0)
    assert (alert.t_ns, alert.onset_t_ns) == (20_000_000_000, 0)


def test_a_larger_limit_lets_a_lean_under_it_go() -> None:
    one = coach()
    assert played(one, held(10, 20))[1] == []
    one.judge_by(SlouchSettings(threshold_deg=24.0))
    states, alerts = played(one, held(30, 20), start_s=10.0)
    assert alerts == []
    assert set(states) == {PostureState.UPRIGHT}


def test_an_event_that_was_alerted_stays_one_whatever_is_set() -> None:
    one = coach(min_pause_s=0.0)
    _, first = played(one, held(20, 20))
    then: list[SlouchAlert] = []
    for number, threshold_deg in enumerate((24.0, 6.0, 18.0, 15.0)):
        one.judge_by(SlouchSettings(threshold_deg=threshold_deg, dwell_s=0.0, min_pause_s=0.0))
        then += played(one, held(5, 20), start_s=20.0 + 5.0 * number)[1]
    assert [alert.kind for alert in first] == [AlertKind.SLOUCH]
    assert then == []
