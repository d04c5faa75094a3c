"""A session from its first input to its summary: links, faults, counts, and its picture."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import msgspec
import pytest

from firmware_protocol.ids import Characteristic
from sensorapp.model.actions import Reconnect, Subscribe
from sensorapp.model.device import DeviceInfo, LinkState
from sensorapp.model.exposure import Exposure
from sensorapp.model.inputs import (
    HOST,
    ActionFailed,
    Command,
    Connected,
    Disconnected,
    Input,
    LinkChanged,
    Notification,
    RecordingChanged,
    Stored,
    Tick,
)
from sensorapp.model.outputs import Fault, Gap, LinkStatus, Output, SensorStatus, Summary
from sensorapp.model.posture import PostureFrame
from sensorapp.session.state import LaneKind, SessionState
from tests.unit.session_support import Clip, Table, all_finite, fed, frames, of, session, sits

NOTHING_KNOWN = Exposure(
    known_s=0.0,
    left_out_s=tuple((why, 0.0) for why in ("gap", "uncalibrated", "not_worn", "uncertain")),
    over_deg=((20, None), (30, None), (45, None), (60, None)),
    flexion_p_deg=((10, None), (50, None), (90, None)),
    speed_p50_dps=None,
    eva=None,
    rests_per_h=None,
    longest_hold_s=None,
    since_change_s=None,
)


def link_states(outputs: list[Output]) -> list[LinkState]:
    return [status.state for status in of(LinkStatus, outputs)]


def summary_of(clip: Clip) -> Summary:
    one = session()
    fed(one, clip.items)
    summary = one.finish()[-1]
    assert isinstance(summary, Summary)
    return summary


def test_a_driver_that_nobody_knows_is_a_fault_and_what_follows_is_ignored() -> None:
    one = session()
    outputs = one.feed(Connected(0, "x", "gizmo", "Gizmo", "00:11"))
    assert outputs == (Fault("x", None, "driver", "This program has no driver called 'gizmo'."),)
    assert one.feed(Notification(0, "x", "anything", b"\1\2")) == ()
    assert one.state.faults == 1


def test_inputs_of_sensors_that_never_connected_lead_to_nothing() -> None:
    one = session()
    strays: list[Input] = [
        Notification(0, "x", Characteristic.MOTION.value, b"\1"),
        Disconnected(0, "x", wanted=False),
        ActionFailed(0, "x", "Write", "c", "m"),
        Tick(0),
        Stored(0, HOST, 3),
    ]
    assert fed(one, strays) == []
    assert one.sensor_ids == ()
    assert one.inputs == len(strays)
    assert one.state.sensor_id is None


def test_a_failed_action_is_a_fault_and_without_a_stream_a_new_connection() -> None:
    one = session()
    asked = one.feed(Connected(0, "clip", "posture_clip", "TP", "00:11"))
    assert len(of(Subscribe, asked)) == 3
    outputs = one.feed(ActionFailed(0, "clip", "Subscribe", "motion", "It was refused."))
    assert outputs == (
        Fault("clip", None, "action", "Subscribe on motion failed: It was refused."),
        Reconnect("clip", "It was refused."),
    )


def test_faults_are_counted_and_the_stream_goes_on() -> None:
    one = session()
    clip = Clip().connects().feels(sits(1.0))
    for data in (b"", b"\x45\0\0", b"\x20"):
        clip.says(Characteristic.MOTION, data)
    outputs = fed(one, clip.feels(sits(1.0)).items)
    faults = of(Fault, outputs)
    assert [fault.kind for fault in faults] == ["packet_length", "packet_version", "packet_length"]
    assert faults[0].t_ns == 990_000_000
    assert one.state.faults == 3
    assert one.state.fault == faults[-1]
    assert one.state.samples == 200


def test_status_is_said_when_something_changed_and_only_then() -> None:
    clip = Clip().connects().reports(80).feels(sits(1.0)).reports(80).reports(80, worn=True)
    clip.reports(80, worn=True).reports(79, worn=True).feels(sits(1.0)).reports(None)
    told = [
        (status.battery_pct, status.rate_hz, status.worn)
        for status in of(SensorStatus, fed(session(), clip.items))
    ]
    assert told == [
        (80, None, None),
        (80, 100.0, None),
        (80, 100.0, True),
        (79, 100.0, True),
        (None, 100.0, None),
    ]


def test_each_state_of_the_link_is_said_once_and_in_order() -> None:
    one = session()
    before: list[Input] = [
        LinkChanged(n, "clip", state)
        for n, state in enumerate((LinkState.SCANNING, LinkState.CONNECTING, LinkState.PREPARING))
    ]
    clip = Clip().connects().feels(sits(1.0))
    clip.items.append(LinkChanged(clip.host_ns, "clip", LinkState.STREAMING))
    clip.feels(sits(1.0)).leaves("The connection was lost.")
    clip.items.append(
        LinkChanged(clip.host_ns, "clip", LinkState.RECOVERING, "The connection was lost.")
    )
    clip.waits(2.0).connects().feels(sits(1.0)).stops().leaves(wanted=True)
    clip.items.append(LinkChanged(clip.host_ns, "clip", LinkState.STOPPED))
    outputs = fed(one, before + clip.items)
    assert link_states(outputs) == [
        LinkState.SCANNING,
        LinkState.CONNECTING,
        LinkState.PREPARING,
        LinkState.STREAMING,
        LinkState.RECOVERING,
        LinkState.STREAMING,
        LinkState.STOPPED,
    ]
    assert one.state.link == of(LinkStatus, outputs)[-1]
    first = outputs.index(of(PostureFrame, outputs)[0])
    assert LinkState.STREAMING in link_states(outputs[:first])


def test_stop_waits_for_the_sensors_word_if_there_is_a_stream() -> None:
    one = session()
    fed(one, Clip().connects().feels(sits(0.5)).items)
    clip = Clip().connects().feels(sits(0.5)).stops()
    pressed, answer = clip.items[-2:]
    assert LinkStatus not in [type(output) for output in one.feed(pressed)]
    assert link_states(list(one.feed(answer))) == [LinkState.STOPPED]


def test_stop_without_a_stream_is_at_once() -> None:
    scanning = session()
    scanning.feed(LinkChanged(0, "clip", LinkState.SCANNING))
    pressed = Clip().presses(Command.STOP).items[0]
    assert link_states(list(scanning.feed(pressed))) == [LinkState.STOPPED]
    preparing = session()
    preparing.feed(Connected(0, "clip", "posture_clip", "TP", "00:11"))
    assert link_states(list(preparing.feed(pressed))) == [LinkState.STOPPED]


def test_the_device_is_told_and_shown() -> None:
    one = session()
    (device,) = of(DeviceInfo, fed(one, Clip().connects().items))
    assert device.model == "virtual clip"
    assert one.state.device == device


def test_a_session_without_samples_ends_with_a_summary_of_nothing() -> None:
    nothing = Summary(None, 0.0, 0, 0, 0, 0, None, None, NOTHING_KNOWN)
    assert session().finish() == (nothing,)
    connected = session()
    fed(connected, Clip().connects().items)
    assert connected.finish() == (nothing,)


def test_samples_and_losses_add_up_to_what_the_sensor_took() -> None:
    clip = Clip().connects().loses(7).feels(sits(3.0), lost=[(50, 53), (120, 160)]).loses(20)
    clip.stops()
    summary = summary_of(clip)
    assert (summary.samples, summary.samples_lost) == (300 - 43, 7 + 43 + 20)
    assert summary.samples + summary.samples_lost == clip.index
    assert summary.duration_s == pytest.approx(3.07)
    assert summary.t_ns == 3_060_000_000


def test_losses_right_after_a_reconnect_count_beside_the_pause() -> None:
    clip = Clip().connects().feels(sits(2.0)).leaves().waits(5.0).connects().loses(30)
    clip.feels(sits(1.0))
    one = session()
    gaps = of(Gap, fed(one, clip.items))
    assert [(gap.first_index, gap.count) for gap in gaps] == [(200, None), (0, 30)]
    assert [gap.duration_s for gap in gaps] == pytest.approx([5.01, 0.3], abs=2e-4)
    assert one.state.samples == 300
    assert one.state.samples_lost == 30


def test_a_stream_of_which_nothing_came_is_named_as_lost_all_the_same() -> None:
    summary = summary_of(Clip().connects().loses(40).stops())
    assert (summary.samples, summary.samples_lost) == (0, 40)


def test_two_sensors_do_not_mix() -> None:
    upright, slouching = Clip("a"), Clip("b", rate_mhz=50_000)
    upright.connects().feels(sits(12.0, seed=1)).reports(50)
    slouching.connects().feels(sits(12.0, seed=2, rate_mhz=50_000), lost=[(100, 130)]).reports(20)
    alone = [fed(session(), clip.items) for clip in (upright, slouching)]
    both = session()
    merged = sorted((*upright.items, *slouching.items), key=lambda item: item.host_ns)
    outputs = fed(both, merged)
    for clip, expected in zip((upright, slouching), alone, strict=True):
        mine = [output for output in outputs if getattr(output, "sensor_id", "") == clip.sensor_id]
        assert mine == expected
    assert both.sensor_ids == ("a", "b")
    summary = both.finish()[-1]
    assert isinstance(summary, Summary)
    assert (summary.samples, summary.samples_lost) == (1200 + 570, 30)


# The picture.


def pictures(table: Table) -> list[SessionState]:
    one = session()
    states = [one.state]
    for item in Clip().connects().feels(table).items:
        one.feed(item)
        states.append(one.state)
    return states


def test_the_picture_is_frozen_serialisable_and_without_nan_from_the_first_moment() -> None:
    for state in pictures(sits(4.0))[::5]:
        assert all_finite(state)
        again = msgspec.json.decode(msgspec.json.encode(state), type=SessionState)
        assert again == state
        assert replace(state) == state
    with pytest.raises(FrozenInstanceError):
        state.samples = 0  # type: ignore[misc]  # the point of the test


def test_a_picture_does_not_change_after_it_was_taken() -> None:
    one = session()
    items = Clip().connects().feels(sits(6.0)).items
    fed(one, items[:30])
    before = one.state
    copy = msgspec.json.encode(before)
    fed(one, items[30:])
    assert msgspec.json.encode(before) == copy
    assert one.state != before


@pytest.mark.parametrize("rate_mhz", [100_000, 4_000])
def test_trace_and_lane_hold_the_last_minute(rate_mhz: int) -> None:
    one = session()
    clip = Clip(rate_mhz=rate_mhz, packet=40).connects()
    for _ in range(9):
        table = sits(10.0, rate_mhz=rate_mhz)
        clip.feels(table).presses(Command.MARKER)
        clip.feels(table[: len(table) // 10], lost=[(0, 1)])
    fed(one, clip.items)
    state = one.state
    assert state.t_ns is not None
    for instants in ([frame.t_ns for frame in state.trace], [event.t_ns for event in state.lane]):
        assert instants
        assert min(instants) >= state.t_ns - 60 * 10**9
    assert len(state.trace) == pytest.approx(60 * min(10, rate_mhz // 1000), abs=8)
    assert {event.kind for event in state.lane} == {LaneKind.MARKER, LaneKind.GAP}
    assert state.posture == state.trace[-1] == frames(state.trace)[-1]


def test_the_recorder_is_in_the_picture() -> None:
    one = session()
    one.feed(RecordingChanged(0, HOST, recording=True, name="today.mcap"))
    assert (one.state.recording, one.state.recording_trouble) == ("today.mcap", "")
    one.feed(RecordingChanged(1, HOST, recording=False, name="today.mcap", message="Disk full."))
    assert (one.state.recording, one.state.recording_trouble) == (None, "Disk full.")
