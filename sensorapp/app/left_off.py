"""From one session to the next: recordings that broke off are closed, streams that are open go on.

A sensor that keeps its samples goes on while nobody listens. Where its stream was left follows
from the recording itself, so that a program that was killed needs no last words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sensorapp.drivers.base import DriverRun, SensorDriver
from sensorapp.model.errors import RecordingCorrupt, SensorAppError
from sensorapp.model.inputs import Command, Connected, Input, Stored, Tick, UserCommand
from sensorapp.model.outputs import Output
from sensorapp.model.settings import SessionSettings
from sensorapp.model.stream import StreamPosition
from sensorapp.store.left_off import load_left_off, save_left_off
from sensorapp.store.private_file import plain_reason, shown_name
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.unfinished import close_unfinished, unfinished_recordings

DAMAGED_SUFFIX = ".damaged"
"""Added to the name of a recording that can't be closed, so that it is not met again."""

_BEGUN_BYTES = 256
"""A file with no chunk at all is smaller, one with a chunk larger: that begins with the header."""

Say = Callable[[str], None]


def positions_after(
    items: Iterable[Input], settings: SessionSettings, drivers: Mapping[str, SensorDriver]
) -> tuple[StreamPosition, ...]:
    """Streams that a session with these inputs left open, and those of sensors it never met."""
    runs: dict[str, DriverRun] = {}
    met: set[tuple[str, str]] = set()
    for item in items:
        if isinstance(item, Connected):
            met.add((item.driver, item.name))
            driver = drivers.get(item.driver)
            if driver is not None and item.sensor_id not in runs:
                left_off = settings.position_of(item.driver, item.name)
                runs[item.sensor_id] = driver.open(item.sensor_id, settings.rate_mhz, left_off)
        stopping = isinstance(item, UserCommand) and item.command is Command.STOP
        if stopping and item.sensor_id in runs:
            runs[item.sensor_id].stop()  # so that its answer is one to it, as on the day
        told = runs.values() if isinstance(item, Stored | Tick) else [runs.get(item.sensor_id)]
        for run in told:
            if run is not None:
                run.on_input(item)
    return still_open(settings, met, [run.position for run in runs.values()])


def still_open(
    settings: SessionSettings,
    met: set[tuple[str, str]],
    positions: Iterable[StreamPosition | None],
) -> tuple[StreamPosition, ...]:
    """Streams open after a session that met sensors (driver, name): theirs, and those of others."""
    others = [one for one in settings.left_off if (one.driver, one.sensor_name) not in met]
    return (*others, *(position for position in positions if position is not None))


def take_up(
    recordings: Path, data: Path, drivers: Mapping[str, SensorDriver], say: Say
) -> tuple[StreamPosition, ...]:
    """Close what broke off in the folder of recordings; the streams that can go on.

    `say` gets a sentence about each recording that was found unfinished. Call it while the data
    folder is locked: the recording of a session that runs is unfinished, too.
    """
    streams = load_left_off(data)
    for path in unfinished_recordings(recordings):
        try:
            streams = _merged(streams, _closed(path, drivers, say))
        except RecordingCorrupt:
            _set_aside(path, say)
        except SensorAppError as error:
            say(f"{error.sentence} {error.next_step}")
        except OSError as error:
            say(f"{shown_name(path)} can't be closed: {plain_reason(error)}.")
    keep_left_off(data, streams)
    return streams


class SensorsMet:
    """A sink that remembers which sensors a session met, as (driver, name)."""

    def __init__(self) -> None:
        self.sensors: set[tuple[str, str]] = set()

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:  # noqa: ARG002 a sink's
        """Note a sensor that is connected."""
        if isinstance(item, Connected):
            self.sensors.add((item.driver, item.name))


def keep_left_off(data: Path, streams: Iterable[StreamPosition]) -> None:
    """Remember open streams for the next session; a disk that refuses costs only these."""
    streams = tuple(streams)
    if streams != load_left_off(data):
        try:
            save_left_off(data, streams)
        except (OSError, SensorAppError):
            return


def _closed(
    path: Path, drivers: Mapping[str, SensorDriver], say: Say
) -> tuple[StreamPosition, ...]:
    recording = open_recording(path)
    say(f"{shown_name(path)} was not closed in good order; closing it now.")
    whole = close_unfinished(path) is not None
    streams = positions_after(recording, recording.header.settings, drivers)
    if not whole:
        _set_aside(path, say)
    return streams


def _set_aside(path: Path, say: Say) -> None:
    """Rename what is damaged; remove what was begun and holds nothing."""
    if path.stat().st_size <= _BEGUN_BYTES:
        path.unlink()
        return
    aside = path.with_name(path.name + DAMAGED_SUFFIX)
    path.rename(aside)
    name = shown_name(aside)
    say(f"It is damaged and is called {name} now; `sensorapp recover` copies what is whole.")


def _merged(
    older: Iterable[StreamPosition], newer: Iterable[StreamPosition]
) -> tuple[StreamPosition, ...]:
    streams = {(one.driver, one.sensor_name): one for one in (*older, *newer)}
    return tuple(streams.values())
