"""Recordings and IMU files in, a session's outputs out, as fast as the machine can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sensorapp.app.interrupt import interruptible
from sensorapp.app.offline import run_imu_file, run_inputs, trouble_of
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

_STOPPED = "Stopped by Ctrl-C: the result is of what was read until then."


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


@dataclass(frozen=True, slots=True)
class Analysis:
    """The closing outputs, summary last; a sentence on what is missing; if Ctrl-C ended it."""

    closing: tuple[Output, ...]
    notice: str | None
    stopped: bool = False


def analyze(
    path: Path, forward: ForwardAxis | None, sinks: Sequence[Sink], series: Path | None
) -> Analysis:
    """Analyse one file, up to its end or to Ctrl-C.

    `forward` overrides what a recording's settings say. Raises a `SensorAppError`.
    """
    if series is None:
        return _analyze(path, forward, sinks)
    with SeriesWriter(series) as writer:
        return _analyze(path, forward, [*sinks, _SeriesSink(writer)])


def _analyze(path: Path, forward: ForwardAxis | None, sinks: Sequence[Sink]) -> Analysis:
    if path.suffix.lower() in IMU_SUFFIXES:
        file = read_imu_file(path)
        settings = SessionSettings(forward_axis=forward, rate_mhz=file.rate_mhz)
        with interruptible() as ctrl_c:
            closing = run_imu_file(file, settings, sinks, check=ctrl_c.check)
        return Analysis(closing, _STOPPED if ctrl_c.pressed else None, ctrl_c.pressed)
    recording = open_recording(path)
    settings = replace(recording.header.settings, motor=None)  # nobody is there to feel it
    if forward is not None:
        settings = replace(settings, forward_axis=forward)
    session = Session(settings, drivers())
    with interruptible() as ctrl_c:
        closing = run_inputs(session, recording, sinks, check=ctrl_c.check)
    notice = _STOPPED if ctrl_c.pressed else trouble_of(recording)
    return Analysis(closing, notice, ctrl_c.pressed)
