"""Your own sensor over the platform's Bluetooth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sensorapp.app.calibration_keeper import CalibrationKeeper, stored_calibration
from sensorapp.app.clock import now_utc
from sensorapp.app.disk_thread import in_disk_thread
from sensorapp.app.late_recorder import LateRecorder
from sensorapp.app.left_off import Say, SensorsMet, keep_left_off, still_open, take_up
from sensorapp.app.offline import header_of
from sensorapp.app.radio import radio_at
from sensorapp.app.stream import Stream, run_stream
from sensorapp.drivers.catalogue import drivers
from sensorapp.link.host_clock import HostClock
from sensorapp.link.reconnect import BleLink
from sensorapp.link.scan import Wanted
from sensorapp.model.errors import RecordingError
from sensorapp.model.outputs import Output
from sensorapp.model.posture import ForwardAxis
from sensorapp.model.settings import SessionSettings
from sensorapp.model.stream import StreamPosition
from sensorapp.ports import Sink
from sensorapp.runner import Runner
from sensorapp.session.session import Session
from sensorapp.store.lock import folder_lock
from sensorapp.store.paths import data_folder, new_recording_path, recordings_folder
from sensorapp.store.private_file import shown_name
from sensorapp.store.recording_writer import RecordingWriter


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """What the user asked for; without `record` a kept recording goes to the data folder.

    `hci` names an adapter that another program offers over a socket.
    """

    sensor: str | None = None
    forward: ForwardAxis | None = None
    record: Path | None = None
    keep: bool = True
    hci: str | None = None


def run_live(
    options: LiveOptions, sinks: Sequence[Sink], say: Say, *, screen: bool
) -> tuple[Output, ...]:
    """Connect and stream until the user ends it; the closing outputs.

    Before that, recordings of the data folder that broke off are closed (`say` tells of each), and
    the sensor's stream goes on where it was left if the sensor kept it.

    Raises `RadioUnavailable` without Bluetooth and `RecordingError` if the recording can't
    be begun, or if another session records into the data folder.
    """
    if options.record is not None or not options.keep:
        return _run(options, sinks, (), screen=screen)
    with folder_lock(data_folder(), now_utc()):
        left_off = take_up(recordings_folder(), data_folder(), drivers(), say)
        return _run(options, sinks, left_off, screen=screen)


def _run(
    options: LiveOptions,
    sinks: Sequence[Sink],
    left_off: tuple[StreamPosition, ...],
    *,
    screen: bool,
) -> tuple[Output, ...]:
    settings = replace(_settings(options), left_off=left_off)
    started_utc = now_utc()
    path: Path | None = None
    if options.record is not None:
        path = options.record
        if path.exists():
            raise RecordingError(
                f"{shown_name(path)} already exists and is not overwritten.",
                "Choose another name or remove the file first.",
            )
    elif options.keep:
        path = new_recording_path(recordings_folder(), started_utc)

    session = Session(settings, drivers())
    met = SensorsMet()

    def made() -> Stream:
        clock = HostClock()
        all_drivers = drivers()
        wanted = Wanted.called(options.sensor) if options.sensor is not None else None
        link = BleLink(radio_at(options.hci), tuple(all_drivers.values()), clock, wanted=wanted)
        recorder = None
        if path is not None:
            header = header_of(settings, "live", started_utc)
            recorder = LateRecorder(lambda: RecordingWriter(path, header, patient=True))
        name = "" if path is None else path.name
        runner = Runner(
            link,
            session,
            clock,
            recorder=recorder,
            recording_name=name,
            blocking=in_disk_thread,
            sinks=[*sinks, CalibrationKeeper(data_folder()), met],
        )
        return Stream(runner)

    closing = run_stream(made, "live" if screen else None)
    if options.keep and options.record is None:
        keep_left_off(data_folder(), still_open(settings, met.sensors, session.positions))
    return closing


def _settings(options: LiveOptions) -> SessionSettings:
    """With the calibration that was kept, unless the user names the forward axis anew."""
    stored = stored_calibration(data_folder(), options.sensor)
    if stored is None or options.forward is not None:
        return SessionSettings(forward_axis=options.forward)
    return SessionSettings(stored_alignment=stored[1], stored_for=stored[0])
