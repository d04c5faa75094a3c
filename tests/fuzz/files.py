"""Bytes as files of every kind that the program reads."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from sensorapp.app.recover import recover
from sensorapp.app.verify import verify
from sensorapp.model.errors import SensorAppError
from sensorapp.store import calibrations, left_off, manifest
from sensorapp.store.codec import decode_input, parse_topic
from sensorapp.store.header import HEADER_ENCODING, HEADER_TOPIC, decode_header
from sensorapp.store.imu_file import read_imu_file
from sensorapp.store.mcap_builder import ChannelSpec, McapBuilder
from sensorapp.store.recording_reader import open_recording
from sensorapp.virtual.scenarios.loader import parse_scenario
from tests.fuzz.conversations import steps

TOPICS = ("/s/notify/a", "/s/read/b", "/host/events", "/s/events", HEADER_TOPIC, "/s/of/later")


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


def _in_its_folder(name: str, load: Callable[[Path], object]) -> Callable[[bytes], None]:
    return in_file(name, lambda path: load(path.parent))


recording = in_file("x.mcap", _read_recording)
recording_commands = in_file("x.mcap", _use_recording)
recording_messages = in_file("x.mcap", _messages)
imu_npz = in_file("x.npz", read_imu_file)
imu_csv = in_file("x.csv", read_imu_file)
kept_calibrations = _in_its_folder(calibrations.FILE_NAME, calibrations.load_calibrations)
kept_streams = _in_its_folder(left_off.FILE_NAME, left_off.load_left_off)
manifest_file = _in_its_folder(manifest.MANIFEST_NAME, manifest.read_manifest)
