"""Bytes to begin with: one or more that each target understands, small ones."""

from __future__ import annotations

import importlib.resources
import io
import json
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from firmware_protocol.advertising import advertisement, sensor_name
from firmware_protocol.commands import Request
from firmware_protocol.ids import Op
from sensorapp.drivers.posture_clip import EXAMPLES as CLIP
from sensorapp.drivers.witmotion import EXAMPLES as WITMOTION
from sensorapp.model.inputs import Input, Notification, ValueRead
from sensorapp.model.posture import Alignment, CalibrationSource, Silence
from sensorapp.model.settings import SessionSettings
from sensorapp.model.stream import StreamPosition
from sensorapp.store.asked_quiet import KeptQuiet, save_quiet
from sensorapp.store.calibrations import Calibrations, save_calibrations
from sensorapp.store.codec import encode_input
from sensorapp.store.header import encode_header
from sensorapp.store.imu_csv import CSV_HEADER
from sensorapp.store.left_off import FILE_NAME, save_left_off
from sensorapp.store.settings_edit import fresh_text
from sensorapp.virtual.wearer import Activity, Pose
from tests.fuzz.conversations import CLIP as CLIP_CONFIG
from tests.fuzz.conversations import STEP_NS, asked, channels, step
from tests.fuzz.files import PLAYED
from tests.unit.session_support import Clip, acts
from tests.unit.store_samples import HEADER, session_inputs, write_recording

_VECTORS = Path(__file__).parents[2] / "firmware_protocol/vectors/packets.json"
_EXAMPLES = {"posture_clip": CLIP, "witmotion": WITMOTION}
_NOTIFIED, _READ = 0, 3 * 16


@cache
def _vectors() -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(_VECTORS.read_text(encoding="utf-8"))["vectors"]
    return found


def packets(name: str) -> Iterator[bytes]:
    """The known vectors of a packet; zeros for what has none."""
    yield bytes(24)
    yield CLIP_CONFIG.info.pack() if name == "info" else advertisement(sensor_name(1))
    for vector in _vectors():
        if vector["packet"].replace("_", " ") == name:
            yield bytes.fromhex(vector["hex"])


def answers() -> Iterator[bytes]:
    """An answer in two parts, and whatever the vectors know of answers."""
    yield b"".join(step(0, bytes.fromhex(vector["hex"])) for vector in _vectors()[:8])
    for vector in _vectors():
        if "answer" in vector["packet"] or "reply" in vector["packet"]:
            yield step(0, bytes.fromhex(vector["hex"]))


def commands() -> Iterator[bytes]:
    """Each op alone after a START."""
    start = Request(Op.START, 1, bytes.fromhex("00 20cb0000 0c04 05 01")).pack()
    for op in Op:
        yield step(0, start) + step(41, bytes(12)) + step(0, Request(op, 2, bytes(8)).pack())


def frames() -> Iterator[bytes]:
    """Samples of WitMotion sensors, whole and cut."""
    for example in WITMOTION:
        data = b"".join(_payloads(example.inputs))
        yield bytes((len(data) % 41,)) + data
        yield bytes((7,)) + data[:7] + bytes((30,)) + data[7:]


def _payloads(inputs: tuple[Input, ...]) -> Iterator[bytes]:
    for item in inputs:
        if isinstance(item, Notification):
            yield item.data


def talk(driver: str) -> Iterator[bytes]:
    """The driver's own examples as conversations."""
    known = channels(driver)
    for example in _EXAMPLES.get(driver, ()):
        data = b""
        for item in example.inputs:
            if isinstance(item, Notification | ValueRead):
                kind = _READ if isinstance(item, ValueRead) else _NOTIFIED
                at = known.index(item.channel)
                kind += next(i for i in range(16) if (kind + i) % len(known) == at)
                data += step(kind, item.data)
        yield data
        yield data * 3
    if driver == "posture_clip":
        yield told(known, worn_for_a_while())


def told(known: tuple[str, ...], items: list[Input]) -> bytes:
    """Values and notifications as a conversation, at the times of their arrival."""
    data, now_ns = b"", items[0].host_ns
    for item in items:
        if isinstance(item, Notification | ValueRead):
            kind = _READ if isinstance(item, ValueRead) else _NOTIFIED
            at = known.index(item.channel)
            kind += next(i for i in range(16) if (kind + i) % len(known) == at)
            later = (item.host_ns - now_ns) // STEP_NS
            now_ns += later * STEP_NS
            data += step(kind, item.data, later)
    return data


@cache
def worn_for_a_while() -> list[Input]:
    """Sits, slouches, and gets up, with a hole: as long as a conversation can be."""
    table = acts(
        (Activity.SIT, 8.0, Pose()),
        (Activity.SLOUCH, 8.0, Pose(flexion_deg=25.0)),
        (Activity.WALK, 6.0, Pose()),
        rate_mhz=25_000,
    )
    clip = Clip("s", rate_mhz=25_000).connects().feels(table, lost=[(300, 310)])
    return clip.reports(70, worn=True).items


