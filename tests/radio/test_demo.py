"""The whole program on the virtual radio, on a loop that jumps over waiting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from firmware_protocol.ids import Characteristic, Op
from sensorapp.app.demo_air import BATTERY_PCT
from sensorapp.app.demo_source import DemoOptions, source_of
from sensorapp.app.offline import run_imu_file
from sensorapp.model.device import LinkState
from sensorapp.model.inputs import Connected, Disconnected, Input, Notification, Stored
from sensorapp.model.outputs import Fault, Gap, LinkStatus, Output, SensorStatus, Summary
from sensorapp.model.posture import Movement, PostureFrame, SlouchAlert
from sensorapp.model.settings import SessionSettings
from sensorapp.store.imu_file import read_imu_file
from sensorapp.store.recording_reader import open_recording
from sensorapp.virtual.scenarios import AirChange
from tests.replay.playing import Heard, played
from tests.replay.sessions import replayed

REPLY = 0x80
BROAD = "broad/08_undisturbed_fast_rotation_with_breaks_A.npz"

_T = TypeVar("_T")


def of(kind: type[_T], things: Iterable[object]) -> list[_T]:
    return [thing for thing in things if isinstance(thing, kind)]


def link_states(outputs: Iterable[object]) -> list[LinkState]:
    """As they follow one another, without mere changes of the reason."""
    states = [status.state for status in of(LinkStatus, outputs)]
    return [state for at, state in enumerate(states) if at == 0 or states[at - 1] is not state]


def summary_of(heard: Heard) -> Summary:
    assert isinstance(heard.outputs[-1], Summary)
    assert heard.closing[-1] == heard.outputs[-1]
    return heard.outputs[-1]


@cache
def slouch() -> tuple[Heard, tuple[Input, ...], SessionSettings]:
    """The scenario recorded: what was heard, and what is in the file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "slouch.mcap"
        heard = played(source_of(DemoOptions(scenario="slouch")), record=path)
        recording = open_recording(path)
        items = tuple(recording)
        assert recording.notice is None
        return heard, items, recording.header.settings


@cache
def interrupted() -> tuple[Heard, tuple[Input, ...], SessionSettings]:
    """Half a minute with the sensor out of range from 12 s to 20 s: its link holds for 4 s."""
    away = (AirChange(12.0, in_range=False), AirChange(20.0, in_range=True))
    source = replace(source_of(DemoOptions(scenario="slouch", seconds=30.0)), air=away)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "away.mcap"
        heard = played(source, record=path)
        recording = open_recording(path)
        return heard, tuple(recording), recording.header.settings


def test_a_real_file_arrives_whole(datasets: Path) -> None:
    """60 s of BROAD file 08, at its own 285.714 Hz, and the same without a radio."""
    path = datasets / BROAD
    heard = played(source_of(DemoOptions(imu=path, seconds=60.0)))
    file = read_imu_file(path)
    count = round(60.0 * file.rate_mhz / 1000.0)
    summary = summary_of(heard)
    assert summary.samples == count
    assert summary.samples_lost == 0

    first = replace(file, accel_mps2=file.accel_mps2[:count], gyro_rads=file.gyro_rads[:count])
    plain = Heard()
    run_imu_file(first, SessionSettings(rate_mhz=file.rate_mhz), [plain])
    frames = [replace(frame, sensor_id="") for frame in of(PostureFrame, heard.outputs)]
    assert frames == [replace(frame, sensor_id="") for frame in of(PostureFrame, plain.outputs)]
    assert len(frames) == 600
    assert len({frame.flexion_deg for frame in frames}) > 500
    assert summary == summary_of_plain(plain)


def summary_of_plain(plain: Heard) -> Summary:
    (summary,) = of(Summary, plain.outputs)
    return summary


def test_a_recorded_scenario_replays_equal() -> None:
    heard, items, settings = slouch()
    assert replayed(items, settings) == heard.outputs
    alerts = [alert.kind.value for alert in of(SlouchAlert, heard.outputs)]
    assert alerts == ["slouch", "recovered"]
    assert of(Movement, heard.outputs)
    assert summary_of(heard).samples_lost == 0


def test_the_recording_holds_every_input_in_its_order() -> None:
    heard, items, _ = slouch()
    assert items == tuple(heard.inputs[:-1])  # the last one stands for the end of the session


