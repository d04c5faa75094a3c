"""A recording is private, whole after each sync, readable by others, honest when it fails."""

from __future__ import annotations

import os
import stat
import struct
import subprocess
import sys
import threading
import zlib
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from mcap.reader import NonSeekingReader, make_reader

from sensorapp.model.errors import RecordingError, SensorAppError
from sensorapp.model.inputs import Input, Notification, Tick
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter
from tests.unit.store_samples import (
    DATA_UUID,
    HEADER,
    START_NS,
    session_inputs,
    write_recording,
)


def test_a_closed_recording_is_read_by_the_library_of_the_format(tmp_path: Path) -> None:
    items = session_inputs(70)
    path = tmp_path / "a.mcap"
    write_recording(path, items)
    with path.open("rb") as stream:
        reader = make_reader(stream, validate_crcs=True)
        messages = [
            (channel.topic, channel.message_encoding, message)
            for _, channel, message in reader.iter_messages(log_time_order=False)
        ]
        summary = reader.get_summary()
    headers = [message for topic, _, message in messages if topic == "/header"]
    inputs = [one for one in messages if one[0] != "/header"]
    assert len(headers) == 3, "one in each of the first two chunks, one a minute later"
    assert messages[0][0] == "/header"
    assert msgspec.json.decode(headers[0].data)["source"] == "live"
    assert [message.sequence for _, _, message in inputs] == list(range(1, len(items) + 1))
    assert [message.log_time for _, _, message in inputs] == [item.host_ns for item in items]
    assert all(message.log_time == message.publish_time for _, _, message in messages)
    raw = [one for one in inputs if one[:2] == (f"/s1/notify/{DATA_UUID}", "gatt")]
    sent = [item.data for item in items if isinstance(item, Notification)]
    assert [message.data for _, _, message in raw] == sent
    assert summary is not None
    assert summary.statistics is not None
    assert summary.statistics.message_count == len(messages)
    assert summary.statistics.message_start_time == START_NS
    assert len(summary.chunk_indexes) == summary.statistics.chunk_count


def test_the_library_checks_every_sum_of_a_closed_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write_recording(path, session_inputs(3))
    with path.open("rb") as stream:
        reader = NonSeekingReader(stream, validate_crcs=True)
        assert sum(1 for _ in reader.iter_messages(log_time_order=False)) > 30
    data = path.read_bytes()
    start, _, crc = struct.unpack("<QQI", data[-28:-8])
    assert crc == zlib.crc32(data[start:-12]), "the library does not check the summary's"


