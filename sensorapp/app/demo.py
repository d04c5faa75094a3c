"""The whole program on a virtual sensor: a wearer or a file, through a real Bluetooth stack."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sensorapp.app.asked_for import AskedFor
from sensorapp.app.calibration_keeper import CalibrationKeeper
from sensorapp.app.channels import Channels
from sensorapp.app.clock import now_utc
from sensorapp.app.demo_air import SensorInAir
from sensorapp.app.demo_source import DemoOptions, Source, source_of
from sensorapp.app.disk_thread import in_disk_thread
from sensorapp.app.offline import header_of
from sensorapp.app.plain_keys import PlainKeys
from sensorapp.app.plain_setup import PlainSetup
from sensorapp.app.quiet_watch import QuietWatch
from sensorapp.app.settings_book import SettingsFileBook
from sensorapp.app.settings_watch import SettingsWatch
from sensorapp.app.setup_desk import RunningSetup
from sensorapp.app.stream import Stream, run_stream
from sensorapp.drivers.catalogue import drivers
from sensorapp.link.host_clock import HostClock
from sensorapp.link.radio import Radio
from sensorapp.link.reconnect import BleLink
from sensorapp.model.outputs import Output
from sensorapp.model.setting_key import Value
from sensorapp.ports import Clock, Sink
from sensorapp.runner import Blocking, Runner
from sensorapp.session.session import Session
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.tui.source import Setup, SetupFirst
from sensorapp.virtual.air import Air
from sensorapp.virtual.bleak_backend import VirtualClient, VirtualScanner
from sensorapp.virtual.wearer.follower import FOLLOWED

AIR_SEED = 0
"""Draws what the radio loses and how retries are spread: the same in every demo."""


def run_demo(
    options: DemoOptions, set_now: Mapping[str, Value], sinks: Sequence[Sink], *, screen: bool
) -> tuple[Output, ...]:
    """Play to the end, or until the user ends it; the closing outputs.

    `set_now` are settings by the names of their keys that go before those of the settings file.
    Raises a `SensorAppError` for settings, a scenario, a file or a recording that can't be used.
    """
    watch = SettingsWatch(set_now)
    wishes = watch.chosen.preferences
    options = replace(options, alerts=wishes.alerts, breaks=wishes.breaks)
    source = source_of(options, endless=screen and options.seconds is None)
    watch.slouch = source.slouch
    recorder = _recorder_of(options, source)

    def made() -> Stream:
        return demo_stream(
            source,
            HostClock(),
            recorder,
            options.record,
            sinks,
            watch=watch,
            plain_setup=options.plain_setup,
            keys=options.keys,
        )

    return run_stream(made, source.title if screen else None, SettingsFileBook(set_now))


def _recorder_of(options: DemoOptions, source: Source) -> RecordingWriter | None:
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
    *,
    blocking: Blocking = in_disk_thread,
    watch: SettingsWatch | None = None,
    quiet: QuietWatch | None = None,
    plain_setup: PlainSetup | None = None,
    keys: PlainKeys | None = None,
    keeper: CalibrationKeeper | None = None,
) -> Stream:
    """A virtual sensor in its own air, and a session listening to it; needs a running loop.

    `blocking` runs what may block; on a loop that jumps over waiting it must use no thread.
    Without `quiet` alerts are silent only as long as somebody asks for it here. Without a
    `keeper` a set-up writes nothing.
    """
    air = Air(random.Random(AIR_SEED))  # noqa: S311 a radio's luck is no secret
    around = SensorInAir(air, source)
    sensor = around.sensor
    radio = Radio(
        scanner_kwargs={"backend": VirtualScanner, "air": air},
        client_kwargs={"backend": VirtualClient, "air": air},
    )
    link = BleLink(
        radio,
        tuple(drivers().values()),
        clock,
        sensor_id=sensor.name,
        rng=random.Random(AIR_SEED),  # noqa: S311 only spreads retries
    )
    session = Session(source.settings, drivers())
    channels = None if watch is None else Channels(session, watch)
    runner = Runner(
        link,
        session,
        clock,
        recorder=recorder,
        recording_name="" if record is None else record.name,
        sinks=[*sinks, *([keeper] if keeper else ()), *(channels.sinks if channels else ())],
        blocking=blocking,
        settings=watch,
        quiet=quiet or QuietWatch(AskedFor(None)),
    )
    setup = None
    wearer = source.wearer
    if watch is not None and wearer is not None:
        desk = RunningSetup(runner, watch, keeper, lambda ask: wearer.do(*FOLLOWED.get(ask, ())))
        setup = Setup(desk, SetupFirst.BEGIN)
    return Stream(
        runner,
        ended=around.finished,
        around=around,
        rings=lambda: watch is None or watch.rings,
        channels=channels,
        setup=setup,
        plain_setup=plain_setup,
        keys=keys,
    )
