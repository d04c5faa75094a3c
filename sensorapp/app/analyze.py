"""Recordings and IMU files in, a session's outputs out, as fast as the machine can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sensorapp.app.offline import run_imu_file, run_inputs
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Output
from sensorapp.model.posture import ForwardAxis, PostureFrame
from sensorapp.model.settings import SessionSettings
from sensorapp.ports import Sink
from sensorapp.session.session import Session
from sensorapp.store.imu_file import IMU_SUFFIXES, read_imu_file
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.series import SeriesWriter


class _SeriesSink:
    """Writes the frames among a session's outputs."""

    def __init__(self, writer: SeriesWriter) -> None:
        self._writer = writer

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """Keep the frames."""
        del item
        for output in outputs:
            if isinstance(output, PostureFrame):
                self._writer.write(output)


def analyze(
    path: Path, forward: ForwardAxis | None, sinks: Sequence[Sink], series: Path | None
) -> tuple[tuple[Output, ...], str | None]:
    """Analyse one file.

    Returns the closing outputs and, for a damaged recording, one sentence on what is missing.
    `forward` overrides what a recording's settings say. Raises a `SensorAppError`.
    """
    if series is None:
        return _analyze(path, forward, sinks)
    with SeriesWriter(series) as writer:
        return _analyze(path, forward, [*sinks, _SeriesSink(writer)])


def _analyze(
    path: Path, forward: ForwardAxis | None, sinks: Sequence[Sink]
) -> tuple[tuple[Output, ...], str | None]:
    if path.suffix.lower() in IMU_SUFFIXES:
        file = read_imu_file(path)
        settings = SessionSettings(forward_axis=forward, rate_mhz=file.rate_mhz)
        return run_imu_file(file, settings, sinks), None
    recording = open_recording(path)
    settings = recording.header.settings
    if forward is not None:
        settings = replace(settings, forward_axis=forward)
    session = Session(settings, drivers())
    return run_inputs(session, recording, sinks), recording.notice
