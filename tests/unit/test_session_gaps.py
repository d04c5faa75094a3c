"""What a session makes of holes, pauses, reboots and poor data: doubt where it is due, no alert."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from firmware_protocol.ids import Characteristic, MotionFlag, MotionFormat
from firmware_protocol.motion import MotionPacket
from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Fault, Gap, Output
from sensorapp.model.posture import (
    AlertKind,
    Calibration,
    CalibrationSource,
    PostureFrame,
    PostureState,
    Quality,
    Silence,
    SlouchAlert,
)
from sensorapp.virtual.wearer import Activity, Pose
from tests.unit.session_support import (
    NS,
    Clip,
    acts,
    all_finite,
    fed,
    frames,
    of,
    session,
    sits,
    sits_then_slouches,
)


def played(items: list[Input]) -> list[Output]:
    outputs = fed(session(), items)
    instants = [frame.t_ns for frame in frames(outputs)]
    assert instants == sorted(set(instants))
    assert all_finite(outputs)
    return outputs


def uncertain_s(outputs: list[Output], after_s: float) -> float:
    """How long frames after an instant stay uncertain."""
    doubtful = [frame for frame in frames(outputs) if Quality.UNCERTAIN in frame.quality]
    assert all(frame.state is PostureState.UNCERTAIN for frame in doubtful)
    assert all(frame.t_ns >= after_s * NS for frame in doubtful)
    return len(doubtful) / 10


def marked(outputs: list[Output], quality: Quality) -> list[PostureFrame]:
    return [frame for frame in frames(outputs) if quality in frame.quality]


def test_a_hole_below_a_fifth_of_a_second_is_bridged_and_marked() -> None:
    outputs = played(Clip().connects().feels(sits(12.0), lost=[(600, 615)]).items)
    assert of(Gap, outputs) == [Gap("clip", 6_150_000_000, 600, 15, 0.15)]
    assert [frame.t_ns for frame in marked(outputs, Quality.GAP)] == [6_150_000_000]
    assert marked(outputs, Quality.UNCERTAIN) == []
    angles = [frame.flexion_deg for frame in frames(outputs) if frame.flexion_deg is not None]
    assert np.ptp(angles) < 2.0


def test_a_hole_of_a_second_is_five_seconds_of_doubt() -> None:
    outputs = played(Clip().connects().feels(sits(20.0), lost=[(600, 700)]).items)
    assert of(Gap, outputs) == [Gap("clip", 7 * NS, 600, 100, 1.0)]
    assert [frame.t_ns for frame in marked(outputs, Quality.GAP)] == [7 * NS]
    assert uncertain_s(outputs, 7.0) == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize("hole_s", [1.0, 3600.0])
def test_no_alert_comes_of_a_hole_and_a_slouch_after_it_counts_anew(hole_s: float) -> None:
    table = sits_then_slouches(6.0, 60.0)
    clip = Clip().connects().feels(table[:1600])  # 10 s of slouching
    clip.loses(round(hole_s * 100)).feels(table[1600:])
    outputs = played(clip.items)
    (alert,) = of(SlouchAlert, outputs)
    back_s = 16.0 + hole_s
    assert alert.onset_t_ns >= (back_s + 5.0) * NS
    assert alert.dwell_s == pytest.approx(15.0, abs=0.1)
    assert uncertain_s(outputs, back_s) == pytest.approx(5.0, abs=0.1)


def test_an_hour_of_suspend_is_a_pause_of_an_hour_and_no_alert() -> None:
    table = sits_then_slouches(6.0, 30.0)
    clip = Clip().connects().feels(table[:1600]).leaves("Suspended.").waits(3600.0).connects()
    outputs = played(clip.feels(table[1600:2600]).items)
    (gap,) = of(Gap, outputs)
    assert (gap.count, gap.first_index) == (None, 1600)
    assert gap.duration_s == pytest.approx(3600.01, abs=1e-3)
    assert of(SlouchAlert, outputs) == []
    back_ns = frames(outputs)[-1].t_ns
    assert back_ns == pytest.approx((3600 + 26) * NS, abs=0.1 * NS)
    assert uncertain_s(outputs, 3616.0) == pytest.approx(5.0, abs=0.1)
    (first,) = marked(outputs, Quality.GAP)
    assert first.t_ns == gap.t_ns


@pytest.mark.parametrize("reboots", [False, True])
def test_a_new_epoch_goes_on_where_the_clocks_say(reboots: bool) -> None:
    clip = Clip().connects().feels(sits(5.0)).leaves("Lost.").waits(7.0)
    if reboots:
        clip.reboots()
    outputs = played(clip.connects().feels(sits(8.0)).items)
    (gap,) = of(Gap, outputs)
    assert gap.t_ns == pytest.approx(12 * NS, abs=1e-3 * NS)
    assert frames(outputs)[-1].t_ns == pytest.approx(20 * NS, abs=0.1 * NS)
    assert len(of(Calibration, outputs)) == 1  # the clip stayed where it was


def test_a_rest_before_a_pause_is_not_joined_to_one_after_it() -> None:
    clip = Clip().connects().feels(sits(1.5)).leaves().waits(60.0).connects().feels(sits(10.0))
    (calibration,) = of(Calibration, played(clip.items))
    assert calibration.t_ns >= (61.5 + 5.0 + 2.0) * NS


def test_without_rest_there_is_no_angle_for_as_long_as_it_takes() -> None:
    walking = acts((Activity.WALK, 30.0, Pose(flexion_deg=4.0)))
    one = session()
    outputs = fed(one, Clip().connects().feels(walking).items)
    assert {frame.state for frame in frames(outputs)} == {PostureState.CALIBRATING}
    assert {frame.flexion_deg for frame in frames(outputs)} == {None}
    assert of(Calibration, outputs) == []
    assert one.state.waiting_for == "upright"
    assert one.state.shown_flexion_deg is None


def test_acceleration_alone_is_marked_and_still_gives_an_angle() -> None:
    table = sits_then_slouches(6.0, 30.0)
    outputs = played(Clip(accel_only=True).connects().feels(table).items)
    assert marked(outputs, Quality.ACCEL_ONLY) == frames(outputs)
    assert [alert.kind for alert in of(SlouchAlert, outputs)] == [AlertKind.SLOUCH]
    last = frames(outputs)[-1]
    assert last.flexion_deg == pytest.approx(25.0, abs=2.0)


def test_packets_that_change_their_format_amid_a_stream_break_nothing() -> None:
    clip = Clip().connects().feels(sits(5.0))
    clip.accel_only = True
    clip.feels(sits(8.0))
    clip.accel_only = False
    outputs = played(clip.feels(sits(8.0)).items)
    assert of(Fault, outputs) == []
    alone = marked(outputs, Quality.ACCEL_ONLY)
    assert {frame.t_ns // NS for frame in alone} == set(range(5, 13))
    assert len(marked(outputs, Quality.UNCERTAIN)) == pytest.approx(100, abs=2)
    assert frames(outputs)[-1].state is PostureState.UPRIGHT


def test_clipped_samples_are_marked_in_their_frame_only() -> None:
    table = sits(6.0)
    table[312, 4] = 40.0  # rad/s, over 2000 deg/s
    outputs = played(Clip().connects().feels(table).items)
    assert [frame.t_ns for frame in marked(outputs, Quality.CLIPPED)] == [3_200_000_000]


def test_bending_down_is_no_slouch() -> None:
    bend = (Activity.BEND_DOWN, 30.0, Pose(flexion_deg=65.0))
    outputs = played(Clip().connects().feels(acts((Activity.SIT, 5.0, Pose()), bend)).items)
    assert of(SlouchAlert, outputs) == []
    assert frames(outputs)[-1].state is PostureState.BENDING


def test_what_the_sensor_says_of_being_worn_counts() -> None:
    table = sits_then_slouches(6.0, 40.0)
    clip = Clip().connects().feels(table[:1000]).reports(worn=False).feels(table[1000:4000])
    clip.reports(worn=True).feels(table[4000:])
    outputs = played(clip.items)
    assert of(SlouchAlert, outputs) == []
    off = [frame.t_ns // NS for frame in frames(outputs) if frame.state is PostureState.NOT_WORN]
    assert set(off) == set(range(10, 40))


def test_a_clip_that_lies_on_a_table_is_not_worn() -> None:
    table = acts((Activity.SIT, 6.0, Pose()), (Activity.SENSOR_OFF, 40.0, Pose(flexion_deg=30.0)))
    outputs = played(Clip().connects().feels(table).items)
    assert of(SlouchAlert, outputs) == []
    assert frames(outputs)[-1].state is PostureState.NOT_WORN


def test_an_index_somewhat_ahead_is_a_gap_and_one_beyond_its_time_a_fault() -> None:
    def packet(index: int) -> bytes:
        none = MotionFlag(0)
        return MotionPacket(1, index, None, 12, 4, MotionFormat.ACCEL, none, bytes(6)).pack()

    one = session()
    slow = Clip(rate_mhz=1_000).connects().says(Characteristic.MOTION, packet(0xFFFFFFFE))
    (fault,) = of(Fault, fed(one, slow.items))
    assert fault.kind == "packet_index"
    assert one.state.t_ns is None
    outputs = fed(session(), Clip().connects().says(Characteristic.MOTION, packet(1 << 9)).items)
    (gap,) = of(Gap, outputs)
    assert gap.count == 1 << 9
    assert gap.duration_s == pytest.approx(2**9 / 100)


def test_the_mounting_of_the_protocol_is_found_and_no_frame_assumes_anything() -> None:
    outputs = played(Clip().connects().feels(sits(5.0)).items)
    (calibration,) = of(Calibration, outputs)
    assert calibration.source is CalibrationSource.MOUNTING
    assert calibration.t_ns == 2 * NS
    assert marked(outputs, Quality.AXIS_ASSUMED) == []


@pytest.mark.parametrize(("fetched_s", "late_s"), [(0.0, 0.0), (60.0, 28.0)])
def test_an_alert_that_comes_with_the_past_says_how_late(fetched_s: float, late_s: float) -> None:
    """What the sensor kept from 20 s to 60 s comes at once; the alert was due at 32 s."""
    items = Clip().connects().feels(sits_then_slouches(15.0, 60.0)).items
    begin_ns = items[0].host_ns
    held_ns = begin_ns + round(fetched_s * NS)
    delayed = [
        replace(item, host_ns=max(item.host_ns, held_ns))
        if item.host_ns > begin_ns + 20 * NS
        else item
        for item in items
    ]
    alert, *then = of(SlouchAlert, played(delayed))
    assert (alert.silent is Silence.LATE) == (late_s > 0.0)
    assert [(one.kind, one.sounds) for one in then] == ([(AlertKind.STILL, True)] if late_s else [])
    assert alert.late_s == pytest.approx(late_s, abs=3.0)
    assert (alert.late_s == 0.0) == (late_s == 0.0)
