"""What a demo plays: a scenario's wearer or the samples of a file."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sensorapp.app.plain_keys import PlainKeys
from sensorapp.app.plain_setup import PlainSetup
from sensorapp.model.posture import ForwardAxis
from sensorapp.model.preferences import AlertPreferences, BreakPreferences
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.model.wished_settings import break_settings, motor_settings, slouch_settings
from sensorapp.store.imu_file import read_imu_file
from sensorapp.virtual.samples import SampleStream, stream_of_arrays
from sensorapp.virtual.scenarios import AirChange, load_scenario, scenario_names
from sensorapp.virtual.wearer import Mounting
from sensorapp.virtual.wearer.follower import SITTING
from sensorapp.virtual.wearer.obedient import ObedientWearer

DEFAULT_SCENARIO = "tour"
_USUAL_PITCH_DEG = 12.0
"""The back below the neck slopes."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the user asked for; a scenario and an IMU file exclude each other."""

    scenario: str | None = None
    imu: Path | None = None
    forward: ForwardAxis | None = None
    seconds: float | None = None
    record: Path | None = None
    seed: int = 1
    set_up: bool = False
    """A wearer who does what a set-up asks for, instead of a scenario."""
    plain_setup: PlainSetup | None = None
    """Leads through the set-up where there is no screen."""
    keys: PlainKeys | None = None
    """What is typed where there is no screen."""
    alerts: AlertPreferences = field(default_factory=AlertPreferences)
    breaks: BreakPreferences = field(default_factory=BreakPreferences)


@dataclass(frozen=True, slots=True)
class Source:
    """Samples to play, and what goes with them; `air` is in order of time.

    `fixed` are limits that the scenario sets, whatever the user wishes.
    """

    stream: SampleStream
    settings: SessionSettings
    title: str
    air: tuple[AirChange, ...] = ()
    buffer_samples: int = 0
    fixed: Mapping[str, float] = field(default_factory=dict)
    wearer: ObedientWearer | None = None
    """Who does what a set-up asks for, if there is one."""

    def slouch(self, alerts: AlertPreferences) -> SlouchSettings:
        """The limits that the user's wishes come to here."""
        return replace(slouch_settings(alerts), **self.fixed)


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
        settings = SessionSettings(
            slouch=slouch_settings(options.alerts),
            breaks=break_settings(options.breaks),
            motor=motor_settings(options.alerts),
            forward_axis=options.forward,
            rate_mhz=file.rate_mhz,
        )
        return Source(_limited(stream, options.seconds), settings, f"demo: {file.name}")
    if options.set_up:
        return _set_up_source(options)
    scenario = load_scenario(options.scenario or DEFAULT_SCENARIO)
    loop = endless or options.seconds is not None
    wearer = scenario.wearer(options.seed, loop=loop)
    settings = SessionSettings(
        slouch=replace(slouch_settings(options.alerts), **scenario.settings),
        breaks=break_settings(options.breaks),
        motor=motor_settings(options.alerts),
        forward_axis=options.forward,
        rate_mhz=wearer.stream().rate_mhz,
    )
    stream = _limited(wearer.stream(), options.seconds)
    title = f"demo: {scenario.title}"
    return Source(stream, settings, title, scenario.air, scenario.buffer_samples, scenario.settings)


def _set_up_source(options: DemoOptions) -> Source:
    wearer = ObedientWearer(SITTING, options.seed, mounting=Mounting(pitch_deg=_USUAL_PITCH_DEG))
    settings = SessionSettings(
        slouch=slouch_settings(options.alerts), breaks=break_settings(options.breaks)
    )
    stream = _limited(wearer.stream(), options.seconds)
    return Source(stream, settings, "demo: set-up", wearer=wearer)


def _limited(stream: SampleStream, seconds: float | None) -> SampleStream:
    """At most the samples of the first `seconds`."""
    if seconds is None:
        return stream
    count = round(seconds * stream.rate_mhz / 1000.0)
    if stream.count is not None:
        count = min(count, stream.count)
    return SampleStream(stream.rate_mhz, itertools.islice(stream.rows, count), count)
