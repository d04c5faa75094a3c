"""The whole program on a virtual sensor: a wearer or a file, through a real Bluetooth stack."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from sensorapp.app.clock import now_utc
from sensorapp.app.offline import header_of
from sensorapp.app.stream import Stream, run_stream
from sensorapp.drivers.catalogue import drivers
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.model.outputs import Output
from sensorapp.model.posture import ForwardAxis
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.ports import Clock, Sink
from sensorapp.runner import Runner
from sensorapp.session.session import Session
from sensorapp.store.imu_file import read_imu_file
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.virtual.air import Air
from sensorapp.virtual.bleak_backend import VirtualClient, VirtualScanner
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.samples import SampleStream, stream_of_arrays
from sensorapp.virtual.scenarios import load_scenario, scenario_names
from sensorapp.virtual.sensor import VirtualSensor

DEFAULT_SCENARIO = "tour"
BATTERY_PCT = 83


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the user asked for; a scenario and an IMU file exclude each other."""

    scenario: str | None = None
    imu: Path | None = None
    forward: ForwardAxis | None = None
    seconds: float | None = None
    record: Path | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Source:
    """Samples to play, and what goes with them."""

    stream: SampleStream
    settings: SessionSettings
    title: str


def scenario_lines() -> list[str]:
    """A line for each scenario: its name and what happens in it."""
    scenarios = [load_scenario(name) for name in scenario_names()]
    width = max(len(scenario.name) for scenario in scenarios)
    return [f"{scenario.name:<{width}}  {scenario.about}" for scenario in scenarios]


def source_of(options: DemoOptions, *, endless: bool = False) -> Source:
    """The samples that the options ask for. Raises a `SensorAppError`.

    `endless` lets a scenario begin again at its end, unless a length was asked for.
    """
    if options.imu is not None:
        file = read_imu_file(options.imu)
        stream = stream_of_arrays(file.accel_mps2, file.gyro_rads, file.rate_mhz)
        settings = SessionSettings(forward_axis=options.forward, rate_mhz=file.rate_mhz)
        return Source(_limited(stream, options.seconds), settings, f"demo: {file.name}")
    scenario = load_scenario(options.scenario or DEFAULT_SCENARIO)
    loop = endless or options.seconds is not None
    wearer = scenario.wearer(options.seed, loop=loop)
    settings = SessionSettings(
        slouch=replace(SlouchSettings(), **scenario.settings),
        forward_axis=options.forward,
        rate_mhz=wearer.stream().rate_mhz,
    )
    return Source(_limited(wearer.stream(), options.seconds), settings, f"demo: {scenario.title}")


def run_demo(options: DemoOptions, sinks: Sequence[Sink], *, screen: bool) -> tuple[Output, ...]:
    """Play to the end, or until the user ends it; the closing outputs.

    Raises a `SensorAppError` for a scenario, a file or a recording that can't be used.
    """
    source = source_of(options, endless=screen and options.seconds is None)
    recorder = recorder_of(options, source)

    def made() -> Stream:
        from sensorapp.link.host_clock import HostClock

        return demo_stream(source, HostClock(), recorder, options.record, sinks)

    return run_stream(made, source.title if screen else None)


def recorder_of(options: DemoOptions, source: Source) -> RecordingWriter | None:
    """The recording that was asked for, begun. Raises `RecordingError`."""
    if options.record is None:
        return None
    header = header_of(source.settings, source.title, now_utc())
    return RecordingWriter(options.record, header)


def demo_stream(
    source: Source,
    clock: Clock,
    recorder: RecordingWriter | None,
    record: Path | None,
    sinks: Sequence[Sink],
) -> Stream:
    """A virtual sensor in its own air, and a session listening to it; needs a running loop."""
    air = Air(random.Random(0))  # noqa: S311 an even air: nothing is drawn from it here
    sensor = VirtualSensor(air, virtual_config(source.stream.rate_mhz), source.stream)
    sensor.peripheral.set_battery(BATTERY_PCT)
    radio = Radio(
        scanner_kwargs={"backend": VirtualScanner, "air": air},
        client_kwargs={"backend": VirtualClient, "air": air},
    )
    link = BleLink(radio, tuple(drivers().values()), clock, sensor_id=sensor.name)
    runner = Runner(
        link,
        Session(source.settings, drivers()),
        clock,
        recorder=recorder,
        recording_name="" if record is None else record.name,
        sinks=sinks,
    )
    around: AbstractAsyncContextManager[object] = sensor
    return Stream(runner, ended=sensor.finished.wait, around=around)


def _limited(stream: SampleStream, seconds: float | None) -> SampleStream:
    """At most the samples of the first `seconds`."""
    if seconds is None:
        return stream
    count = round(seconds * stream.rate_mhz / 1000.0)
    if stream.count is not None:
        count = min(count, stream.count)
    return SampleStream(stream.rate_mhz, itertools.islice(stream.rows, count), count)
