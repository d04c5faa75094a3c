"""Inside the guest: the whole program, from a virtual wearer to the recording on the disk."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import tempfile
from pathlib import Path

from firmware_protocol.ids import Characteristic
from firmware_protocol.motion import MotionPacket
from sensorapp.app.clock import now_utc
from sensorapp.app.offline import header_of
from sensorapp.app.stream import Stream
from sensorapp.drivers.catalogue import drivers
from sensorapp.link.host_clock import HostClock
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.model.inputs import Notification
from sensorapp.model.outputs import Summary
from sensorapp.model.settings import SessionSettings
from sensorapp.runner import Runner
from sensorapp.session.session import Session
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.virtual.air import Air
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.samples import SampleStream
from sensorapp.virtual.scenarios import load_scenario
from sensorapp.virtual.sensor import VirtualSensor
from tests.bluez.bench import ROW_BYTES, adapter

SAMPLES = 6000
"""A minute at 100 Hz."""

LIMIT_S = 180.0
"""All of it shares one emulated processor; it takes 70 s where that is quick enough."""


async def whole() -> dict[str, object]:
    """A wearer who slouches for a minute: each sample shown to the session and stored."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "minute.mcap"
        async with adapter() as air:
            taken, summary = await _minute(air, path)
        stored = b"".join(
            MotionPacket.unpack(item.data).rows
            for item in open_recording(path)
            if isinstance(item, Notification) and item.channel == Characteristic.MOTION
        )
    assert len(taken) == SAMPLES, len(taken)
    assert stored == b"".join(taken), (len(stored) // ROW_BYTES, len(taken))
    assert (summary.samples, summary.samples_lost) == (SAMPLES, 0), summary
    assert summary.alerts == 1, summary
    return {
        "sent": len(taken),
        "stored": len(stored) // ROW_BYTES,
        "samples": summary.samples,
        "samples_lost": summary.samples_lost,
        "alerts": summary.alerts,
        "movements": summary.movements,
    }


async def _minute(air: Air, path: Path) -> tuple[list[bytes], Summary]:
    settings = SessionSettings()
    wearer = load_scenario("slouch").wearer(1).stream()
    taken: list[bytes] = []
    sensor = VirtualSensor(
        air,
        virtual_config(wearer.rate_mhz),
        SampleStream(wearer.rate_mhz, itertools.islice(wearer.rows, SAMPLES), SAMPLES),
        on_sample=taken.append,
    )
    clock = HostClock()
    link = BleLink(Radio(), tuple(drivers().values()), clock, sensor_id=sensor.name)
    runner = Runner(
        link,
        Session(settings, drivers()),
        clock,
        recorder=RecordingWriter(path, header_of(settings, "live", now_utc())),
        recording_name=path.name,
    )
    stream = Stream(runner, ended=sensor.finished.wait, around=sensor)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LIMIT_S):  # a stream that is cancelled leaves cleanly
            await stream.run()
    assert sensor.finished.is_set(), "this machine is too busy for the sensor, radio and program"
    (summary,) = (output for output in stream.closing if isinstance(output, Summary))
    return taken, summary
