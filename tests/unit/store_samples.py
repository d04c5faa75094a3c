"""Inputs and files that the tests of the store share."""

from __future__ import annotations

import random
from pathlib import Path

from sensorapp.model.device import LinkState
from sensorapp.model.inputs import (
    HOST,
    Connected,
    Input,
    LinkChanged,
    Notification,
    Stored,
    Tick,
    ValueRead,
)
from sensorapp.model.recording import FORMAT_VERSION, RecordingHeader
from sensorapp.store.recording_writer import RecordingWriter

DATA_UUID = "a5c10003-7f3b-4b1e-9d2a-0123456789ab"
INFO_UUID = "a5c10002-7f3b-4b1e-9d2a-0123456789ab"
HEADER = RecordingHeader(FORMAT_VERSION, "0.1.0", "2026-11-23T04:35:12Z", "live")
START_NS = 5_000_000_000_000


def session_inputs(seconds: int, payload_bytes: int = 132) -> list[Input]:
    """A connection, then 10 packets, a tick and a `Stored` each second."""
    noise = random.Random(7)
    items: list[Input] = [
        LinkChanged(START_NS, "s1", LinkState.CONNECTING),
        Connected(START_NS + 1, "s1", "posture_clip", "Clip Ü", "C0:FF:EE:00:00:01"),
        ValueRead(START_NS + 2, "s1", INFO_UUID, bytes(range(20))),
    ]
    for second in range(seconds):
        base_ns = START_NS + second * 1_000_000_000
        for tenth in range(1, 10):
            host_ns = base_ns + tenth * 100_000_000 + noise.randrange(10_000_000)
            items.append(Notification(host_ns, "s1", DATA_UUID, noise.randbytes(payload_bytes)))
        items.append(Tick(base_ns + 999_000_000))
        items.append(Stored(base_ns + 999_500_000, HOST, len(items)))
    return items


def write_recording(path: Path, items: list[Input], *, close: bool = True) -> list[int]:
    """Write `items` with a sync after each tick; the file's sizes after each sync."""
    writer = RecordingWriter(path, HEADER)
    sizes = []
    for item in items:
        writer.write(item)
        if isinstance(item, Tick):
            assert writer.sync() is None
            sizes.append(path.stat().st_size)
    if close:
        writer.close()
    assert writer.sync() is None
    return sizes
