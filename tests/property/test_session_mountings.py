"""However the clip sits, a known slouch and a known side bend come out as they were made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Output
from sensorapp.model.posture import (
    Calibration,
    CalibrationSource,
    ForwardAxis,
    PostureFrame,
    Quality,
)
from sensorapp.model.settings import SessionSettings
from sensorapp.signal.sagittal import AXIS_VECTORS
from sensorapp.virtual.wearer import Activity, ImuModel, Mounting, Phase, Pose, Script, Wearer
from tests.seats import aligned_mountings
from tests.unit.session_support import NS, Clip, fed, frames, of, session

SLOUCH_DEG, SIDE_DEG = 25.0, 15.0
NEAR_DEG = 1.5


def bend(**pose_deg: float) -> list[tuple[Activity, float, Pose]]:
    """Slowly there and back again."""
    return [
        (Activity.SLOW_BEND, 2.8, Pose(**pose_deg)),
        (Activity.SLOW_BEND, 2.8, Pose()),
    ]


SIT = (Activity.SIT, 4.0, Pose())
KNOWN = [
    (Activity.SLOUCH, 4.0, Pose(flexion_deg=SLOUCH_DEG)),
    (Activity.SIT, 4.0, Pose()),
    (Activity.LEAN, 4.0, Pose(side_bend_deg=SIDE_DEG)),
]
TWO_BENDS = bend(flexion_deg=40.0) * 2


MOUNTINGS = aligned_mountings()
any_mounting = st.integers(0, 2**32 - 1).map(
    lambda seed: Mounting.random(np.random.default_rng(seed))
)


@dataclass(frozen=True)
class Worn:
    """What a session made of a wearer, and what the wearer did."""

    wearer: Wearer
    outputs: list[Output]

    @property
    def calibrations(self) -> list[Calibration]:
        return of(Calibration, self.outputs)

    @property
    def frames(self) -> list[PostureFrame]:
        return frames(self.outputs)

    def off_deg(self, after_s: float = 4.0) -> float:
        """Largest error of flexion and side bend, the truth's mean over the rest taken off."""
        rest_s = self.calibrations[0].t_ns / NS
        zero = self.wearer.angles_deg(np.linspace(rest_s - 2.0, rest_s, 200)).mean(axis=0)
        seen = [frame for frame in self.frames if frame.t_ns > after_s * NS]
        truth = self.wearer.angles_deg(np.array([frame.t_ns / NS for frame in seen])) - zero
        said = np.array([(frame.flexion_deg, frame.side_bend_deg) for frame in seen], dtype=float)
        return float(np.abs(said - truth[:, :2]).max())


def worn(
    mounting: Mounting,
    *acts: tuple[Activity, float, Pose],
    forward: ForwardAxis | None = None,
    imu: ImuModel | None = None,
    slouch_s: float | None = None,
) -> Worn:
    phases = tuple(Phase(activity, seconds, 1.8, pose) for activity, seconds, pose in acts)
    wearer = Wearer(Script(phases), 3, mounting=mounting, imu=imu or ImuModel.ideal())
    table = np.concatenate(list(wearer.blocks()))
    clip = Clip(packet=50).connects()
    if slouch_s is not None:
        pressed = round(slouch_s * 100)
        clip.feels(table[:pressed])
        clip.presses(Command.CALIBRATE_SLOUCH, (pressed - 1) * 10_000_000)
        table = table[pressed:]
    made = session(SessionSettings(forward_axis=forward))
    return Worn(wearer, fed(made, clip.feels(table).items))


def forward_of(mounting: Mounting) -> tuple[ForwardAxis, float]:
    """The sensor axis nearest to the wearer's front, and the cosine of what is between."""
    front = mounting.segment_from_sensor()[0]
    axis = max(AXIS_VECTORS, key=lambda axis: float(np.dot(AXIS_VECTORS[axis], front)))
    return axis, float(np.dot(AXIS_VECTORS[axis], front))


def as_the_protocol_asks(mounting: Mounting) -> bool:
    return bool(mounting.segment_from_sensor()[1, 1] > np.cos(np.radians(45.0)))