def test_what_was_synced_is_there_without_close(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter(path, HEADER)
    items = session_inputs(2)
    for item in items:
        writer.write(item)
    assert writer.durable_inputs == 0
    assert writer.sync() is None
    assert writer.durable_inputs == len(items)
    writer.write(Tick(items[-1].host_ns + 1))
    recording = open_recording(path)
    assert list(recording) == items
    assert recording.notice is not None
    assert "breaks off 2.0 s after its start" in recording.notice
    writer.close()
    assert len(list(recording)) == len(items) + 1
    assert recording.notice is None


def test_an_empty_recording_has_a_header(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    RecordingWriter(path, HEADER).close()
    recording = open_recording(path)
    assert recording.header == HEADER
    assert list(recording) == []
    assert recording.notice is None


def test_a_quiet_sync_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter(path, HEADER)
    writer.write(Tick(1))
    assert writer.sync() is None
    size = path.stat().st_size
    assert writer.sync() is None
    assert path.stat().st_size == size
    writer.close()


def test_a_burst_ends_chunks_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter(path, HEADER)
    noise = os.urandom(500)
    for at in range(2000):
        writer.write(Notification(at, "s1", DATA_UUID, noise))
    assert len(list(open_recording(path))) > 1000
    writer.close()
    assert len(list(open_recording(path))) == 2000


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX systems")
def test_a_recording_is_private_from_its_first_byte(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        writer = RecordingWriter(tmp_path / "a.mcap", HEADER)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.mcap").stat().st_mode) == 0o600
    writer.close()


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(b"precious")
    with pytest.raises(RecordingError, match=r"a\.mcap already exists and is not overwritten"):
        RecordingWriter(path, HEADER)
    assert path.read_bytes() == b"precious"
    path.chmod(0o644)
    RecordingWriter(path, HEADER, overwrite=True).close()
    assert open_recording(path).header == HEADER
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="symbolic links need a right elsewhere")
def test_a_link_does_not_lead_the_bytes_elsewhere(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    link = tmp_path / "a.mcap"
    link.symlink_to(target)
    with pytest.raises(RecordingError, match="already exists"):
        RecordingWriter(link, HEADER)
    RecordingWriter(link, HEADER, overwrite=True).close()
    assert target.read_bytes() == b"precious"
    assert not link.is_symlink()


@pytest.mark.parametrize(
    ("name", "said"),
    [("no/folder/a.mcap", "folder for a.mcap does not exist"), ("a\0b", "can't be the name")],
)
def test_a_place_that_can_not_be_is_said_plainly(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(RecordingError, match=said) as caught:
        RecordingWriter(tmp_path / name, HEADER)
    assert caught.value.next_step.endswith(".")


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(RecordingError):
        RecordingWriter(tmp_path, HEADER, overwrite=True)
    assert tmp_path.is_dir()


def test_settings_that_json_can_not_hold_are_refused_at_once(tmp_path: Path) -> None:
    settings = SessionSettings(slouch=SlouchSettings(threshold_deg=float("nan")))
    with pytest.raises(RecordingError, match="can't be stored"):
        RecordingWriter(tmp_path / "a.mcap", replace(HEADER, settings=settings))
    assert not (tmp_path / "a.mcap").exists()


def test_an_impossible_input_stops_the_recording_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter(path, HEADER)
    writer.write(Tick(1))
    assert writer.sync() is None
    writer.write(Tick(-1))
    writer.write(Tick(2))
    trouble = writer.sync()
    assert trouble is not None
    assert "no longer written" in trouble
    assert writer.sync() == trouble
    writer.close()
    writer.close()
    assert list(open_recording(path)) == [Tick(1)]


def test_after_close_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter(path, HEADER)
    writer.write(Tick(1))
    writer.close()
    data = path.read_bytes()
    writer.write(Tick(2))
    assert writer.sync() is None
    writer.close()
    assert path.read_bytes() == data


def test_sync_in_another_thread_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter(path, HEADER)
    done = threading.Event()

    def sync_on() -> None:
        while not done.is_set():
            writer.sync()

    syncing = threading.Thread(target=sync_on)
    syncing.start()
    items: list[Input] = [Notification(at, "s1", DATA_UUID, bytes(20)) for at in range(3000)]
    for item in items:
        writer.write(item)
    done.set()
    syncing.join()
    writer.close()
    assert list(open_recording(path)) == items


FULL_DISK = """
import resource, sys
from pathlib import Path
from sensorapp.store.recording_writer import RecordingWriter
from tests.unit.store_samples import HEADER, session_inputs
from sensorapp.model.inputs import Tick

resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
writer = RecordingWriter(Path(sys.argv[1]), HEADER)
safe, written, trouble = 0, 0, None
for item in session_inputs(30):
    writer.write(item)
    if isinstance(item, Tick):
        trouble = writer.sync()
        if trouble:
            break
print(writer.durable_inputs)
print(trouble)
writer.close()
assert writer.sync() == trouble
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_is_told_once_and_the_file_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    durable, trouble = run.stdout.splitlines()
    assert trouble.startswith("a.mcap is not written now: the file has reached the largest size")
    assert f"the first {durable} inputs are safe" in trouble
    recording = open_recording(path)
    assert list(recording) == session_inputs(30)[: int(durable)]
    assert int(durable) > 20
    assert path.stat().st_size < 10_000, "half a chunk is left at the end"
    assert recording.notice is not None
    assert "breaks off" in recording.notice


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_device_is_not_taken_for_a_file() -> None:
    with pytest.raises(RecordingError, match="already exists"):
        RecordingWriter(Path("/dev/full"), HEADER, overwrite=True)


def test_errors_of_the_store_are_errors_of_the_program() -> None:
    assert issubclass(RecordingError, SensorAppError)
