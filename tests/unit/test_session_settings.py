"""Settings that change while a session runs count at their instant, live and in a replay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sensorapp.app.offline import header_of
from sensorapp.model.inputs import HOST, Command, Input, SettingsChanged
from sensorapp.model.outputs import Fault, Output
from sensorapp.model.posture import AlertKind, PostureState, SlouchAlert
from sensorapp.model.preferences import AlertPreferences
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.model.wished_settings import SLOUCH_SHARES, slouch_settings
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter
from tests.unit.session_support import NS, Clip, fed, frames, of, session, sits_then_slouches

TABLE = sits_then_slouches(12.0, 40.0)
LATER = SlouchSettings(dwell_s=5.0, min_pause_s=0.0, bending_deg=60.0)


def changed_at(
    second: float, slouch: SlouchSettings | None, message: str = "", packet: int = 10
) -> list[Input]:
    """A wearer who sits and then slouches; the settings change at a second."""
    clip = Clip(packet=packet).connects()
    rows = round(second * 100)
    clip.feels(TABLE[:rows])
    t_ns = (rows - 1) * 10_000_000 if rows else None
    clip.items.append(SettingsChanged(clip.host_ns, HOST, slouch, message, t_ns))
    return clip.feels(TABLE[rows:]).items


def alerts(outputs: list[Output]) -> list[SlouchAlert]:
    return [one for one in of(SlouchAlert, outputs) if one.kind is AlertKind.SLOUCH]


@pytest.mark.parametrize("sensitivity", SLOUCH_SHARES)
def test_every_sensitivity_makes_one_event_of_a_slouch(sensitivity: int) -> None:
    settings = SessionSettings(slouch_settings(AlertPreferences(sensitivity=sensitivity)))
    one = session(settings)
    told = alerts(fed(one, Clip().connects().feels(TABLE).items))
    assert len(told) == 1
    assert told[0].threshold_deg == settings.slouch.threshold_deg
    assert told[0].dwell_s == 15.0


def test_a_more_sensitive_wearer_is_never_told_later() -> None:
    onsets = []
    for sensitivity in SLOUCH_SHARES:
        settings = SessionSettings(slouch_settings(AlertPreferences(sensitivity=sensitivity)))
        (told,) = alerts(fed(session(settings), Clip().connects().feels(TABLE).items))
        onsets.append(told.onset_t_ns)
    assert onsets == sorted(onsets, reverse=True)
    assert onsets[0] > onsets[-1]


def test_a_shorter_delay_counts_at_once() -> None:
    one = session(SessionSettings(replace(LATER, dwell_s=60.0)))
    (told,) = alerts(fed(one, changed_at(25.0, LATER)))
    assert told.t_ns == 25 * NS
    assert one.state.dwell_s == 5.0


def test_another_bending_angle_counts_at_once() -> None:
    deep = replace(LATER, bending_deg=20.0)
    seen = [
        (frame.t_ns, frame.state)
        for frame in frames(fed(session(SessionSettings(LATER)), changed_at(30.0, deep)))
        if frame.t_ns > 16 * NS
    ]
    assert {state for t_ns, state in seen if t_ns < 30 * NS} == {PostureState.SLOUCH}
    assert {state for t_ns, state in seen if t_ns >= 30 * NS} == {PostureState.BENDING}


@pytest.mark.parametrize("packet", [1, 7, 60])
def test_how_samples_are_packed_changes_nothing(packet: int) -> None:
    expected = fed(session(), changed_at(20.03, LATER))
    other = fed(session(), changed_at(20.03, LATER, packet=packet))
    assert frames(other) == frames(expected)
    assert alerts(other) == alerts(expected)


def test_a_change_before_any_sensor_counts_for_it() -> None:
    one = session()
    one.feed(SettingsChanged(0, HOST, LATER))
    assert one.state.dwell_s == 5.0
    (told, *_) = alerts(fed(one, Clip().connects().feels(TABLE).items))
    assert told.dwell_s == 5.0


def test_what_is_wrong_is_a_notice_and_changes_nothing() -> None:
    plain = fed(session(), Clip().connects().feels(TABLE).items)
    one = session()
    told = fed(one, changed_at(20.0, None, "That is wrong."))
    (fault,) = of(Fault, told)
    assert (fault.kind, fault.message) == ("settings", "That is wrong.")
    assert one.state.faults == 0  # it is told, and no fault of the sensor
    assert alerts(told) == alerts(plain)
    assert frames(told) == frames(plain)


def test_a_replay_does_what_the_day_did(tmp_path: Path) -> None:
    items = changed_at(20.0, LATER, "sensor.rate_hz counts from the next start on.")
    items.insert(-50, SettingsChanged(items[-50].host_ns, HOST, SlouchSettings(), "", 40 * NS))
    settings = SessionSettings(slouch_settings(AlertPreferences(sensitivity=6)))
    path = tmp_path / "day.mcap"
    writer = RecordingWriter(path, header_of(settings, "live", "2026-11-28T04:35:12Z"))
    for item in items:
        writer.write(item)
    writer.close()
    assert writer.sync() is None

    recording = open_recording(path)
    assert recording.header.settings == settings
    assert fed(session(recording.header.settings), list(recording)) == fed(session(settings), items)
    assert recording.skipped == 0


def test_commands_and_changes_keep_their_order() -> None:
    clip = Clip().connects().feels(TABLE[:2000])
    clip.presses(Command.SNOOZE, 19_990_000_000, 0.2)
    clip.items.append(SettingsChanged(clip.host_ns, HOST, LATER, "", 19_990_000_000))
    clip.presses(Command.RESUME, 19_990_000_000)
    (told, *_) = alerts(fed(session(), clip.feels(TABLE[2000:]).items))
    assert told.t_ns == 20 * NS
