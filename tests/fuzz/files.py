"""Bytes as files of every kind that the program reads."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from sensorapp.app.recover import recover
from sensorapp.app.verify import verify
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.errors import SensorAppError
from sensorapp.model.preferences import KEYS
from sensorapp.model.setting_key import Value
from sensorapp.session.session import Session
from sensorapp.store import asked_quiet, calibrations, left_off, manifest, settings_edit
from sensorapp.store.codec import ChannelKey, Kind, decode_input, parse_topic
from sensorapp.store.header import HEADER_ENCODING, HEADER_TOPIC, decode_header
from sensorapp.store.imu_file import read_imu_file
from sensorapp.store.mcap_builder import ChannelSpec, McapBuilder
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.settings_file import settings_in
from sensorapp.virtual.scenarios.loader import parse_scenario
from tests.fuzz.conversations import SENSOR, STEP_NS, channels, steps

_CHANNELS = channels("posture_clip")
TOPICS = ("/s/notify/a", "/s/read/b", "/host/events", "/s/events", HEADER_TOPIC, "/s/of/later")
PLAYED = (
    ChannelKey(SENSOR, Kind.EVENTS),
    *(
        ChannelKey(SENSOR, kind, channel)
        for kind in (Kind.NOTIFY, Kind.READ)
        for channel in _CHANNELS
    ),
)
"""What a recording of a clip has messages of."""


def in_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], None]:
    """A target that writes its bytes to a file of this name and has it read."""

    def target(data: bytes) -> None:
        with tempfile.TemporaryDirectory(prefix="sensorapp-fuzz-") as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            with contextlib.suppress(SensorAppError):
                read(path)

    return target


def _read_recording(path: Path) -> None:
    """Everything that opens one."""
    for _ in open_recording(path):
        pass


def _use_recording(path: Path) -> None:
    """What the commands make of one."""
    verify(path)
    recover(path, path.with_name("new.mcap"))


def _replay(path: Path) -> None:
    """What a replay makes of a recording whose chunks are whole, one message after the other."""
    data = path.read_bytes()
    header_bytes = data[0] * 4 if data else 0
    builder = McapBuilder(data[1 : 1 + header_bytes], "fuzz")
    content = builder.opening()
    builder.add(ChannelSpec(HEADER_TOPIC, HEADER_ENCODING), 0, 0, data[1 : 1 + header_bytes])
    t_ns = 0
    for number, (kind, later, payload) in enumerate(steps(data[1 + header_bytes :]), 1):
        key = PLAYED[kind % len(PLAYED)]
        t_ns += later * STEP_NS
        builder.add(ChannelSpec(key.topic, key.encoding), t_ns, number, payload)
    path.write_bytes(content + builder.take_chunk() + builder.closing())
    recording = open_recording(path)
    session = Session(recording.header.settings, drivers())
    for item in recording:
        session.feed(item)
    session.finish()
    assert session.state is not None


def _messages(path: Path) -> None:
    """A recording whose chunks are whole, whatever the messages in them say."""
    data = path.read_bytes()
    header_bytes = data[0] * 4 if data else 0
    builder = McapBuilder(data[1 : 1 + header_bytes], "fuzz")
    content = builder.opening()
    for number, (kind, later, payload) in enumerate(steps(data[1 + header_bytes :])):
        topic = TOPICS[kind % len(TOPICS)]
        encoding = HEADER_ENCODING if topic.endswith(("events", HEADER_TOPIC)) else "gatt"
        builder.add(ChannelSpec(topic, encoding), later << (kind % 56), number, payload)
        if kind & 64:
            content += builder.take_chunk()
    path.write_bytes(content + builder.take_chunk() + builder.closing())
    _use_recording(path)


def input_of(data: bytes) -> None:
    """A topic, a line feed, a payload."""
    topic, _, payload = data.partition(b"\n")
    key = parse_topic(topic.decode("utf-8", "replace"))
    if key is not None:
        decode_input(key, 1, payload)


def header_of(data: bytes) -> None:
    """The header of a recording."""
    with contextlib.suppress(SensorAppError):
        decode_header(data)


def scenario_of(data: bytes) -> None:
    """A scenario of a user's own."""
    with contextlib.suppress(SensorAppError):
        parse_scenario("fuzz", data.decode("utf-8", "replace"))


def settings_of(data: bytes) -> None:
    """The settings of a wearer, and changes to their file."""
    text = data.decode("utf-8", "replace")
    key = KEYS[len(data) % len(KEYS)]
    values: dict[str, Value] | None = None
    with contextlib.suppress(SensorAppError):
        values = settings_in(text, "fuzz")
    for value in (key.default, None):
        changed = None
        with contextlib.suppress(SensorAppError):
            if value is None:
                changed = settings_edit.without_value(text, key, "fuzz")
            else:
                changed = settings_edit.with_value(text, key, value, "fuzz")
        if values is None:
            continue
        wanted = {name: kept for name, kept in values.items() if name != key.name}
        if value is not None:
            wanted[key.name] = value
        assert changed is not None
        assert settings_in(changed, "fuzz") == wanted


def _in_its_folder(name: str, load: Callable[[Path], object]) -> Callable[[bytes], None]:
    return in_file(name, lambda path: load(path.parent))


recording = in_file("x.mcap", _read_recording)
recording_commands = in_file("x.mcap", _use_recording)
recording_messages = in_file("x.mcap", _messages)
recording_replayed = in_file("x.mcap", _replay)
imu_npz = in_file("x.npz", read_imu_file)
imu_csv = in_file("x.csv", read_imu_file)
kept_calibrations = _in_its_folder(calibrations.FILE_NAME, calibrations.load_calibrations)
kept_quiet = _in_its_folder(asked_quiet.FILE_NAME, asked_quiet.load_quiet)
kept_streams = _in_its_folder(left_off.FILE_NAME, left_off.load_left_off)
manifest_file = _in_its_folder(manifest.MANIFEST_NAME, manifest.read_manifest)