def test_stored_is_said_of_what_is_stored() -> None:
    """Each `Stored` counts inputs before itself, and they only grow."""
    _, items, _ = slouch()
    counts = []
    for number, item in enumerate(items):
        if isinstance(item, Stored):
            assert item.inputs <= number
            counts.append(item.inputs)
    assert len(counts) > 60
    assert counts == sorted(counts)


def test_no_fault_and_a_plain_course_of_the_link() -> None:
    heard, _, _ = slouch()
    assert of(Fault, heard.outputs) == []
    assert link_states(heard.outputs) == [
        LinkState.SCANNING,
        LinkState.CONNECTING,
        LinkState.PREPARING,
        LinkState.STREAMING,
        LinkState.STOPPED,
    ]


def test_every_sample_comes_before_the_answer_to_stop() -> None:
    heard, _, _ = slouch()
    notifications = of(Notification, heard.inputs)
    answers = [
        number
        for number, item in enumerate(notifications)
        if item.channel == Characteristic.CONTROL and item.data[:2] == bytes([REPLY, Op.STOP])
    ]
    assert len(answers) == 1
    after = {item.channel for item in notifications[answers[0] :]}
    assert Characteristic.MOTION not in after
    stream = source_of(DemoOptions(scenario="slouch")).stream
    assert summary_of(heard).samples == stream.count


def test_a_scenario_says_what_happens_in_the_air(tmp_path: Path) -> None:
    file = tmp_path / "away.toml"
    file.write_text(
        'title = "Away"\nabout = "A walk to the kitchen."\n'
        '[[step]]\ndo = "sit"\nduration_s = 9\n'
        "[[air]]\nt_s = 3\nbattery_pct = 12\nrssi_dbm = -90\n"
    )
    heard = played(source_of(DemoOptions(scenario=str(file))))
    said = {status.battery_pct: status.t_ns for status in of(SensorStatus, heard.outputs)}
    assert list(said) == [BATTERY_PCT, 12]
    assert 3e9 <= (said[12] or 0) <= 5e9


def test_a_lost_link_comes_back_by_itself() -> None:
    heard, _, _ = interrupted()
    assert link_states(heard.outputs) == [
        LinkState.SCANNING,
        LinkState.CONNECTING,
        LinkState.PREPARING,
        LinkState.STREAMING,
        LinkState.RECOVERING,
        LinkState.PREPARING,
        LinkState.STREAMING,
        LinkState.STOPPED,
    ]
    assert len(of(Connected, heard.inputs)) == 2
    assert [item.wanted for item in of(Disconnected, heard.inputs)] == [False, True]
    assert of(Fault, heard.outputs) == []


def test_a_lost_link_leaves_one_gap_of_the_right_length() -> None:
    heard, _, _ = interrupted()
    (gap,) = of(Gap, heard.outputs)
    assert 8.0 <= gap.duration_s <= 13.0  # out of range for 8 s, then back within 5
    assert 11.5e9 <= gap.t_ns - gap.duration_s * 1e9 <= 12.5e9
    summary = summary_of(heard)
    assert 29.9 <= summary.duration_s <= 30.1
    streamed_s = summary.duration_s - gap.duration_s
    assert abs(summary.samples - 100 * streamed_s) <= 2


def test_time_rises_over_a_lost_link() -> None:
    heard, _, _ = interrupted()
    times = [frame.t_ns for frame in of(PostureFrame, heard.outputs)]
    assert times[0] == 0
    assert all(before < after for before, after in pairwise(times))
    known = [t_ns for output in heard.outputs if (t_ns := _t_ns(output)) is not None]
    assert min(known) >= 0
    first_new = next(t_ns for t_ns in times if t_ns > 15e9)
    after = [frame for frame in of(PostureFrame, heard.outputs) if frame.t_ns >= first_new]
    assert after[0].state.value == "uncertain"
    assert after[-1].state.value != "uncertain"


def _t_ns(output: Output) -> int | None:
    t_ns = getattr(output, "t_ns", None)
    assert t_ns is None or isinstance(t_ns, int)
    return t_ns


def test_a_recording_over_a_lost_link_replays_equal() -> None:
    heard, items, settings = interrupted()
    assert replayed(items, settings) == heard.outputs
