"""A stored calibration is used at once, for its own sensor, as long as the clip sits like that."""

from __future__ import annotations

import pytest

from sensorapp.model.outputs import Fault, Output
from sensorapp.model.posture import (
    Alignment,
    Calibration,
    CalibrationSource,
    PostureFrame,
    PostureState,
)
from sensorapp.model.settings import SessionSettings
from sensorapp.virtual.scenarios import load_scenario
from tests.replay.sessions import recorded

NAME = "TP-3F9A"


def calibrations(outputs: list[Output]) -> list[CalibrationSource]:
    return [output.source for output in outputs if isinstance(output, Calibration)]


def outputs_with(alignment: Alignment, stored_for: str | None) -> list[Output]:
    settings = SessionSettings(stored_alignment=alignment, stored_for=stored_for)
    return recorded(load_scenario("still").wearer(seed=2).stream(), settings)[1]


@pytest.fixture(scope="module")
def fitting() -> Alignment:
    _, outputs = recorded(load_scenario("still").wearer(seed=2).stream(), SessionSettings())
    return next(output.alignment for output in outputs if isinstance(output, Calibration))


@pytest.mark.parametrize("stored_for", [NAME, None])
def test_one_that_fits_is_in_force_from_the_first_frame(
    fitting: Alignment, stored_for: str | None
) -> None:
    outputs = outputs_with(fitting, stored_for)
    assert calibrations(outputs) == [CalibrationSource.STORED]
    frames = [output for output in outputs if isinstance(output, PostureFrame)]
    assert all(frame.flexion_deg is not None for frame in frames)


def test_that_of_another_sensor_is_not_used(fitting: Alignment) -> None:
    outputs = outputs_with(fitting, "TP-0000")
    assert calibrations(outputs) == [CalibrationSource.MOUNTING]
    first = next(output for output in outputs if isinstance(output, PostureFrame))
    assert first.state is PostureState.CALIBRATING


def test_a_clip_that_sits_otherwise_is_calibrated_anew(fitting: Alignment) -> None:
    turned = Alignment((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.MOUNTING)
    outputs = outputs_with(turned, NAME)
    assert calibrations(outputs) == [CalibrationSource.STORED, CalibrationSource.MOUNTING]
    faults = [output for output in outputs if isinstance(output, Fault)]
    assert [fault.kind for fault in faults] == ["calibration"]
    last = [output for output in outputs if isinstance(output, PostureFrame)][-1]
    assert last.flexion_deg == pytest.approx(0.0, abs=2.0)
    assert fitting.up != turned.up
