"""Your own sensor over the platform's Bluetooth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sensorapp.app.asked_for import AskedFor
from sensorapp.app.calibration_keeper import CalibrationKeeper, stored_calibration
from sensorapp.app.channels import Channels
from sensorapp.app.chosen_settings import Chosen, ChosenBy
from sensorapp.app.clock import now_utc, offsets_from
from sensorapp.app.coaching import coaching_today
from sensorapp.app.disk_thread import in_disk_thread
from sensorapp.app.kept_history import kept_history
from sensorapp.app.late_recorder import LateRecorder
from sensorapp.app.left_off import Say, SensorsMet, keep_left_off, still_open, take_up
from sensorapp.app.offline import header_of
from sensorapp.app.plain_keys import PlainKeys
from sensorapp.app.plain_setup import PlainSetup
from sensorapp.app.profile_switch import PoseFirst, RunningProfiles
from sensorapp.app.quiet_watch import QuietWatch
from sensorapp.app.radio import radio_at
from sensorapp.app.settings_book import SettingsFileBook
from sensorapp.app.settings_watch import SettingsWatch
from sensorapp.app.setup_desk import RunningSetup
from sensorapp.app.stream import Stream, run_stream
from sensorapp.drivers.catalogue import drivers
from sensorapp.link.host_clock import HostClock
from sensorapp.link.reconnect import BleLink
from sensorapp.link.scan import Wanted
from sensorapp.model.errors import RecordingError
from sensorapp.model.outputs import Output
from sensorapp.model.posture import ForwardAxis
from sensorapp.model.profiles import Profile
from sensorapp.model.setting_key import Value
from sensorapp.model.settings import SessionSettings
from sensorapp.model.stream import StreamPosition
from sensorapp.model.wished_settings import break_settings, motor_settings, slouch_settings
from sensorapp.ports import Sink
from sensorapp.runner import Runner
from sensorapp.session.session import Session
from sensorapp.signal.sagittal import nearest_axis
from sensorapp.store.calibrations import load_calibrations
from sensorapp.store.lock import folder_lock
from sensorapp.store.paths import data_folder, new_recording_path, recordings_folder
from sensorapp.store.private_file import shown_name
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.tui.source import Setup, SetupFirst


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """What the user asked for; without `record` a kept recording goes to the data folder.

    `settings` are values by the names of their keys: they go before those of the settings file.
    `hci` names an adapter that another program offers over a socket.
    """

    settings: Mapping[str, Value] = field(default_factory=dict)
    record: Path | None = None
    hci: str | None = None
    profile: str = Profile.DESK
    set_up: bool = False
    """Whether to begin with a set-up; without, one is offered if nothing is known of the wearer."""
    plain_setup: PlainSetup | None = None
    """Leads through the set-up where there is no screen."""
    keys: PlainKeys | None = None
    """What is typed where there is no screen."""


def run_live(
    options: LiveOptions, sinks: Sequence[Sink], say: Say, *, screen: bool
) -> tuple[Output, ...]:
    """Connect and stream until the user ends it; the closing outputs.

    Before that, recordings of the data folder that broke off are closed (`say` tells of each), and
    the sensor's stream goes on where it was left if the sensor kept it.

    Settings are followed while it runs. Raises `SettingsError` for wrong ones,
    `RadioUnavailable` without Bluetooth and `RecordingError` if the recording can't
    be begun, or if another session records into the data folder.
    """
    watch = SettingsWatch(options.settings)
    watch.profile = options.profile
    if options.record is not None or not watch.chosen.preferences.recording.keep:
        return _run(options, watch, sinks, (), say, screen=screen)
    with folder_lock(data_folder(), now_utc()):
        left_off = take_up(recordings_folder(), data_folder(), drivers(), say)
        return _run(options, watch, sinks, left_off, say, screen=screen)


def _run(
    options: LiveOptions,
    watch: SettingsWatch,
    sinks: Sequence[Sink],
    left_off: tuple[StreamPosition, ...],
    say: Say,
    *,
    screen: bool,
) -> tuple[Output, ...]:
    keep, sensor = watch.chosen.preferences.recording.keep, watch.chosen.preferences.sensor.name
    settings = replace(live_settings(watch.chosen, options.profile), left_off=left_off)
    started_utc = now_utc()
    path: Path | None = None
    if options.record is not None:
        path = options.record
        if path.exists():
            raise RecordingError(
                f"{shown_name(path)} already exists and is not overwritten.",
                "Choose another name or remove the file first.",
            )
    elif keep:
        path = new_recording_path(recordings_folder(), started_utc)

    if settings.coaching.training_left_s is not None:
        wishes = watch.chosen.preferences.coaching
        watch.follow_days(lambda day: coaching_today(data_folder(), wishes, day))
    posed = stored_calibration(data_folder(), sensor or None, options.profile)
    has_pose = posed is not None or settings.stored_alignment is None
    session = Session(settings, drivers())
    met = SensorsMet()
    first = SetupFirst.BEGIN if options.set_up else SetupFirst.NO
    if not options.set_up and load_calibrations(data_folder()).last is None:
        first = SetupFirst.OFFER
    header = header_of(settings, "live", started_utc, offsets_from(started_utc))

    def made(history: Sequence[Sink]) -> Stream:
        clock = HostClock()
        all_drivers = drivers()
        wanted = Wanted.called(sensor) if sensor else None
        link = BleLink(radio_at(options.hci), tuple(all_drivers.values()), clock, wanted=wanted)
        recorder = None
        if path is not None:
            recorder = LateRecorder(lambda: RecordingWriter(path, header, patient=True))
        name = "" if path is None else path.name
        channels = Channels(session, watch)
        keeper = CalibrationKeeper(data_folder(), options.profile)
        first_pose = () if has_pose else (PoseFirst(lambda: profiles.take(options.profile)),)
        runner = Runner(
            link,
            session,
            clock,
            recorder=recorder,
            recording_name=name,
            blocking=in_disk_thread,
            sinks=[*sinks, keeper, met, *first_pose, *history, *channels.sinks],
            settings=watch,
            quiet=QuietWatch(AskedFor(data_folder()), lambda: watch.chosen.preferences.quiet),
        )
        profiles = RunningProfiles(runner, watch, keeper)
        return Stream(
            runner,
            rings=lambda: watch.rings,
            channels=channels,
            setup=Setup(RunningSetup(runner, watch, keeper), first),
            profiles=profiles,
            plain_setup=options.plain_setup,
            keys=options.keys,
        )

    in_history = None if path is None or options.record is not None else path.name
    book = SettingsFileBook(options.settings)
    with kept_history(data_folder(), in_history, header, say) as history:
        closing = run_stream(lambda: made(history), "live" if screen else None, book)
    if in_history is not None:
        keep_left_off(data_folder(), still_open(settings, met.sensors, session.positions))
    return closing


def live_settings(chosen: Chosen, profile: str = Profile.DESK) -> SessionSettings:
    """With the calibration that was kept, unless it contradicts the forward axis that was set.

    An axis named for this session alone goes before a kept calibration that agrees, too. A profile
    without a pose of its own begins with that of the desk.
    """
    wishes = chosen.preferences
    forward = ForwardAxis(wishes.sensor.forward) if wishes.sensor.forward else None
    settings = SessionSettings(
        slouch=slouch_settings(wishes.alerts_in(profile)),
        breaks=break_settings(wishes.breaks),
        motor=motor_settings(wishes.alerts),
        coaching=coaching_today(data_folder(), wishes.coaching),
        rate_mhz=wishes.sensor.rate_hz * 1000,
        profile=profile,
    )
    wanted = wishes.sensor.name or None
    stored = stored_calibration(data_folder(), wanted, profile)
    stored = stored or stored_calibration(data_folder(), wanted)
    named_now = chosen.by.get("sensor.forward") is ChosenBy.OPTION
    if stored is None or (forward is not None and named_now):
        return replace(settings, forward_axis=forward)
    if forward is not None and nearest_axis(stored[1].forward) is not forward:
        return replace(settings, forward_axis=forward)
    return replace(settings, stored_alignment=stored[1], stored_for=stored[0])