@pytest.mark.parametrize("mounting", MOUNTINGS)
def test_the_named_axis_makes_every_mounting_right(mounting: Mounting) -> None:
    axis, _ = forward_of(mounting)
    made = worn(mounting, SIT, *KNOWN, forward=axis)
    (found,) = made.calibrations
    assert (found.source, found.forward_axis) == (CalibrationSource.OPTION, axis)
    assert made.off_deg() < NEAR_DEG
    assert not any(Quality.AXIS_ASSUMED in frame.quality for frame in made.frames)


@pytest.mark.parametrize("mounting", MOUNTINGS)
def test_without_it_two_slow_bends_do_and_until_then_frames_say_so(mounting: Mounting) -> None:
    made = worn(mounting, SIT, *TWO_BENDS, SIT, *KNOWN)
    first, found, *again = made.calibrations
    worn_right = as_the_protocol_asks(mounting)
    expected = CalibrationSource.MOUNTING if worn_right else CalibrationSource.ASSUMED
    assert first.source is expected
    assert (found.source, found.forward_axis) == (CalibrationSource.BENDS, forward_of(mounting)[0])
    assert 12.4 * NS < found.t_ns <= 14.2 * NS  # on the way back from the second bend
    # Who was asked for bends sat up again after them: one more upright pose.
    assert not (again and worn_right)
    assert made.calibrations[-1].poses in ((1,) if worn_right else (2, 3))
    assert made.off_deg(after_s=18.0) < NEAR_DEG
    for frame in made.frames:
        assumed = not worn_right and first.t_ns <= frame.t_ns < found.t_ns
        assert (Quality.AXIS_ASSUMED in frame.quality) == assumed


@settings(max_examples=6, deadline=None)
@given(mounting=any_mounting)
def test_bends_find_forward_in_any_seat_of_a_real_part(mounting: Mounting) -> None:
    made = worn(mounting, SIT, *TWO_BENDS, SIT, *KNOWN, imu=ImuModel(accel_offset_mg=5.0))
    found = made.calibrations[-1]
    assert found.source is CalibrationSource.BENDS
    front = mounting.segment_from_sensor()[0]
    assert float(np.dot(front, found.alignment.forward)) > np.cos(np.radians(5.0))
    assert made.off_deg(after_s=16.0) < NEAR_DEG


@settings(max_examples=6, deadline=None)
@given(mounting=any_mounting)
def test_without_anything_to_go_by_the_seat_decides_between_mounting_and_assumed(
    mounting: Mounting,
) -> None:
    made = worn(mounting, SIT)
    (found,) = made.calibrations
    assert (found.source is CalibrationSource.MOUNTING) == as_the_protocol_asks(mounting)
    assert (Quality.AXIS_ASSUMED in made.frames[-1].quality) != as_the_protocol_asks(mounting)
    up = mounting.segment_from_sensor()[1]
    assert float(np.dot(up, found.alignment.up)) > np.cos(np.radians(1.5))


@pytest.mark.parametrize(
    "moves",
    [
        bend(twist_deg=40.0) * 2,
        bend(flexion_deg=40.0, twist_deg=40.0) * 2,
        [*bend(flexion_deg=40.0), *bend(side_bend_deg=30.0)],
        bend(flexion_deg=40.0),
        bend(flexion_deg=12.0) * 2,
    ],
    ids=["twists", "bends with a turn", "one each way", "a single bend", "nods"],
)
def test_other_moves_do_not_pass_for_bends(moves: list[tuple[Activity, float, Pose]]) -> None:
    made = worn(Mounting(turn_deg=60.0), SIT, *moves, SIT)
    assert [found.source for found in made.calibrations] == [CalibrationSource.MOUNTING]


@pytest.mark.parametrize(("slouch_deg", "threshold_deg"), [(30.0, 15.0), (20.0, 10.0), (9.0, 6.0)])
@pytest.mark.parametrize("mounting", MOUNTINGS[::7])
def test_with_both_poses_the_limit_is_half_way_in_any_seat(
    mounting: Mounting, slouch_deg: float, threshold_deg: float
) -> None:
    slouch = (Activity.SLOUCH, 6.0, Pose(flexion_deg=slouch_deg))
    made = worn(mounting, SIT, slouch, forward=forward_of(mounting)[0], slouch_s=6.5)
    found = made.calibrations[-1]
    assert found.source is CalibrationSource.TWO_POSE
    assert found.threshold_deg == pytest.approx(threshold_deg, abs=0.8)
    assert found.threshold_deg >= 6.0
