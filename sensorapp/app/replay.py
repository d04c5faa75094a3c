"""A recording again, on a screen or as lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sensorapp.app.chosen_settings import choose
from sensorapp.app.offline import trouble_of
from sensorapp.app.stream import Stream, run_stream
from sensorapp.drivers.catalogue import drivers
from sensorapp.link.host_clock import HostClock
from sensorapp.link.replay import ReplayLink
from sensorapp.model.errors import SettingsError
from sensorapp.model.outputs import Output
from sensorapp.ports import Sink
from sensorapp.runner import Runner
from sensorapp.session.session import Session
from sensorapp.store.recording_reader import open_recording


def run_replay(
    path: Path, speed: float, sinks: Sequence[Sink], *, screen: bool
) -> tuple[tuple[Output, ...], str | None]:
    """Replay `speed` times faster (infinity: at once).

    Returns the closing outputs and, for a damaged recording, one sentence on what is
    missing. Raises a `SensorAppError` if there is nothing to replay.
    """
    recording = open_recording(path)
    session = Session(recording.header.settings, drivers())
    rings = screen and _rings()

    def made() -> Stream:
        clock = HostClock()
        link = ReplayLink(recording, clock, speed)
        runner = Runner(link, session, clock, sinks=sinks, acknowledge=False)
        return Stream(runner, leave=link.aclose, takes_commands=False, rings=lambda: rings)

    closing = run_stream(made, f"replay of {path.name}" if screen else None)
    return closing, trouble_of(recording)


def _rings() -> bool:
    """The bell is about now, not about the day of the recording; settings that are wrong ring."""
    try:
        return choose().preferences.alerts.bell
    except SettingsError:
        return True
