"""From one session to the next: what broke off is closed, and where streams were left is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorapp.app.left_off import keep_left_off, positions_after, still_open, take_up
from sensorapp.app.offline import header_of
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.inputs import Disconnected, Input
from sensorapp.model.settings import SessionSettings
from sensorapp.model.stream import StreamPosition
from sensorapp.store.left_off import load_left_off, save_left_off
from sensorapp.store.private_file import FILE_MODE
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter
from tests.lossy_pipe import CLIP, KeptPipe, Weather

OTHER = StreamPosition("TP-0001", "posture_clip", 7, 3, 1000, 100_000)
KEPT = SessionSettings(left_off=(OTHER,))


def streamed(buffer_samples: int = 8192) -> KeptPipe:
    day = KeptPipe(1, buffer_samples, Weather())
    day.connect()
    day.passes(4.0)
    return day


def stored(path: Path, items: list[Input], *, close: bool) -> None:
    writer = RecordingWriter(path, header_of(KEPT, "live", "2026-11-27T08:00:00Z"))
    for item in items:
        writer.write(item)
    assert writer.sync() is None
    if close:
        writer.close()


def test_a_stream_that_was_running_is_open_up_to_its_last_sample_in_order() -> None:
    day = streamed()
    position, other = positions_after(day.inputs, KEPT, drivers())[::-1]
    assert other == OTHER
    assert position == day.run.position
    assert position.next_index == day.came.samples > 350


def test_a_stream_that_ended_or_that_nobody_keeps_is_not_open() -> None:
    ended = streamed()
    ended.stop()
    assert positions_after(ended.inputs, SessionSettings(), drivers()) == ()
    assert positions_after(streamed(0).inputs, SessionSettings(), drivers()) == ()


def test_a_sensor_that_was_out_of_reach_at_the_end_is_still_open() -> None:
    day = streamed()
    day.cut()
    left = Disconnected(day.now_ns, CLIP, wanted=True)
    (position,) = positions_after([*day.inputs, left], SessionSettings(), drivers())
    assert position.next_index == day.came.samples


def test_what_broke_off_is_closed_and_its_stream_goes_on(tmp_path: Path) -> None:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    path = recordings / "2026-11-27T08-00-00Z.mcap"
    day = streamed()
    stored(path, day.inputs, close=False)
    said: list[str] = []
    streams = take_up(recordings, tmp_path, drivers(), said.append)
    assert streams == (OTHER, day.run.position)
    assert load_left_off(tmp_path) == streams
    assert said == [f"{path.name} was not closed in good order; closing it now."]
    recording = open_recording(path)
    assert list(recording) == day.inputs
    assert recording.notice is None
    said.clear()
    assert take_up(recordings, tmp_path, drivers(), said.append) == streams
    assert said == []


def test_a_damaged_one_is_set_aside_once(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    stored(path, streamed().inputs, close=False)
    data = bytearray(path.read_bytes())
    stored(tmp_path / "b.mcap", streamed().inputs, close=False)
    whole = (tmp_path / "b.mcap").read_bytes()
    path.write_bytes(data[:-20] + bytes(40) + whole[len(whole) // 2 :])
    writer_like = path.read_bytes()
    said: list[str] = []
    take_up(tmp_path, tmp_path, drivers(), said.append)
    kept = sorted(one.name for one in tmp_path.glob("a.mcap*"))
    if kept == ["a.mcap.damaged"]:
        assert (tmp_path / "a.mcap.damaged").read_bytes() == writer_like
        assert "sensorapp recover" in " ".join(said)
    else:
        pytest.fail(f"{kept}: {said}")
    said.clear()
    take_up(tmp_path, tmp_path, drivers(), said.append)
    assert said == []


def test_a_recording_without_one_input_is_removed(tmp_path: Path) -> None:
    RecordingWriter(tmp_path / "a.mcap", header_of(KEPT, "live", "2026-11-27T08:00:00Z"))
    assert take_up(tmp_path, tmp_path, drivers(), pytest.fail) == ()
    assert list(tmp_path.glob("*.mcap*")) == []


def test_streams_of_sensors_that_a_session_met_are_replaced() -> None:
    new = StreamPosition("TP-3F9A", "posture_clip", 1, 2, 3, 100_000)
    assert still_open(KEPT, {("posture_clip", "TP-3F9A")}, [new, None]) == (OTHER, new)
    assert still_open(KEPT, {("posture_clip", "TP-0001")}, [None]) == ()


def test_the_file_is_private_and_survives_nonsense(tmp_path: Path) -> None:
    keep_left_off(tmp_path, [OTHER])
    path = tmp_path / "left_off.json"
    assert path.stat().st_mode & 0o777 == FILE_MODE
    assert load_left_off(tmp_path) == (OTHER,)
    for nonsense in (b"", b"{}", b"[" * 100_000, b'{"version":2,"streams":[]}', b"\xff"):
        path.write_bytes(nonsense)
        assert load_left_off(tmp_path) == ()
    save_left_off(tmp_path, [OTHER] * 100)
    assert len(load_left_off(tmp_path)) == 64
