"""What the user asks takes effect at its instant, whatever packets the samples came in."""

from __future__ import annotations

import math

import pytest

from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Fault, Marker, Output
from sensorapp.model.posture import AlertKind, Calibration, CalibrationSource, Silence, SlouchAlert
from sensorapp.session.state import SessionState
from sensorapp.virtual.wearer import Activity, Pose
from tests.unit.session_support import NS, Clip, Table, acts, fed, frames, of, session, sits
from tests.unit.session_support import sits_then_slouches as sits_then_slouches_for

SLOUCHING = (Activity.SLOUCH, 12.0, Pose(flexion_deg=24.0))
SITTING = (Activity.SIT, 12.0, Pose())
Press = tuple[float, Command, float | None]


def pressed(table: Table, *presses: Press, packet: int = 10) -> tuple[list[Output], SessionState]:
    """A session over a table; each key is pressed when the samples before its second are there."""
    one, clip = session(), Clip(packet=packet).connects()
    begin = 0
    for at_s, command, value in presses:
        end = round(at_s * 100)
        clip.feels(table[begin:end]).presses(command, (end - 1) * 10_000_000, value)
        begin = end
    return fed(one, clip.feels(table[begin:]).items), one.state


def test_a_marker_is_at_its_instant() -> None:
    outputs, _ = pressed(sits(5.0), (3.217, Command.MARKER, None))
    (marker,) = of(Marker, outputs)
    assert marker.t_ns == 3_210_000_000


@pytest.mark.parametrize("command", list(Command))
def test_a_command_that_came_early_waits_for_its_instant(command: Command) -> None:
    table = acts(SITTING, SLOUCHING)

    def early(first: int) -> list[Output]:
        clip = Clip().connects().feels(table[:first])
        clip.presses(command, 6_000_000_000, 5.0)
        return fed(session(), clip.feels(table[first:]).items)

    if command is Command.STOP:  # for the sensor, and at once
        assert of(Marker, early(300)) == []
        return
    judged = [output for output in early(300) if not hasattr(output, "channel")]
    later = [output for output in early(600) if not hasattr(output, "channel")]
    assert judged == later


def test_two_poses_give_half_the_way_as_limit() -> None:
    presses: list[Press] = [(14.0, Command.CALIBRATE_SLOUCH, None)]
    outputs, state = pressed(acts(SITTING, SLOUCHING, SITTING), *presses)
    first, both = of(Calibration, outputs)
    assert (first.source, first.threshold_deg) == (CalibrationSource.MOUNTING, 15.0)
    assert both.source is CalibrationSource.TWO_POSE
    assert both.threshold_deg == pytest.approx(12.0, abs=1.0)
    assert both.alignment.slouch_deg == pytest.approx(2 * both.threshold_deg)
    assert both.t_ns == pytest.approx(16 * NS, abs=0.5 * NS)
    assert state.threshold_deg == both.threshold_deg
    assert state.waiting_for == ""


def test_a_pose_that_was_asked_for_is_waited_for_and_given_up_after_ten_seconds() -> None:
    walk = (Activity.WALK, 20.0, Pose())
    outputs, state = pressed(acts(SITTING, walk, SITTING), (14.0, Command.CALIBRATE_UPRIGHT, None))
    (fault,) = of(Fault, outputs)
    assert fault.kind == "calibration"
    assert fault.t_ns == 24 * NS
    assert len(of(Calibration, outputs)) == 1
    assert state.waiting_for == ""


def test_upright_again_moves_the_zero_and_keeps_the_direction() -> None:
    lean = (Activity.SIT, 10.0, Pose(flexion_deg=10.0))
    outputs, _ = pressed(acts(SITTING, lean), (15.0, Command.CALIBRATE_UPRIGHT, None))
    again = of(Calibration, outputs)[-1]
    assert again.source is CalibrationSource.REST
    last = frames(outputs)[-1]
    assert last.flexion_deg == pytest.approx(0.0, abs=1.5)


def test_keys_before_the_first_pose_change_nothing() -> None:
    table = sits(6.0)
    plain, _ = pressed(table)
    keys, _ = pressed(
        table, (0.5, Command.CALIBRATE_SLOUCH, None), (1.0, Command.CALIBRATE_UPRIGHT, None)
    )
    assert of(Calibration, keys) == of(Calibration, plain)
    assert of(Fault, keys) == []


@pytest.mark.parametrize(
    ("command", "value", "muted_min"),
    [
        (Command.SNOOZE, None, 15.0),
        (Command.SNOOZE, 5.0, 5.0),
        (Command.PAUSE, None, 30.0),
        (Command.PAUSE, 60.0, 60.0),
        (Command.SNOOZE, math.nan, 15.0),
        (Command.SNOOZE, math.inf, 15.0),
        (Command.PAUSE, -1.0, 30.0),
        (Command.PAUSE, 1e300, 30.0),
    ],
)
def test_snooze_and_pause_last_as_long_as_asked_or_as_usual(
    command: Command, value: float | None, muted_min: float
) -> None:
    outputs, state = pressed(sits_then_slouches_for(6.0, 24.0), (8.0, command, value))
    (alert,) = of(SlouchAlert, outputs)
    why = Silence.SNOOZED if command is Command.SNOOZE else Silence.PAUSED
    assert (alert.silent, alert.sounds) == (why, False)
    assert (state.slouches, state.alerts) == (1, 0)
    assert state.muted_until_ns == 7_990_000_000 + round(muted_min * 60 * NS)


def test_resume_speaks_again() -> None:
    outputs, state = pressed(
        sits_then_slouches_for(6.0, 34.0), (8.0, Command.PAUSE, None), (30.0, Command.RESUME, None)
    )
    silent, sounded = of(SlouchAlert, outputs)
    assert (silent.kind, silent.silent) == (AlertKind.SLOUCH, Silence.PAUSED)
    assert (sounded.kind, sounded.sounds, sounded.t_ns) == (AlertKind.STILL, True, 30 * NS)
    assert (state.slouches, state.alerts) == (1, 1)
    assert state.muted_until_ns is None


def test_packets_of_any_size_and_keys_give_the_same() -> None:
    table = acts(SITTING, SLOUCHING, SITTING)
    presses: list[Press] = [
        (1.234, Command.MARKER, None),
        (5.0, Command.CALIBRATE_UPRIGHT, None),
        (14.55, Command.CALIBRATE_SLOUCH, None),
        (20.01, Command.SNOOZE, 1.0),
    ]
    expected, _ = pressed(table, *presses, packet=1)
    for packet in (3, 19):
        assert pressed(table, *presses, packet=packet)[0] == expected
