"""A session with a sensor that fails for a moment, beside the same session without."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sensorapp.model.outputs import Fault, Output
from sensorapp.model.posture import PostureState, Quality, SlouchAlert
from sensorapp.virtual.wearer import Activity, ImuModel, Pose
from tests.unit.session_support import NS, Clip, Table, acts, fed, frames, of, session

BAD_S = 30.0
_GYRO_END, _ACCEL_END = np.radians(2047.9), 78.4


@cache
def clean() -> Table:
    """Sitting, a lean, sitting: somebody at a desk, well below the limit."""
    return acts(
        (Activity.SIT, 25.0, Pose()),
        (Activity.LEAN, 10.0, Pose(side_bend_deg=8.0)),
        (Activity.SIT, 15.0, Pose()),
        imu=ImuModel(),
    )


def spoilt(kind: str) -> tuple[Table, float]:
    """The same with bad samples from `BAD_S` on, and when they end in s."""
    table, row = clean().copy(), round(BAD_S * 100)
    match kind:
        case "gyroscope at full scale":
            table[row, 4] = _GYRO_END
        case "accelerometer at full scale":
            table[row, 0] = -_ACCEL_END
        case "both at full scale for 30 ms":
            table[row : row + 3] = (*[_ACCEL_END] * 3, *[-_GYRO_END] * 3)
            return table, BAD_S + 0.03
        case "frozen for 5 s":
            table[row : row + 500] = table[row]
            return table, BAD_S + 5.0
        case "frozen for 5 s in a jolt":
            table[row : row + 500] = table[row] + (2.0, 2.0, 2.0, 0.5, -0.7, 0.1)
            return table, BAD_S + 5.0
    return table, BAD_S + 0.01


def lived(table: Table) -> list[Output]:
    return fed(session(), Clip().connects().feels(table).items)


@pytest.mark.parametrize(
    "kind",
    [
        "gyroscope at full scale",
        "accelerometer at full scale",
        "both at full scale for 30 ms",
        "frozen for 5 s",
        "frozen for 5 s in a jolt",
    ],
)
def test_two_seconds_later_nothing_is_left_of_it(kind: str) -> None:
    table, end_s = spoilt(kind)
    outputs = lived(table)
    truth = {frame.t_ns: frame for frame in frames(lived(clean()))}
    compared = 0
    for frame in frames(outputs):
        same = truth.get(frame.t_ns)
        if same is None or BAD_S * NS <= frame.t_ns < (end_s + 2.0) * NS:
            continue
        if same.flexion_deg is None or same.side_bend_deg is None:
            continue
        assert frame.flexion_deg == pytest.approx(same.flexion_deg, abs=0.5)
        assert frame.side_bend_deg == pytest.approx(same.side_bend_deg, abs=0.5)
        compared += 1
    assert compared > 300
    assert of(SlouchAlert, outputs) == []
    assert {fault.kind for fault in of(Fault, outputs)} == {"impossible"}


def test_after_a_frozen_sensor_frames_are_in_doubt_for_5_s() -> None:
    doubted = [
        frame.t_ns / NS
        for frame in frames(lived(spoilt("frozen for 5 s")[0]))
        if Quality.UNCERTAIN in frame.quality and frame.state is PostureState.UNCERTAIN
    ]
    assert doubted[0] == pytest.approx(35.0, abs=0.11)
    assert doubted[-1] == pytest.approx(40.0, abs=0.11)