def rows(driver: str) -> Iterator[bytes]:
    """Conversations, and how many of their inputs at a time."""
    for data in talk(driver):
        yield b"\x1f" + data
        yield b"\xff" + data


@cache
def _recording(seconds: int, *, close: bool) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seed.mcap"
        write_recording(path, session_inputs(seconds, 24), close=close)
        return path.read_bytes()


def recordings() -> Iterator[bytes]:
    """A closed recording, one that breaks off, and one whose middle is gone."""
    whole = _recording(2, close=True)
    yield whole
    yield _recording(1, close=False)
    yield whole[: len(whole) // 2] + whole[len(whole) // 2 + 40 :]


def messages() -> Iterator[bytes]:
    """A header and a few inputs."""
    header = encode_header(HEADER)
    padded = header + b" " * (-len(header) % 4)
    data = bytes((len(padded) // 4,)) + padded
    for item in session_inputs(1, 24):
        key, payload = encode_input(item)
        data += step(0 if key.kind == "notify" else 2, payload[:255])
    yield data


def replayed() -> Iterator[bytes]:
    """A header and a stream, with events of all kinds in its middle."""
    header = encode_header(replace(HEADER, settings=SessionSettings(rate_mhz=25_000)))
    padded = header + b" " * (-len(header) % 4)
    assert len(padded) < 4 * 256
    data, now_ns = bytes((len(padded) // 4,)) + padded, 0
    for item in (*worn_for_a_while()[:30], *_events(), *worn_for_a_while()[30:40]):
        key, payload = encode_input(item)
        later = min(255, (item.host_ns - now_ns) // STEP_NS)
        now_ns = max(now_ns, item.host_ns)
        data += step(PLAYED.index(key), payload, max(0, later))
    yield data


def _events() -> Iterator[Input]:
    """One of each kind that people and the program around a session make."""
    payload = struct.pack("<q7h", 0, 200, 100, 10, 240, 14400, 720, 8)
    for kind in range(16):
        item = asked(kind, worn_for_a_while()[30].host_ns, payload)
        if len(encode_input(item)[1]) < 256:
            yield item


def headers() -> Iterator[bytes]:
    """The header of a plain recording."""
    yield encode_header(HEADER)


def events() -> Iterator[bytes]:
    """Inputs of each kind."""
    for item in session_inputs(1, 24):
        key, payload = encode_input(item)
        yield key.topic.encode() + b"\n" + payload


def npz() -> Iterator[bytes]:
    """A small file, packed and not."""
    samples = np.arange(15.0).reshape(5, 3)
    for save in (np.savez, np.savez_compressed):
        stream = io.BytesIO()
        save(stream, acc=samples, gyr=samples, fs=np.float64(100.0))
        yield stream.getvalue()


def csv() -> Iterator[bytes]:
    """A few samples as text."""
    rows = "".join(f"{t / 100},0,0,9.8,0,0.1,0\n" for t in range(4))
    yield f"{CSV_HEADER}\n{rows}".encode()


def calibrations() -> Iterator[bytes]:
    """One kept calibration."""
    one = Alignment((0.0, 0.0, 1.0), (1.0, 0.0, 0.0), CalibrationSource.BENDS, 12.0)
    with tempfile.TemporaryDirectory() as folder:
        save_calibrations(Path(folder), Calibrations().with_one("TP-3F9A", one))
        yield next(Path(folder).iterdir()).read_bytes()


def quiets() -> Iterator[bytes]:
    """One silence."""
    with tempfile.TemporaryDirectory() as folder:
        save_quiet(Path(folder), KeptQuiet(why=Silence.MEETING, until_utc_s=1.8e9))
        yield next(Path(folder).iterdir()).read_bytes()


def settings() -> Iterator[bytes]:
    """What `settings edit` begins with, values of every kind, and a dotted key."""
    yield fresh_text().encode()
    yield b'[alerts]\nsensitivity = 2 # so\n"pause_min" = 0.5\n\n[profile]\n'
    yield b"alerts.delay_s = 5\r\n[breaks]\r\n"


def streams() -> Iterator[bytes]:
    """One kept stream."""
    one = StreamPosition("TP-3F9A", "posture_clip", 7, 3, 100_000, 1000)
    with tempfile.TemporaryDirectory() as folder:
        save_left_off(Path(folder), (one,))
        yield (Path(folder) / FILE_NAME).read_bytes()


def manifests() -> Iterator[bytes]:
    """The manifest of the shipped recordings."""
    yield (Path(__file__).parents[2] / "recordings/MANIFEST.toml").read_bytes()


def scenarios() -> Iterator[bytes]:
    """The scenarios that come along."""
    for file in importlib.resources.files("sensorapp.virtual.scenarios").iterdir():
        if file.name.endswith(".toml"):
            yield file.read_bytes()
